/** What goes wrong, and what others have left, with SQLite's build for WebAssembly. */
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';
import {createStore as createReferenceStore} from 'tinybase';
import {createSqliteWasmPersister as createReferencePersister} from 'tinybase/persisters/persister-sqlite-wasm';
import {describe, expect, it} from 'vitest';
import {createStore} from '../../src/store/index.ts';
import {until} from '../../src/testing/waiting.ts';
import {createSqliteWasmPersister} from '../../src/persisters/sqlite-wasm/index.ts';
import {type LoadedSqlite3, type OpenedDatabase, toHandle} from './clients/sqlite-wasm.ts';
import {loadBy, openSession, tabular} from './suite/session.ts';

const path = createRequire(import.meta.url).resolve('@sqlite.org/sqlite-wasm');
const {default: init} = (await import(pathToFileURL(path).href)) as {
  default: () => Promise<LoadedSqlite3>;
};
const sqlite3 = await init();

let count = 0;
const newPlace = (): string => `file:/faults-${String(++count)}?vfs=memdb`;
const open = (place = newPlace()): OpenedDatabase => new sqlite3.oo1.DB(place, 'c');
const run = (db: OpenedDatabase, sql: string): unknown =>
  db.exec({sql, rowMode: 'object', returnValue: 'resultRows'});
const ages = (db: OpenedDatabase): unknown => run(db, 'SELECT _id id,age FROM pets');

const CONFIG = tabular('pets');
const patience = {patienceMs: 20_000};

describe('sqlite-wasm', () => {
  it('stores numbers that no integer of 64 bits holds', async () => {
    const db = open();
    const {store, persister} = await openSession(toHandle(sqlite3, db), {mode: 'json'});
    const tables = await openSession(toHandle(sqlite3, db), CONFIG, store);
    store.setTable('pets', {a: {n: 1e300}, b: {n: -1e19}, c: {n: 2 ** 53}});
    await tables.persister.save();
    expect(await loadBy(toHandle(sqlite3, db), CONFIG)).toStrictEqual(store.getContent());
    await persister.destroy();
  });

  it('waits for a transaction of the app to end, and is not part of it', async () => {
    const db = open();
    const {store, persister, errors} = await openSession(toHandle(sqlite3, db), CONFIG);
    store.setTable('pets', {fido: {age: 1}});
    await persister.startAutoPersisting();
    run(db, 'BEGIN');
    run(db, "INSERT INTO pets(_id,age) VALUES('theirs',9)");
    store.setCell('pets', 'fido', 'age', 2);
    const saved = persister.whenSaved();
    run(db, 'ROLLBACK');
    await saved;
    expect(ages(db)).toMatchObject([{id: 'fido', age: 2}]);
    expect(errors).toStrictEqual([]);
    await persister.destroy();
  });

  it('saves when another connection has let go of its lock, and says that it waits', async () => {
    const place = newPlace();
    const [db, other] = [open(place), open(place)];
    const {store, persister} = await openSession(toHandle(sqlite3, db), CONFIG);
    store.setTable('pets', {fido: {age: 1}});
    await persister.startAutoPersisting();
    await persister.whenSaved();
    run(other, 'BEGIN IMMEDIATE');
    store.setCell('pets', 'fido', 'age', 2);
    await until(() => persister.getState().lastError !== undefined, 'an error', patience);
    expect(persister.getState()).toMatchObject({
      pending: 1,
      lastError: {code: 'UNAVAILABLE', retriable: true},
    });
    run(other, 'COMMIT');
    await persister.whenSaved();
    expect(ages(other)).toMatchObject([{id: 'fido', age: 2}]);
    await persister.destroy();
  });

  it('gives up a database that the app has closed', async () => {
    const db = open();
    const {store, persister, errors} = await openSession(toHandle(sqlite3, db), CONFIG);
    await persister.startAutoPersisting();
    db.close();
    store.setTable('pets', {fido: {age: 1}});
    await expect(persister.whenSaved()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retriable: false,
    });
    expect(errors.length).toBeGreaterThan(0);
    await persister.destroy();
  });

  it('names an argument that is none of SQLite', () => {
    const store = createStore();
    expect(() => createSqliteWasmPersister(store, {} as never, open())).toThrow(/^sqlite3.capi:/);
    expect(() => createSqliteWasmPersister(store, sqlite3, {} as never)).toThrow(/^db:/);
  });

  for (const config of [{mode: 'json'} as const, CONFIG]) {
    it(`exchanges databases with the reference, ${config.mode}`, async () => {
      const db = open();
      const theirs = createReferenceStore()
        .setTables({pets: {fido: {species: 'dog', age: 4}, felix: {species: 'cat', age: 2}}})
        .setValues({open: 'yes', employees: 3});
      await createReferencePersister(theirs, sqlite3, db, config as never).save();
      const handle = toHandle(sqlite3, db);
      expect(await loadBy(handle, config)).toStrictEqual(theirs.getContent());
      const {store, persister} = await openSession(handle, config);
      await persister.load();
      store.setCell('pets', 'fido', 'age', 5).setValue('employees', 4);
      await persister.save();
      const read = createReferenceStore();
      await createReferencePersister(read, sqlite3, db, config as never).load();
      expect(read.getContent()).toStrictEqual(store.getContent());
      await persister.destroy();
    });
  }
});
