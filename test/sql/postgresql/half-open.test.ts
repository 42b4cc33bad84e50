/** Connections that are gone without either end being told: what waits for them must not do so for ever. */
import {afterEach, beforeEach, describe, expect, inject, it} from 'vitest';
import {createPgPersister} from '../../../src/persisters/pg/index.ts';
import {createStore} from '../../../src/store/index.ts';
import {virtualClock, type VirtualClock} from '../../../src/testing/virtual-clock.ts';
import {until} from '../../../src/testing/waiting.ts';
import {tabular} from '../suite/session.ts';
import {type CleanUps, openApp, startApp} from './apps.ts';
import {createSchema, dropSchema, type Location, locate, pg, withClient} from './databases.ts';
import {startProxy, type TcpProxy} from './tcp-proxy.ts';

/** In milliseconds of the virtual clock, which moves on at each look: answers take real time. */
const STEP_MS = 100;

let schema: string;
let proxy: TcpProxy;
let direct: Location;
let location: Location;
let clock: VirtualClock;
const cleanUps: CleanUps = [];

beforeEach(async () => {
  schema = await createSchema();
  cleanUps.push(() => dropSchema(schema));
  proxy = await startProxy(inject('postgresPort'));
  direct = locate(schema);
  location = {...direct, port: proxy.port, application_name: schema};
  clock = virtualClock();
});

afterEach(async () => {
  await proxy.close();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const query = (sql: string): Promise<readonly unknown[]> =>
  withClient(direct, async (client) => (await client.query(sql)).rows);

const insert = (rowId: string): Promise<unknown> =>
  query(`INSERT INTO pets(_id,age) VALUES('${rowId}','1')`);

/** While time goes by. */
const inTime = (condition: () => boolean | Promise<boolean>, what: string): Promise<void> =>
  until(condition, what, {patienceMs: 60_000, poke: () => clock.advance(STEP_MS)});

/** While time stands still: nothing that is done at intervals helps. */
const atOnce = (condition: () => boolean, what: string): Promise<void> =>
  until(condition, what, {patienceMs: 60_000});

/** The connections that have been told to listen, on the server's side. */
const countListening = async (): Promise<number> => {
  const rows = await query(
    `SELECT 1 FROM pg_stat_activity WHERE application_name='${schema}' AND query ILIKE 'LISTEN %'`,
  );
  return rows.length;
};

describe('a pool of pg', () => {
  it('saves on new connections, and notices by its heartbeat that it hears nothing', async () => {
    const app = await startApp(cleanUps, location, tabular('pets'), 'pg', {clock});
    app.store.setRow('pets', 'first', {age: 1});
    await app.persister.whenSaved();
    const before = await countListening();
    expect(before).toBe(1);

    proxy.freeze();
    await insert('unheard');
    app.store.setRow('pets', 'mine', {age: 2});
    await inTime(() => app.persister.getState().pending === 0, 'that it is saved');
    await inTime(() => app.store.hasRow('pets', 'unheard'), 'what it has not been told');
    await inTime(async () => (await countListening()) > before, 'that it listens again');
    await inTime(() => app.persister.getState().load === 'loaded', 'that it is at rest');
    await insert('heard');
    await atOnce(() => app.store.hasRow('pets', 'heard'), 'what it is told');
    expect(new Set(app.errors.map(({code}) => code))).toEqual(new Set(['TIMEOUT']));
    expect(app.errors.every(({retriable}) => retriable)).toBe(true);
    expect(await query('SELECT _id FROM pets ORDER BY _id')).toEqual(
      ['first', 'heard', 'mine', 'unheard'].map((_id) => ({_id})),
    );
    await app.persister.destroy();
  });
});

describe('postgres', () => {
  it('says that it gets no answer, and goes on when the connections have been ended', async () => {
    const app = await startApp(cleanUps, location, tabular('pets'), 'postgres', {clock});
    app.store.setRow('pets', 'first', {age: 1});
    await app.persister.whenSaved();
    proxy.freeze();
    app.store.setRow('pets', 'mine', {age: 2});
    await inTime(() => app.errors.length > 0, 'an error');
    expect(app.errors[0]).toMatchObject({code: 'TIMEOUT', retriable: true});
    expect(app.persister.getState()).toMatchObject({pending: 1, blocked: false});
    await insert('unheard');
    proxy.cut();
    await inTime(() => app.persister.getState().pending === 0, 'that it is saved');
    await inTime(() => app.store.hasRow('pets', 'unheard'), 'what it has not been told');
    await insert('heard');
    await inTime(() => app.store.hasRow('pets', 'heard'), 'what it is told');
    await app.persister.destroy();
  });
});

describe.each(['pg', 'postgres'] as const)('%s, when nothing answers any more', (client) => {
  it('can be destroyed all the same, and says what has not been saved', async () => {
    const app = await startApp(cleanUps, location, tabular('pets'), client, {clock});
    proxy.freezeAll();
    app.store.setRow('pets', 'mine', {age: 2});
    const saved = app.persister.whenSaved().catch((error: unknown) => error);
    let isDestroyed = false;
    void app.persister.destroy().then(() => (isDestroyed = true));
    await inTime(() => isDestroyed, 'that it is destroyed');
    expect(await saved).toMatchObject({name: 'PersisterError'});
    expect(app.errors.map(({code}) => code)).toContain('TIMEOUT');
    await app.persister.destroy();
    expect(app.persister.getState().pending).toBe(1);
  });

  it('says so when it is to load, and loads when there is an answer', async () => {
    await query(`CREATE TABLE pets(_id text PRIMARY KEY,age text)`);
    await insert('theirs');
    proxy.freezeAll();
    const app = await openApp(cleanUps, location, tabular('pets'), client, {clock});
    const starting = app.persister.startAutoPersisting();
    await inTime(() => app.errors.some(({phase}) => phase === 'load'), 'an error');
    expect(app.errors.every(({code, retriable}) => code === 'TIMEOUT' && retriable)).toBe(true);
    expect(app.persister.getState()).toMatchObject({blocked: true});
    proxy.thaw();
    proxy.cut();
    await inTime(() => app.store.hasRow('pets', 'theirs'), 'what is stored');
    await starting;
    await app.persister.destroy();
  });
});

it('does not wait for ever for a client of pg, which is all it has', async () => {
  const client = new pg.Client(location);
  client.on('error', () => undefined);
  await client.connect();
  const store = createStore();
  const codes: string[] = [];
  const persister = await createPgPersister(store, client, tabular('pets'), {
    clock,
    onIgnoredError: (error) => codes.push((error as {code: string}).code),
  });
  await persister.startAutoPersisting();
  proxy.freeze();
  store.setRow('pets', 'mine', {age: 2});
  await inTime(() => codes.length > 0, 'an error');
  let isDestroyed = false;
  void persister.destroy().then(() => (isDestroyed = true));
  await inTime(() => isDestroyed, 'that it is destroyed');
  expect(new Set(codes)).toEqual(new Set(['TIMEOUT']));
});
