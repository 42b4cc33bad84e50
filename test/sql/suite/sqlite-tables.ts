/** Tables of SQLite that somebody else has made, with types, keys and values of their own. */
import {createStore} from '../../../src/store/index.ts';
import {assertSame} from '../../../src/testing/assertions.ts';
import {until} from '../../../src/testing/waiting.ts';
import {loadBy, openSession, tabular} from './session.ts';
import type {SharedTest} from './shared-tests.ts';
import type {SqlHandle} from './sql-client.ts';

/** What a query returns in its only column, as text. */
const column = async (handle: SqlHandle, sql: string): Promise<unknown[]> =>
  (await handle.execute(sql)).map((row) => Object.values(row)[0]);

const idAs = (rowIdColumnName: string) =>
  ({
    mode: 'tabular',
    tables: {
      load: {t: {tableId: 't', rowIdColumnName}},
      save: {t: {tableName: 't', rowIdColumnName}},
    },
  }) as const;

export const sqliteTables: readonly SharedTest[] = [
  {
    name: 'leaves blobs and integers that are too large where they are',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      await handle.execute('CREATE TABLE t(_id text PRIMARY KEY, b, n, c)');
      await handle.execute("INSERT INTO t VALUES ('r', x'0102', 9007199254740993, 1)");
      const {store, persister, errors} = await openSession(handle, tabular('t'));
      await persister.startAutoPersisting();
      assertSame(store.getTables(), {t: {r: {c: 1}}}, 'loaded');
      assertSame(
        errors.map(({code, cellId}) => [code, cellId]),
        [
          ['REFUSED', 'b'],
          ['REFUSED', 'n'],
        ],
        'reported',
      );
      store.setCell('t', 'r', 'c', 2);
      await persister.whenSaved();
      await persister.save();
      const stored = "SELECT hex(b)||' '||CAST(n AS text)||' '||CAST(c AS integer) FROM t";
      assertSame(await column(handle, stored), ['0102 9007199254740993 2'], 'stored');
      store.setCell('t', 'r', 'n', 5);
      await persister.whenSaved();
      assertSame(
        await column(handle, "SELECT hex(b)||' '||CAST(n AS integer) FROM t"),
        ['0102 5'],
        'after the cell has been set',
      );
      await persister.destroy();
    },
  },
  {
    name: 'reads columns that are generated, and leaves them to the database',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      await handle.execute(
        'CREATE TABLE t(_id text PRIMARY KEY, price int NOT NULL, twice int GENERATED ALWAYS AS (price*2),' +
          'thrice int GENERATED ALWAYS AS (price*3) STORED)',
      );
      await handle.execute("INSERT INTO t(_id, price) VALUES('a', 5)");
      const {store, persister, errors} = await openSession(handle, tabular('t'));
      await persister.startAutoPersisting();
      assertSame(store.getTables(), {t: {a: {price: 5, twice: 10, thrice: 15}}}, 'loaded');
      store.setPartialRow('t', 'a', {price: 6, twice: 0}).setCell('t', 'a', 'twice', 1);
      store.setRow('t', 'b', {price: 7});
      await persister.whenSaved();
      assertSame(
        errors.map(({code, tableId, rowId, cellId}) => [code, tableId, rowId, cellId]),
        [['DENIED', 't', 'a', 'twice']],
        'reported',
      );
      const stored = {
        t: {a: {price: 6, twice: 12, thrice: 18}, b: {price: 7, twice: 14, thrice: 21}},
      };
      assertSame((await loadBy(handle, tabular('t')))[0], stored, 'stored');
      await persister.save();
      assertSame((await loadBy(handle, tabular('t')))[0], stored, 'stored as a whole');
      assertSame(errors.length, 1, 'errors');
      await persister.destroy();
    },
  },
  {
    name: 'keeps integer ids integers, be they typed or not',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      for (const type of ['INTEGER PRIMARY KEY', 'PRIMARY KEY', 'REAL PRIMARY KEY', '']) {
        await handle.execute('DROP TABLE IF EXISTS t');
        await handle.execute(`CREATE TABLE t(id ${type}, c)`);
        await handle.execute('INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)');
        const {store, persister, errors} = await openSession(handle, idAs('id'));
        await persister.startAutoPersisting();
        assertSame(store.getRowIds('t'), ['1', '2', '3'], `loaded, ${type}`);
        store.setCell('t', '1', 'c', 'x').delRow('t', '2');
        await persister.whenSaved();
        await persister.save();
        assertSame(
          await column(handle, "SELECT (typeof(id)<>'text')||':'||(c<>0) FROM t ORDER BY id"),
          ['1:1', '1:1'],
          `stored, ${type}`,
        );
        assertSame(errors, [], `errors, ${type}`);
        await persister.destroy();
      }
    },
  },
  {
    name: 'keeps rows whose ids an integer key cannot have',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      await handle.execute('CREATE TABLE t(id INTEGER PRIMARY KEY, c)');
      const {store, persister, errors} = await openSession(handle, idAs('id'));
      await persister.startAutoPersisting();
      store.setTable('t', {1: {c: 1}, x: {c: 2, d: true}, '01': {c: null}});
      await persister.whenSaved();
      assertSame(await loadBy(handle, idAs('id')), store.getContent(), 'stored');
      store.delRow('t', 'x').delCell('t', '01', 'c').setCell('t', '01', 'e', 1);
      await persister.whenSaved();
      assertSame(await loadBy(handle, idAs('id')), store.getContent(), 'after changes');
      assertSame(errors, [], 'errors');
      await persister.destroy();
    },
  },
  {
    name: 'passes over rows without an id of their own, and says so',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      await handle.execute('CREATE TABLE t(_id, c)');
      await handle.execute("INSERT INTO t VALUES ('a', 1), (NULL, 2), ('a', 3), ('b', 4)");
      const {store, persister, errors} = await openSession(handle, tabular('t'));
      await persister.startAutoPersisting();
      assertSame(store.getTables(), {t: {a: {c: 1}, b: {c: 4}}}, 'loaded');
      assertSame(
        errors.map(({code}) => code),
        ['REFUSED'],
        'reported',
      );
      store.setCell('t', 'b', 'c', 5).setRow('t', 'n', {c: 6});
      await persister.whenSaved();
      assertSame(
        await column(
          handle,
          "SELECT coalesce(_id,'-')||' '||CAST(c AS integer) FROM t ORDER BY rowid",
        ),
        ['a 1', '- 2', 'a 3', 'b 5', 'n 6'],
        'stored',
      );
      await persister.destroy();
    },
  },
  {
    name: 'says so if a mapped table has no column for row ids',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      await handle.execute('CREATE TABLE t(k text PRIMARY KEY, c)');
      await handle.execute("INSERT INTO t VALUES ('a', 1)");
      const {store, persister, errors} = await openSession(handle, tabular('t'));
      await persister.load();
      assertSame(store.getTables(), {}, 'loaded');
      assertSame(
        errors.map(({code}) => code),
        ['UNREADABLE'],
        'reported',
      );
    },
  },
  {
    name: 'reads columns as they are declared, or as the schema of the store has them',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      await handle.execute(
        'CREATE TABLE t(_id text PRIMARY KEY, b BOOLEAN, i INTEGER, s TEXT, r REAL, n NUMERIC, x)',
      );
      await handle.execute("INSERT INTO t VALUES ('r', 1, 2, '3', 4.5, 5, 1)");
      const plain = await openSession(handle, tabular('t'));
      await plain.persister.startAutoPersisting();
      assertSame(
        plain.store.getRow('t', 'r'),
        {b: true, i: 2, s: '3', r: 4.5, n: 5, x: 1},
        'loaded',
      );
      plain.store.setRow('t', 'r', {b: 0, i: '2', s: 3, r: '4', n: '007', x: true});
      plain.store.setRow('t', 'q', {b: null, i: 'two', s: false, r: 1, n: 1.5});
      await plain.persister.whenSaved();
      assertSame(await loadBy(handle, tabular('t')), plain.store.getContent(), 'after changes');
      await plain.persister.destroy();
      await handle.execute("UPDATE t SET x = 1, b = 1 WHERE _id = 'r'");
      await handle.execute("UPDATE t SET x = NULL, b = NULL WHERE _id = 'q'");
      const store = createStore().setTablesSchema({
        t: {x: {type: 'boolean'}, b: {type: 'boolean', allowNull: true}},
      });
      const typed = await openSession(handle, tabular('t'), store as never);
      await typed.persister.load();
      assertSame(store.getTable('t'), {r: {b: true, x: true}, q: {b: null}}, 'with a schema');
    },
  },
  {
    name: 'keeps cells of a row that others have added columns to',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      const {store, persister, errors} = await openSession(handle, tabular('t'));
      store.setRow('t', 'r', {a: 1});
      await persister.startAutoPersisting();
      await persister.whenSaved();
      const other = await places.connect('a');
      await other.execute('ALTER TABLE t ADD COLUMN z');
      await other.execute('ALTER TABLE t RENAME COLUMN a TO aa');
      store.setCell('t', 'r', 'z', 'ours').setCell('t', 'r', 'a', 2);
      await persister.whenSaved();
      await persister.load();
      assertSame(store.getRow('t', 'r'), {aa: 1, z: 'ours', a: 2}, 'loaded');
      assertSame(errors, [], 'errors');
      await persister.destroy();
    },
  },
  {
    name: 'gives back numbers that a column would make large integers of',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      await handle.execute('CREATE TABLE t(_id text PRIMARY KEY, n integer, m numeric)');
      const {store, persister, errors} = await openSession(handle, tabular('t'));
      await persister.startAutoPersisting();
      store.setTable('t', {
        a: {n: 2 ** 60, m: -(2 ** 60)},
        b: {n: String(2 ** 60), m: 2 ** 63},
        c: {n: 2 ** 53 - 1, m: 1e300},
      });
      await persister.whenSaved();
      assertSame(await loadBy(handle, tabular('t')), store.getContent(), 'stored');
      await persister.save();
      assertSame(await loadBy(handle, tabular('t')), store.getContent(), 'stored again');
      assertSame(errors, [], 'errors');
      await persister.destroy();
    },
  },
  {
    name: 'keeps cells beside strict tables that their columns refuse',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      await handle.execute(
        `CREATE TABLE t(_id TEXT PRIMARY KEY, i INT, n INTEGER NOT NULL, r REAL, s TEXT, b BLOB, a ANY)
          WITHOUT ROWID, STRICT`,
      );
      const session = await openSession(handle, tabular('t'));
      const {store, persister, errors} = session;
      await persister.startAutoPersisting();
      const rows = {
        fine: {i: 5, n: 1, r: 1.5, s: 'text', a: '5'},
        text: {i: 'x', n: 2, r: 'x', s: 'x', b: 'x', a: 'x'},
        digits: {i: '5', n: 3, r: '5.5', s: '5', b: '5', a: 5},
        number: {i: 1.5, n: 4, r: 2, s: 1.5, b: 5, a: 1.5},
        large: {i: 2 ** 60, n: 5, r: 1e300, s: 2 ** 60, b: 1e300, a: 2 ** 60},
        boolean: {i: true, n: 6, r: false, s: true, b: true, a: true},
        fraction: {i: '5.5', n: 7},
      };
      store.setTable('t', rows);
      await persister.whenSaved();
      assertSame(await loadBy(handle, tabular('t')), [{t: rows}, {}], 'stored');
      await persister.save();
      assertSame(await loadBy(handle, tabular('t')), [{t: rows}, {}], 'stored again');
      assertSame(errors, [], 'errors');
      const stored = await handle.execute(
        `SELECT _id||' '||coalesce(CAST(i AS TEXT),'-')||' '||coalesce(s,'-')||' '||(typeof(a)='text') v FROM t ORDER BY n`,
      );
      assertSame(
        stored.map(({v}) => String(v)),
        [
          ...['fine 5 text 1', 'text - x 1', 'digits 5 5 0', 'number - 1.5 0'],
          ...['large - 1152921504606847000 0', 'boolean 1 1 0', 'fraction - - 0'],
        ],
        'what lies in the columns',
      );
      // What others write there takes the place of what is noted.
      await handle.execute(`UPDATE t SET i=7 WHERE _id='text'`);
      await until(() => store.getCell('t', 'text', 'i') === 7, 'their change', {
        patienceMs: 20_000,
      });
      store.setCell('t', 'text', 'i', 'y');
      await persister.whenSaved();
      assertSame(
        (await loadBy(handle, tabular('t')))[0],
        {t: {...rows, text: {...rows.text, i: 'y'}}},
        'stored over their change',
      );
      assertSame(errors, [], 'errors');
      await persister.destroy();
    },
  },
];
