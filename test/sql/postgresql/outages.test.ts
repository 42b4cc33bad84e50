/** PostgreSQL when its server goes away and comes back, and when it has no connection left. */
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {tabular} from '../suite/session.ts';
import {type CleanUps, LEFTOVERS, openApp, startApp} from './apps.ts';
import {type Location, locate, type OpenedClient, pg, withClient} from './databases.ts';
import {freePort, startServer} from './server.ts';

const PATIENCE = {timeout: 60_000, interval: 20};
const MAX_CONNECTIONS = 14;

let server: Awaited<ReturnType<typeof startServer>>;
let isRunning = false;
let location: Location;
const cleanUps: CleanUps = [];

const start = async (): Promise<void> => {
  await server.start();
  isRunning = true;
};

const stop = async (): Promise<void> => {
  isRunning = false;
  await server.stop();
};

const query = (sql: string, where = location): Promise<readonly unknown[]> =>
  withClient(where, async (client) => (await client.query(sql)).rows);

// A server of their own: others would miss it.
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cellar-postgres-'));
  cleanUps.push(() => rm(folder, {recursive: true, force: true}));
  const port = await freePort();
  server = await startServer(join(folder, 'data'), port, MAX_CONNECTIONS);
  isRunning = true;
  cleanUps.push(async () => {
    if (isRunning) await stop();
  });
  location = {...locate('public'), port};
});

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

describe.each(['pg', 'postgres'] as const)('%s', (client) => {
  describe.each([
    ['tables', tabular('pets')],
    ['JSON', {mode: 'json'}],
  ] as const)('as %s', (mode, config) => {
    it('loses nothing while the server is restarted, and hears again what others write', async () => {
      const app = await startApp(cleanUps, location, config, client);
      const other = await startApp(cleanUps, location, config, client);
      app.store.setRow('pets', 'before', {age: 1});
      await app.persister.whenSaved();
      await vi.waitFor(() => expect(other.store.hasRow('pets', 'before')).toBe(true), PATIENCE);

      await stop();
      app.store.setRow('pets', 'mine', {age: 2}).setValue('open', true);
      other.store.setRow('pets', 'theirs', {age: 3});
      await vi.waitFor(
        () => expect(app.errors.map(({phase}) => phase)).toContain('save'),
        PATIENCE,
      );
      const {pending, blocked, lastError} = app.persister.getState();
      expect([pending, blocked, lastError?.code]).toEqual([2, false, 'UNAVAILABLE']);
      await start();
      // Before anybody can have told that he listens again.
      if (mode === 'tables') await query(`INSERT INTO pets(_id,age) VALUES('early','4')`);
      await Promise.all([app.persister.whenSaved(), other.persister.whenSaved()]);

      const pets = {
        ...{before: {age: 1}, mine: {age: 2}, theirs: {age: 3}},
        ...(mode === 'tables' ? {early: {age: 4}} : {}),
      };
      for (const {store} of [app, other]) {
        await vi.waitFor(
          () => expect(store.getContent()).toEqual([{pets}, {open: true}]),
          PATIENCE,
        );
      }
      other.store.setRow('pets', 'late', {age: 5});
      await vi.waitFor(() => expect(app.store.hasRow('pets', 'late')).toBe(true), PATIENCE);
      expect(app.errors.filter(({code}) => code !== 'UNAVAILABLE').map(String)).toEqual([]);
      await app.persister.destroy();
      await other.persister.destroy();
      expect(await query(LEFTOVERS)).toEqual([]);
      const loaded = await openApp(cleanUps, location, config, client);
      await loaded.persister.load();
      expect(loaded.store.getContent()).toEqual([{pets: {...pets, late: {age: 5}}}, {open: true}]);
    });
  });

  it('waits for a connection when there are too many already', async () => {
    await query(`CREATE ROLE app LOGIN PASSWORD 'x'; GRANT ALL ON SCHEMA public TO app`);
    const where = {...location, user: 'app', password: 'x'};
    const hogs: OpenedClient[] = [];
    const letGo = async (): Promise<void> => {
      for (const hog of hogs.splice(0)) await hog.end();
    };
    cleanUps.push(letGo);
    const connect = async (): Promise<unknown> => {
      const hog = new pg.Client(where);
      hogs.push(hog);
      return hog.connect().then(
        () => undefined,
        (error: unknown) => error,
      );
    };
    let refusal: unknown;
    while (refusal === undefined) refusal = await connect();
    expect(refusal).toMatchObject({code: '53300'});
    hogs.pop();

    const app = await openApp(cleanUps, where, tabular('pets'), client);
    const starting = app.persister.startAutoPersisting();
    app.store.setRow('pets', 'mine', {age: 1});
    await vi.waitFor(() => expect(app.errors.length).toBeGreaterThan(1), PATIENCE);
    expect(app.errors.every(({code, retriable}) => code === 'UNAVAILABLE' && retriable)).toBe(true);
    expect(app.persister.getState()).toMatchObject({pending: 1, blocked: true});
    await letGo();
    await starting;
    await vi.waitFor(() => app.persister.whenSaved(), PATIENCE);
    expect(await query('SELECT _id,age FROM pets')).toEqual([{_id: 'mine', age: '1'}]);
    await query(`INSERT INTO pets(_id,age) VALUES('theirs','2')`);
    await vi.waitFor(() => expect(app.store.hasRow('pets', 'theirs')).toBe(true), PATIENCE);
  });
});
