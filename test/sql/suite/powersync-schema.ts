/** Tables of PowerSync's own schema: views, whose triggers queue what is written for being uploaded. */
import {afterAll, describe, expect, it} from 'vitest';
import {type Columns, handleOf, type OpenedDatabase} from '../clients/powersync-databases.ts';
import {loadBy, openSession} from './session.ts';
import type {SqlHandle} from './sql-client.ts';

const SCHEMA: Columns = {
  pets: {species: 'text', age: 'integer', sold: 'integer'},
  things: {name: 'text'},
  documents: {store: 'text'},
};

const tables = (name: string) =>
  ({
    mode: 'tabular',
    tables: {
      load: {[name]: {tableId: name, rowIdColumnName: 'id'}},
      save: {[name]: {tableName: name, rowIdColumnName: 'id'}},
    },
  }) as const;

/** Defines the tests of a client. @param open Opens a database with such tables. */
export const describePowerSyncSchema = (
  title: string,
  open: (tables: Columns) => Promise<OpenedDatabase>,
): void => {
  describe(title, () => {
    let opening: Promise<OpenedDatabase> | undefined;
    const connect = async (): Promise<SqlHandle> => handleOf(await (opening ??= open(SCHEMA)));
    afterAll(async () => (await opening)?.close());

    it('get inserts, updates and deletions, each queued as what it is', async () => {
      const handle = await connect();
      const {store, persister, errors} = await openSession(handle, tables('pets'));
      await persister.startAutoPersisting();
      store.setTable('pets', {
        fido: {species: 'dog', age: 4, sold: true},
        felix: {species: 'cat', age: 2, sold: false},
      });
      await persister.whenSaved();
      store.setCell('pets', 'fido', 'age', 5).delRow('pets', 'felix');
      await persister.whenSaved();
      await persister.destroy();
      expect(errors).toStrictEqual([]);
      expect(await loadBy(handle, tables('pets'))).toStrictEqual(store.getContent());
      const queued = await handle.execute('SELECT data FROM ps_crud ORDER BY id');
      const operations = queued.map(({data}) => JSON.parse(String(data)) as object);
      expect(operations).toStrictEqual([
        {op: 'PUT', type: 'pets', id: 'fido', data: {species: 'dog', age: 4, sold: 1}},
        {op: 'PUT', type: 'pets', id: 'felix', data: {species: 'cat', age: 2, sold: 0}},
        {op: 'DELETE', type: 'pets', id: 'felix'},
        {op: 'PATCH', type: 'pets', id: 'fido', data: {age: 5}},
      ]);
    });

    it('keep cells that the schema has no column for beside them, and say so once', async () => {
      const handle = await connect();
      const {store, persister, errors} = await openSession(handle, tables('things'));
      await persister.startAutoPersisting();
      store.setTable('things', {a: {name: 'A', weight: 1}});
      await persister.whenSaved();
      store.setCell('things', 'a', 'weight', 2);
      await persister.whenSaved();
      await persister.destroy();
      expect(await loadBy(handle, tables('things'))).toStrictEqual(store.getContent());
      expect(errors).toMatchObject([{code: 'DENIED', tableId: 'things'}]);
      expect(errors[0]?.message).toContain("no column 'weight'");
    });

    it('hold a store as JSON', async () => {
      const handle = await connect();
      const config = {
        mode: 'json',
        storeTableName: 'documents',
        storeIdColumnName: 'id',
      } as const;
      const {store, persister, errors} = await openSession(handle, config);
      store.setValue('count', 1);
      await persister.startAutoPersisting();
      await persister.whenSaved();
      store.setValue('count', 2);
      await persister.whenSaved();
      await persister.destroy();
      expect(errors).toStrictEqual([]);
      expect(await loadBy(handle, config)).toStrictEqual(store.getContent());
      const queued = await handle.execute(
        `SELECT data FROM ps_crud WHERE json_extract(data,'$.type')='documents' ORDER BY id`,
      );
      const operations = queued.map(({data}) => (JSON.parse(String(data)) as {op: string}).op);
      expect(operations).toStrictEqual(['PUT', 'PATCH']);
    });

    it('refuse a store as JSON in columns that they do not have', async () => {
      const handle = await connect();
      const config = {mode: 'json', storeTableName: 'things', storeIdColumnName: 'id'} as const;
      const {store, persister, errors} = await openSession(handle, config);
      store.setValue('open', true);
      await persister.save();
      expect(errors).toMatchObject([{code: 'DENIED', retriable: false}]);
      expect(errors[0]?.message).toContain("'things' lacks 'store'");
      await persister.destroy();
    });
  });
};
