import {createStore as createTinyBaseStore} from 'tinybase';
import {createLibSqlPersister as createTinyBasePersister} from 'tinybase/persisters/persister-libsql';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {createLibSqlPersister} from '../../src/persisters/libsql/index.ts';
import {createStore} from '../../src/store/index.ts';
import {turn} from '../../src/testing/waiting.ts';
import {type OpenedClient, libSqlFile, libSqlHandle, openLibSql} from './clients/libsql.ts';
import {temporaryFiles} from './clients/temporary-files.ts';
import {describeSqlClient} from './suite/describe-sql-client.ts';
import {loadBy, openSession, tabular} from './suite/session.ts';
import type {SqlPlaces} from './suite/sql-client.ts';

const JSON_MODE = {mode: 'json'} as const;
/** Waits for as long as a busy machine may take. */
const comes = (check: () => unknown): Promise<unknown> => vi.waitFor(check, {timeout: 30_000});

const isRead = (sql: string): boolean => /SELECT "store"|SELECT CASE/.test(sql);

describeSqlClient({describe, it, beforeEach, afterEach}, libSqlFile);

describe('a file of libSQL', () => {
  let places: SqlPlaces;
  let clients: OpenedClient[];

  beforeEach(() => {
    clients = [];
    places = temporaryFiles(async (path) => {
      const client = openLibSql(`file:${path}`);
      clients.push(client);
      await client.execute({sql: 'PRAGMA journal_mode=WAL', args: []});
      return {...libSqlHandle(client), close: () => client.close()};
    });
  });
  afterEach(() => places.cleanUp());

  it('hears what is written through the same client and through another one, and not itself', async () => {
    const handle = await places.connect('a');
    const other = await places.connect('a');
    const {store, persister, commands} = await openSession(handle, tabular('pets'));
    store.setTables({pets: {fido: {age: 4}}});
    await persister.startAutoPersisting();
    await persister.whenSaved();
    commands.length = 0;
    for (const age of [5, 6, 7]) {
      store.setCell('pets', 'fido', 'age', age);
      await persister.whenSaved();
    }
    const polls = commands.length;
    await comes(() => expect(commands.length).toBeGreaterThan(polls + 2));
    expect(commands.filter(isRead)).toStrictEqual([]);
    await handle.execute(`UPDATE pets SET age=8`);
    await comes(() => expect(store.getCell('pets', 'fido', 'age')).toBe(8));
    await other.execute(`UPDATE pets SET age=9`);
    await comes(() => expect(store.getCell('pets', 'fido', 'age')).toBe(9));
    await persister.destroy();
  });

  it('loads while somebody else is writing', async () => {
    const handle = await places.connect('a');
    const first = await openSession(handle, JSON_MODE);
    first.store.setValue('open', true);
    await first.persister.save();
    await places.connect('a');
    const writing = await clients[1]?.transaction('write');
    await writing?.execute({sql: 'CREATE TABLE other(a)', args: []});
    expect(await loadBy(handle, JSON_MODE)).toEqual([{}, {open: true}]);
    await writing?.commit();
  });

  it('keeps what cannot be saved while somebody else is writing, and says so', async () => {
    const handle = await places.connect('a');
    const {store, persister, errors} = await openSession(handle, tabular('pets'));
    await persister.startAutoPersisting();
    await places.connect('a');
    const writing = await clients[1]?.transaction('write');
    store.setCell('pets', 'fido', 'age', 4);
    await comes(() => expect(errors.length).toBeGreaterThan(1));
    expect(errors[0]).toMatchObject({code: 'UNAVAILABLE', retriable: true});
    expect(persister.getState().pending).toBe(1);
    await writing?.commit();
    await persister.whenSaved();
    expect(persister.getState().pending).toBe(0);
    expect(await loadBy(handle, tabular('pets'))).toEqual([{pets: {fido: {age: 4}}}, {}]);
    await persister.destroy();
  });

  it("neither joins nor breaks the app's transaction on the same client", async () => {
    const handle = await places.connect('a');
    const {store, persister, errors} = await openSession(handle, tabular('pets'));
    await persister.startAutoPersisting();
    store.setCell('pets', 'fido', 'age', 4);
    await persister.whenSaved();
    const ours = await clients[0]?.transaction('write');
    await ours?.execute({sql: 'CREATE TABLE app(a)', args: []});
    store.setCell('pets', 'fido', 'age', 5);
    for (let index = 0; index < 5; index++) await turn();
    expect(persister.getState()).toMatchObject({pending: 1, saving: true});
    await ours?.execute({sql: 'INSERT INTO app VALUES(1)', args: []});
    await ours?.rollback();
    await persister.whenSaved();
    expect(errors).toStrictEqual([]);
    await persister.destroy();
    expect(await handle.execute('SELECT age FROM pets')).toMatchObject([{age: 5}]);
    expect(await handle.execute(`SELECT 1 FROM sqlite_master WHERE name='app'`)).toStrictEqual([]);
  });

  it('says that a client has been closed', async () => {
    const {store, persister, errors} = await openSession(await places.connect('a'), JSON_MODE);
    store.setValue('open', true);
    clients[0]?.close();
    await persister.save();
    await persister.destroy();
    expect(errors).toMatchObject([{code: 'UNAVAILABLE'}, {code: 'UNAVAILABLE', phase: 'save'}]);
  });

  it.each([
    ['JSON', JSON_MODE],
    ['tables', tabular('pets')],
  ])('opens what TinyBase has stored as %s, and TinyBase what it has', async (_form, config) => {
    const content = [{pets: {fido: {species: 'dog', age: 4}}}, {employees: 3}] as const;
    const handle = await places.connect('a');
    const client = clients[0] as never;
    const theirs = createTinyBaseStore().setContent(structuredClone(content) as never);
    const theirPersister = createTinyBasePersister(theirs, client, config as never);
    await theirPersister.save();
    expect(await loadBy(handle, config)).toEqual(content);

    const {store, persister} = await openSession(handle, config);
    await persister.load();
    store.setCell('pets', 'felix', 'species', 'cat').setCell('pets', 'felix', 'age', 2);
    await persister.save();
    await theirPersister.load();
    expect(theirs.getContent()).toEqual(store.getContent());
    await theirPersister.destroy();
    await persister.destroy();
  });
});

describe('libSQL in memory', () => {
  it('keeps a store, and hears what the app writes', async () => {
    const client = openLibSql(':memory:');
    const store = createStore();
    const persister = createLibSqlPersister(store, client, {
      ...tabular('pets'),
      autoLoadIntervalSeconds: 0.005,
    });
    expect(persister.getClient()).toBe(client);
    await persister.startAutoPersisting([{pets: {fido: {age: 4}}}, {}]);
    await persister.whenSaved();
    await client.execute({sql: 'UPDATE pets SET age=?', args: [5]});
    await comes(() => expect(store.getCell('pets', 'fido', 'age')).toBe(5));
    await persister.destroy();
    client.close();
  });

  it("waits for the app's transaction to end, as there is only one connection", async () => {
    const client = openLibSql(':memory:');
    const store = createStore();
    const errors: unknown[] = [];
    const persister = createLibSqlPersister(store, client, 'app', undefined, (error) =>
      errors.push(error),
    );
    await persister.startAutoSave();
    const ours = await client.transaction('write');
    store.setValue('open', true);
    for (let index = 0; index < 5; index++) await turn();
    expect(persister.getState()).toMatchObject({pending: 1, saving: true});
    await ours.rollback();
    await persister.whenSaved();
    expect(errors).toStrictEqual([]);
    const {rows} = await client.execute({sql: 'SELECT store FROM app', args: []});
    expect(rows).toMatchObject([{store: '[{},{"open":true}]'}]);
    await persister.destroy();
    client.close();
  });
});
