import {afterAll, afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {libSqlServer} from './clients/libsql.ts';
import {hasLibSqlServer, startLibSqlServer, stopLibSqlServer} from './clients/libsql-server.ts';
import {describeSqlClient} from './suite/describe-sql-client.ts';
import {loadBy, openSession, tabular} from './suite/session.ts';
import type {SqlHandle, SqlPlaces} from './suite/sql-client.ts';

/** What is there to count writes. */
const ours = async (handle: SqlHandle): Promise<unknown[]> => {
  const rows = await handle.execute(
    `SELECT name FROM sqlite_master WHERE type IN('table','trigger') AND name LIKE 'cellar%' ` +
      `AND name NOT IN('cellar_columns','cellar_cells') ORDER BY name`,
  );
  return rows.map(({name}) => name);
};

/** Waits for as long as a busy machine may take. */
const comes = (check: () => unknown): Promise<unknown> => vi.waitFor(check, {timeout: 20_000});

const isRead = (sql: string): boolean => /SELECT "store"|SELECT CASE/.test(sql);

const runner = {describe: describe.runIf(hasLibSqlServer), it, beforeEach, afterEach};
for (const scheme of ['http', 'ws'] as const) describeSqlClient(runner, libSqlServer(scheme));
afterAll(stopLibSqlServer);

describe.runIf(hasLibSqlServer).each(['http', 'ws'] as const)(
  'a libSQL server over %s',
  (scheme) => {
    const server = libSqlServer(scheme);
    let places: SqlPlaces;

    beforeEach(async () => {
      places = await server.setUp();
    });
    afterEach(() => places.cleanUp());

    it('hears what any client writes, and not itself, and asks with one statement while idle', async () => {
      const handle = await places.connect('a');
      const other = await places.connect('a');
      await other.execute('CREATE TABLE pets(_id PRIMARY KEY,age)');
      const {store, persister, commands, errors} = await openSession(
        handle,
        tabular('pets', 'later'),
      );
      await persister.startAutoPersisting([{pets: {fido: {age: 4}}}, {}]);
      await persister.whenSaved();
      commands.length = 0;
      for (const age of [5, 6]) {
        store.setCell('pets', 'fido', 'age', age);
        await persister.whenSaved();
      }
      const saved = commands.length;
      await comes(() => expect(commands.length).toBeGreaterThan(saved + 2));
      expect(commands.filter(isRead)).toStrictEqual([]);
      expect(new Set(commands.slice(saved))).toHaveProperty('size', 1);

      await other.execute('UPDATE pets SET age=7');
      await comes(() => expect(store.getCell('pets', 'fido', 'age')).toBe(7));
      await other.execute('DELETE FROM pets');
      await comes(() => expect(store.getTableIds()).toStrictEqual([]));
      await other.execute('CREATE TABLE later(_id PRIMARY KEY,n)');
      await other.execute(`INSERT INTO later VALUES('a',1)`);
      await comes(() => expect(store.getCell('later', 'a', 'n')).toBe(1));
      await comes(async () => {
        await other.execute(`UPDATE later SET n=n+1`);
        expect(store.getCell('later', 'a', 'n')).toBeGreaterThan(1);
      });
      commands.length = 0;
      await other.execute('CREATE TABLE unrelated(a)');
      await other.execute('INSERT INTO unrelated VALUES(1)');
      expect(errors).toStrictEqual([]);
      await persister.destroy();
    });

    it('counts writes only while somebody listens, and leaves nothing behind', async () => {
      const handle = await places.connect('a');
      const config = tabular('pets');
      const silent = await openSession(handle, config);
      silent.store.setTables({pets: {fido: {age: 4}}}).setValue('open', true);
      await silent.persister.startAutoSave();
      await silent.persister.whenSaved();
      expect(await ours(handle)).toStrictEqual([]);

      const one = await openSession(handle, config);
      const other = await openSession(await places.connect('a'), config);
      await one.persister.startAutoLoad();
      await other.persister.startAutoLoad();
      const triggers = ['delete', 'insert', 'update'].flatMap((event) =>
        ['cellar_columns', 'pets', 'tinybase_values'].map(
          (table) => `cellar_changes_${event}_${table}`,
        ),
      );
      await comes(async () =>
        expect(await ours(handle)).toStrictEqual(
          ['cellar_changes', 'cellar_watchers', ...triggers].sort(),
        ),
      );
      for (const age of [5, 6, 7]) await handle.execute('UPDATE pets SET age=?', [age]);
      await comes(() => expect(one.store.getCell('pets', 'fido', 'age')).toBe(7));
      expect(await handle.execute('SELECT count(*) n FROM cellar_changes')).toMatchObject([{n: 3}]);
      expect(await handle.execute('SELECT count(*) n FROM cellar_watchers')).toMatchObject([
        {n: 6},
      ]);

      await one.persister.destroy();
      await handle.execute('UPDATE pets SET age=8');
      await comes(() => expect(other.store.getCell('pets', 'fido', 'age')).toBe(8));
      await other.persister.stopAutoLoad();
      expect(await ours(handle)).toStrictEqual([]);
      await handle.execute('UPDATE pets SET age=9');
      await other.persister.startAutoLoad();
      expect(other.store.getCell('pets', 'fido', 'age')).toBe(9);
      await other.persister.destroy();
      await silent.persister.destroy();
      expect(await ours(handle)).toStrictEqual([]);
      expect([...silent.errors, ...one.errors, ...other.errors]).toStrictEqual([]);
    });

    it('drops what only those needed who have not been heard of for an hour', async () => {
      const handle = await places.connect('a');
      for (const table of ['gone', 'pets']) {
        await handle.execute(`CREATE TABLE ${table}(_id PRIMARY KEY,n)`);
      }
      const dead = await openSession(handle, {...tabular('gone'), autoLoadIntervalSeconds: 600});
      await dead.persister.startAutoLoad();
      expect(await ours(handle)).toContain('cellar_changes_insert_gone');
      await handle.execute('UPDATE cellar_watchers SET seen_at=seen_at-3601');
      const {persister} = await openSession(handle, tabular('pets'));
      await persister.startAutoLoad();
      await comes(async () =>
        expect(await ours(handle)).toStrictEqual([
          'cellar_changes',
          'cellar_changes_delete_pets',
          'cellar_changes_insert_pets',
          'cellar_changes_update_pets',
          'cellar_watchers',
        ]),
      );
      expect(await handle.execute('SELECT table_name FROM cellar_changes')).toMatchObject([
        {table_name: 'pets'},
      ]);
      await persister.destroy();
      expect(await ours(handle)).toStrictEqual([]);
      await dead.persister.destroy();
    });

    it('goes on hearing when what counts has been dropped, or a table has another name', async () => {
      const handle = await places.connect('a');
      await handle.execute('CREATE TABLE pets(_id PRIMARY KEY,n)');
      const {store, persister, errors} = await openSession(handle, tabular('pets'));
      await persister.startAutoLoad();
      await handle.execute(`INSERT INTO pets VALUES('a',1)`);
      await comes(() => expect(store.getTables()).toEqual({pets: {a: {n: 1}}}));
      await handle.execute('DROP TABLE cellar_watchers');
      await handle.execute('UPDATE pets SET n=2');
      await comes(() => expect(store.getTables()).toEqual({pets: {a: {n: 2}}}));
      await handle.execute('ALTER TABLE pets RENAME TO others');
      await handle.execute('CREATE TABLE pets(_id PRIMARY KEY,n)');
      for (const n of [3, 4]) {
        await handle.execute('INSERT OR REPLACE INTO pets VALUES(?,?)', ['b', n]);
        await comes(() => expect(store.getTables()).toEqual({pets: {b: {n}}}));
      }
      await persister.destroy();
      expect(errors).toStrictEqual([]);
      expect(await ours(handle)).toStrictEqual([]);
    });

    it('hears of writes to the tables behind a view', async () => {
      const handle = await places.connect('a');
      await handle.execute('CREATE TABLE animals(name,n)');
      await handle.execute('CREATE VIEW pets AS SELECT name _id,n FROM animals');
      const {store, persister} = await openSession(handle, tabular('pets'));
      await persister.startAutoLoad();
      for (const n of [1, 2]) {
        await handle.execute('INSERT INTO animals VALUES(?,?)', [`a${String(n)}`, n]);
        await comes(() => expect(store.getRowIds('pets')).toHaveLength(n));
      }
      await persister.destroy();
      expect(await ours(handle)).toStrictEqual([]);
    });

    it('takes no lock to load', async () => {
      const handle = await places.connect('a');
      const first = await openSession(handle, {mode: 'json'});
      first.store.setValue('open', true);
      await first.persister.save();
      const {store, persister, commands} = await openSession(handle, {mode: 'json'});
      await persister.load();
      expect(store.getValues()).toEqual({open: true});
      expect(commands).toContain('BEGIN');
      expect(commands.filter((sql) => /IMMEDIATE|INSERT|UPDATE|CREATE/.test(sql))).toStrictEqual(
        [],
      );
    });

    it('saves under what others have written to the whole before it could hear them', async () => {
      const handle = await places.connect('a');
      const other = await places.connect('a');
      await other.execute('CREATE TABLE tinybase(_id PRIMARY KEY,store)');
      const {store, persister} = await openSession(handle, {mode: 'json'});
      await persister.load();
      await other.execute(`INSERT INTO tinybase VALUES('_','[{},{"theirs":1}]')`);
      store.setValue('ours', 2);
      await persister.save();
      await persister.destroy();
      expect(await loadBy(handle, {mode: 'json'})).toEqual([{}, {theirs: 1, ours: 2}]);
    });

    it('loses nothing when the server is killed and comes back', async () => {
      const handle = await places.connect('a');
      const {store, persister, errors} = await openSession(handle, tabular('pets'));
      await persister.startAutoPersisting([{pets: {fido: {age: 4}}}, {}]);
      await persister.whenSaved();
      const restarting = (await startLibSqlServer()).restart();
      store.setCell('pets', 'fido', 'age', 5);
      await comes(() => expect(errors.length).toBeGreaterThan(0));
      expect(errors[0]).toMatchObject({code: 'UNAVAILABLE', retriable: true});
      await restarting;
      await persister.whenSaved();
      await handle.execute('UPDATE pets SET age=6');
      await comes(() => expect(store.getCell('pets', 'fido', 'age')).toBe(6));
      await persister.destroy();
    });
  },
);
