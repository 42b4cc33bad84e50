import {TABLE, makeTables} from '../harness/data.mjs';
import {check, timed} from '../harness/measure.mjs';
import {TABULAR, createTable, insertRows, openDatabase} from '../harness/sqlite.mjs';

/** The most rows of 5 cells that the reference can save: it binds every cell in one statement. */
const SIZE = 4_000;
const LARGE = 100_000;

const countRows = (db) => db.prepare(`SELECT count(*) n FROM "${TABLE}"`).get().n;

export const bench = {
  id: 'sql-sqlite-full',
  suite: 'sql',
  size: SIZE,
  metrics: [
    {
      id: 'save',
      title: 'SQLite, tables: full save of 4,000 rows ⁷',
      unit: 'ms',
      clock: 'CPU',
      target: 0.3,
    },
    {
      id: 'save',
      size: LARGE,
      title: 'the same: 100,000 rows ⁷',
      unit: 'ms',
      clock: 'CPU',
      ofLimit: 1.5,
    },
    {
      id: 'load',
      title: 'SQLite, tables: load of 4,000 rows',
      unit: 'ms',
      clock: 'CPU',
      target: 0.2,
    },
    {id: 'load', size: LARGE, title: 'the same: 100,000 rows', unit: 'ms', clock: 'CPU'},
    {
      id: 'startRows',
      size: LARGE,
      title: 'rows written when auto-saving starts after a load',
      unit: '',
      atMost: 0,
    },
  ],
  notes: [
    '⁷ The reference binds all cells in one statement, and can save no more than 5,461 such rows.',
  ],
  growth: {sizes: [SIZE, LARGE], metrics: []},
  isMeasuredAt: (contender, size) => contender !== 'reference' || size <= SIZE,

  measureLibrary: async ({library, size, folder}) => {
    const {createStore} = await library.loadStore();
    const {createBetterSqlite3Persister} = await library.loadBetterSqlite3Persister();
    const db = openDatabase(folder);
    const first = createBetterSqlite3Persister(
      createStore().setTables(makeTables(size)),
      db,
      TABULAR,
    );
    const save = await timed(() => first.save());
    await first.destroy();
    check(countRows(db) === size, 'all rows are stored');
    const store = createStore();
    const second = createBetterSqlite3Persister(store, db, TABULAR);
    const load = await timed(() => second.load());
    check(store.getRowCount(TABLE) === size, 'all rows came back');
    const before = db.prepare('SELECT total_changes() n').get().n;
    await second.startAutoSave();
    await library.untilSaved(second);
    const startRows = db.prepare('SELECT total_changes() n').get().n - before;
    await second.destroy();
    return {save: save.cpuMs, load: load.cpuMs, startRows};
  },

  measureLimit: async ({size, folder}) => {
    const rows = makeTables(size)[TABLE];
    const db = openDatabase(folder);
    const save = await timed(() => {
      createTable(db);
      insertRows(db, rows);
    });
    check(countRows(db) === size, 'all rows are stored');
    const load = await timed(() => db.prepare(`SELECT * FROM "${TABLE}"`).all());
    check(load.result.length === size, 'all rows came back');
    return {save: save.cpuMs, load: load.cpuMs};
  },
};
