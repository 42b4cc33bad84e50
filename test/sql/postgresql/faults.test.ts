/** PostgreSQL when processes and connections come and go, and with rights that are not those of its owner. */
import {type ChildProcess, fork} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import type {DatabasePersisterConfig} from '../../../src/persisters/sql/config.ts';
import {tabular} from '../suite/session.ts';
import {type App, type CleanUps, type Client, LEFTOVERS, startApp} from './apps.ts';
import {command, createSchema, dropSchema, type Location, locate, withClient} from './databases.ts';

const PATIENCE = {timeout: 40_000, interval: 20};

let schema: string;
let location: Location;
const cleanUps: CleanUps = [];

beforeEach(async () => {
  schema = await createSchema();
  location = {...locate(schema), application_name: schema};
});

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  await dropSchema(schema);
});

const query = (sql: string): Promise<readonly unknown[]> =>
  withClient(location, async (client) => (await client.query(sql)).rows);

const open = (
  config: DatabasePersisterConfig,
  client: Client = 'pg',
  where: Location = location,
): Promise<App> => startApp(cleanUps, where, config, client);

const leftovers = (): Promise<readonly unknown[]> => query(LEFTOVERS);

const terminate = (): Promise<readonly unknown[]> =>
  query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity ` +
      `WHERE application_name='${schema}' AND pid<>pg_backend_pid()`,
  );

const startProcess = async (
  config: DatabasePersisterConfig,
  row: readonly unknown[],
): Promise<{child: ChildProcess; tables: () => Record<string, unknown>}> => {
  const child = fork(
    fileURLToPath(new URL('writer-worker.mjs', import.meta.url)),
    [location, config, row].map((value) => JSON.stringify(value)),
  );
  cleanUps.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  let tables = {};
  let isSaved = false;
  child.on('message', (message: {saved?: boolean; tables?: Record<string, unknown>}) => {
    isSaved ||= message.saved === true;
    tables = message.tables ?? tables;
  });
  await vi.waitFor(() => expect(isSaved).toBe(true), PATIENCE);
  return {child, tables: () => tables};
};

describe.each([
  ['the same configuration', tabular('pets'), tabular('pets')],
  ['different configurations', tabular('pets'), tabular('pets', 'other')],
])('processes with %s', (_title, ours, theirs) => {
  it('hear each other; one stops, one is killed, the others go on, and leave nothing', async () => {
    const app = await open(ours);
    app.store.setRow('pets', 'mine', {age: 1});
    const [one, two] = [
      await startProcess(theirs, ['pets', 'one', {age: 2}]),
      await startProcess(theirs, ['pets', 'two', {age: 3}]),
    ];
    const all = {mine: {age: 1}, one: {age: 2}, two: {age: 3}};
    await vi.waitFor(() => expect(app.store.getTable('pets')).toEqual(all), PATIENCE);
    await vi.waitFor(() => expect(one.tables()).toEqual({pets: all}), PATIENCE);

    one.child.send('stop');
    await once(one.child, 'exit');
    two.child.kill('SIGKILL');
    await once(two.child, 'exit');
    const three = await startProcess(theirs, ['pets', 'three', {age: 4}]);
    await vi.waitFor(() => expect(app.store.hasRow('pets', 'three')).toBe(true), PATIENCE);
    app.store.setRow('pets', 'late', {age: 5});
    const late = expect.objectContaining({late: {age: 5}, three: {age: 4}}) as unknown;
    await vi.waitFor(() => expect(three.tables()['pets']).toEqual(late), PATIENCE);

    three.child.send('stop');
    await once(three.child, 'exit');
    await app.persister.destroy();
    expect(await leftovers()).toEqual([]);
    expect(app.errors).toEqual([]);
  });
});

describe.each(['pg', 'postgres'] as const)('connections of %s that are lost', (client) => {
  it('cost nothing while saving, and others are heard again', async () => {
    const app = await open(tabular('pets'), client);
    const other = await open(tabular('pets'), client === 'pg' ? 'postgres' : 'pg');
    for (let index = 0; index < 60; index++) {
      app.store.setRow('pets', `row${String(index)}`, {index});
      if (index % 20 === 10) await terminate();
      if (index % 5 === 0) await query('SELECT 1');
    }
    await vi.waitFor(() => app.persister.whenSaved(), PATIENCE);
    const rows = await query('SELECT _id FROM pets');
    expect(rows).toHaveLength(60);
    await vi.waitFor(() => expect(other.store.getRowCount('pets')).toBe(60), PATIENCE);
    await query(`INSERT INTO pets(_id,index) VALUES('theirs','1')`);
    await vi.waitFor(() => expect(app.store.hasRow('pets', 'theirs')).toBe(true), PATIENCE);
    await app.persister.destroy();
    await other.persister.destroy();
    expect(await leftovers()).toEqual([]);
  });
});

describe('a role with few rights', () => {
  const asRole = async (rights: string): Promise<Location> => {
    const role = `role_${schema}`;
    await command(`CREATE ROLE ${role} LOGIN PASSWORD 'x' NOSUPERUSER`);
    await command(`GRANT ${rights} ON SCHEMA ${schema} TO ${role}`);
    cleanUps.push(() => command(`DROP OWNED BY ${role}; DROP ROLE ${role}`));
    return {...location, user: role, password: 'x'};
  };

  it('loads, saves and hears without being superuser', async () => {
    const where = await asRole('ALL');
    const app = await open(tabular('pets'), 'pg', where);
    const other = await open(tabular('pets'), 'pg', where);
    app.store.setRow('pets', 'mine', {age: 1});
    await vi.waitFor(() => expect(other.store.hasRow('pets', 'mine')).toBe(true), PATIENCE);
    expect(app.errors).toEqual([]);
  });

  it('loads what it may only read, and looks for changes at intervals', async () => {
    await query('CREATE TABLE pets (_id text PRIMARY KEY, age int)');
    const where = await asRole('USAGE');
    await command(`GRANT SELECT ON ${schema}.pets TO role_${schema}`);
    const app = await open(
      {mode: 'tabular', tables: {load: {pets: 'pets'}}, autoLoadIntervalSeconds: 0.05},
      'pg',
      where,
    );
    await query(`INSERT INTO pets VALUES('theirs',1)`);
    await vi.waitFor(
      () => expect(app.store.getTables()).toEqual({pets: {theirs: {age: 1}}}),
      PATIENCE,
    );
    expect(app.errors.map(({code}) => code)).toEqual(['DENIED']);
  });
});

describe('a role that may write to a table, and not make triggers', () => {
  it('saves, and looks for what others write at intervals', async () => {
    await query('CREATE TABLE pets (_id text PRIMARY KEY, age int)');
    const role = `role_${schema}`;
    await command(`CREATE ROLE ${role} LOGIN PASSWORD 'x' NOSUPERUSER`);
    cleanUps.push(() => command(`DROP OWNED BY ${role}; DROP ROLE ${role}`));
    await command(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
    await command(`GRANT SELECT,INSERT,UPDATE,DELETE ON ${schema}.pets TO ${role}`);
    const where = {...location, user: role, password: 'x'};
    const config: DatabasePersisterConfig = {
      mode: 'tabular',
      tables: {load: {pets: 'pets'}, save: {pets: 'pets'}},
      autoLoadIntervalSeconds: 0.05,
    };
    const [one, other] = [await open(config, 'pg', where), await open(config, 'postgres', where)];
    one.store.setRow('pets', 'a', {age: 1});
    await vi.waitFor(() => expect(other.store.getCell('pets', 'a', 'age')).toBe(1), PATIENCE);
    other.store.delRow('pets', 'a');
    await vi.waitFor(() => expect(one.store.hasRow('pets', 'a')).toBe(false), PATIENCE);
    for (const {errors} of [one, other]) {
      expect(errors.map(({code, phase}) => [code, phase])).toEqual([['DENIED', 'listen']]);
    }
    await one.persister.destroy();
    await other.persister.destroy();
    expect(await leftovers()).toEqual([]);
  });
});

it('hears of a table that somebody else has created at the same time', async () => {
  await withClient(location, async (client) => {
    await client.query('BEGIN; CREATE TABLE pets (_id text PRIMARY KEY, age int)');
    const opening = open(tabular('pets'));
    const waiting =
      `SELECT 1 FROM pg_stat_activity WHERE wait_event_type='Lock' ` +
      `AND query LIKE 'CREATE TABLE %pets%' AND application_name='${schema}'`;
    await vi.waitFor(async () => expect(await query(waiting)).toHaveLength(1), PATIENCE);
    await client.query('COMMIT');
    const app = await opening;
    await client.query(`INSERT INTO pets VALUES('theirs',1)`);
    await vi.waitFor(() => expect(app.store.getCell('pets', 'theirs', 'age')).toBe(1), PATIENCE);
    expect(app.errors).toEqual([]);
  });
});

it('loads one row when somebody else writes one of many, and nothing when we do', async () => {
  await query(
    `CREATE TABLE pets (_id text PRIMARY KEY, a int, b text); ` +
      `INSERT INTO pets SELECT 'r'||i, i, 'text' FROM generate_series(1,100000) i`,
  );
  const app = await open(tabular('pets'));
  expect(app.store.getRowCount('pets')).toBe(100_000);
  app.commands.length = 0;
  app.store.setCell('pets', 'r2', 'a', 0);
  await app.persister.whenSaved();
  expect(app.commands.filter((sql) => sql.includes('FROM "pets"'))).toEqual([]);
  await query(`UPDATE pets SET a=-1 WHERE _id='r1'`);
  await vi.waitFor(() => expect(app.store.getCell('pets', 'r1', 'a')).toBe(-1), PATIENCE);
  const reads = app.commands.filter((sql) => sql.includes('FROM "pets"'));
  expect(reads).toHaveLength(1);
  expect(reads[0]).toContain('IN(SELECT');
});
