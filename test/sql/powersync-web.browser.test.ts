import {afterAll, afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {createPowerSyncPersister} from '../../src/persisters/powersync/index.ts';
import {createStore} from '../../src/store/index.ts';
import {handleOf} from './clients/powersync-databases.ts';
import {
  IN_INDEXED_DB,
  IN_OPFS,
  openPowerSyncWeb,
  startPowerSyncWeb,
} from './clients/powersync-web.ts';
import {browserName} from './clients/sqlite-wasm.ts';
import {describeSqlClient} from './suite/describe-sql-client.ts';
import {describeHearing} from './suite/hearing.ts';
import {describePowerSyncSchema} from './suite/powersync-schema.ts';
import {openSession, tabular} from './suite/session.ts';

const runner = {describe, it, beforeEach, afterEach};

for (const [where, storage] of Object.entries({IndexedDB: IN_INDEXED_DB, OPFS: IN_OPFS})) {
  const client = startPowerSyncWeb(browserName(), storage);
  afterAll(() => client.stop());
  describeSqlClient(runner, client);
  describeHearing(runner, client);

  describe(`PowerSync on the web, in ${where}`, () => {
    const open = (name: string) => openPowerSyncWeb(`${name}.db`, {}, storage);

    it('keeps a store in a file, and has the client it was created with', async () => {
      const db = await open('pets');
      const store = createStore().setTables({pets: {fido: {age: 4}}});
      const persister = createPowerSyncPersister(store, db, 'my_store');
      expect(persister.getPowerSync()).toBe(db);
      await persister.startAutoSave();
      store.setCell('pets', 'fido', 'age', 5);
      await persister.whenSaved();
      await persister.destroy();
      await db.close();

      const again = await open('pets');
      const loaded = createStore();
      const other = createPowerSyncPersister(loaded, again, 'my_store');
      await other.load();
      expect(loaded.getTables()).toEqual({pets: {fido: {age: 5}}});
      await other.destroy();
      await again.close();
    });

    it('hears at once what another client of the database writes', async () => {
      const [db, elsewhere] = [await open('shared'), await open('shared')];
      // So seldom that nothing comes of looking for it.
      const config = {...tabular('pets'), autoLoadIntervalSeconds: 600};
      const {store, persister, errors} = await openSession(handleOf(db), config);
      await persister.startAutoPersisting([{pets: {fido: {age: 4}}}, {}]);
      await persister.whenSaved();
      for (const age of [5, 6]) {
        await elsewhere.execute('UPDATE pets SET age=?', [age]);
        await vi.waitFor(() => expect(store.getCell('pets', 'fido', 'age')).toBe(age), 20_000);
      }
      expect(errors).toStrictEqual([]);
      await persister.destroy();
      await elsewhere.close();
      await db.close();
    });

    it('says that a database has been closed', async () => {
      const db = await open('closed');
      const {store, persister, errors} = await openSession(handleOf(db), {mode: 'json'});
      store.setValue('open', true);
      await db.close();
      await persister.save();
      await persister.destroy();
      expect(errors.at(-1)).toMatchObject({code: 'UNAVAILABLE', phase: 'save', retriable: false});
    });
  });

  describePowerSyncSchema(`tables of PowerSync, in ${where}`, (tables) =>
    openPowerSyncWeb('schema.db', tables, storage),
  );
}
