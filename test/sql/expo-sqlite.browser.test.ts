import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {createExpoSqlitePersister} from '../../src/persisters/expo-sqlite/index.ts';
import {createStore} from '../../src/store/index.ts';
import {closeExpoSqlite, expoHandle, expoSqlite, loadExpoSqlite} from './clients/expo-sqlite.ts';
import {browserName} from './clients/sqlite-wasm.ts';
import {describeSqlClient} from './suite/describe-sql-client.ts';
import {describeHearing} from './suite/hearing.ts';
import {loadBy, openSession, tabular} from './suite/session.ts';

const client = expoSqlite(browserName());
const runner = {describe, it, beforeEach, afterEach};
describeSqlClient(runner, client);
describeHearing(runner, client);

describe('expo-sqlite on the web', () => {
  const options = {enableChangeListener: false, useNewConnection: true};

  it('keeps a store in a file, and has the client it was created with', async () => {
    const {openDatabaseAsync, deleteDatabaseAsync} = await loadExpoSqlite();
    const db = await openDatabaseAsync('pets.db', options);
    const store = createStore().setTables({pets: {fido: {age: 4}}});
    const persister = createExpoSqlitePersister(store, db, 'my_store');
    expect(persister.getDb()).toBe(db);
    await persister.startAutoSave();
    store.setCell('pets', 'fido', 'age', 5);
    await persister.whenSaved();
    await persister.destroy();
    await closeExpoSqlite(db);

    const again = await openDatabaseAsync('pets.db', options);
    const loaded = createStore();
    await createExpoSqlitePersister(loaded, again, 'my_store').load();
    expect(loaded.getTables()).toEqual({pets: {fido: {age: 5}}});
    await closeExpoSqlite(again);
    await deleteDatabaseAsync('pets.db');
  });

  it('hears what the app writes without a listener, too, and reads nothing of its own', async () => {
    const {openDatabaseAsync} = await loadExpoSqlite();
    const db = await openDatabaseAsync(':memory:', options);
    const handle = expoHandle(db);
    const {store, persister, commands} = await openSession(handle, tabular('pets'));
    await persister.startAutoPersisting([{pets: {fido: {age: 4}}}, {}]);
    await persister.whenSaved();
    commands.length = 0;
    store.setCell('pets', 'fido', 'age', 5);
    await persister.whenSaved();
    const {length} = commands;
    await vi.waitFor(() => expect(commands.length).toBeGreaterThan(length + 2));
    expect(commands.filter((sql) => /SELECT CASE/.test(sql))).toStrictEqual([]);
    await handle.execute('UPDATE pets SET age=6');
    await vi.waitFor(() => expect(store.getCell('pets', 'fido', 'age')).toBe(6));
    await persister.destroy();
    expect(await loadBy(handle, tabular('pets'))).toEqual([{pets: {fido: {age: 6}}}, {}]);
    await closeExpoSqlite(db);
  });

  it('says that a database has been closed', async () => {
    const {openDatabaseAsync} = await loadExpoSqlite();
    const db = await openDatabaseAsync(':memory:', options);
    const {store, persister, errors} = await openSession(expoHandle(db), {mode: 'json'});
    store.setValue('open', true);
    await db.closeAsync();
    await persister.save();
    await persister.destroy();
    expect(errors.at(-1)).toMatchObject({code: 'UNAVAILABLE', phase: 'save', retriable: false});
  });
});
