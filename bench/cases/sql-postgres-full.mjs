import {TABLE, makeTables} from '../harness/data.mjs';
import {check, timed} from '../harness/measure.mjs';
import {countRows, createTable, fillTable, inDatabase, insertRows} from '../harness/postgres.mjs';
import {TABULAR} from '../harness/sqlite.mjs';

/** About the most rows of 5 cells that the reference can save: it binds every cell in one statement. */
const SIZE = 10_000;
const LARGE = 20_000;

export const bench = {
  id: 'sql-postgres-full',
  suite: 'sql',
  needs: 'postgres',
  size: SIZE,
  metrics: [
    {
      id: 'save',
      title: 'PostgreSQL, tables: full save of 10,000 rows ⁸',
      unit: 'ms',
      clock: 'wall',
    },
    {id: 'save', size: LARGE, title: 'the same: 20,000 rows ⁸', unit: 'ms', clock: 'wall'},
    {
      id: 'load',
      title: 'PostgreSQL, tables: load of 10,000 rows',
      unit: 'ms',
      clock: 'wall',
    },
    {id: 'load', size: LARGE, title: 'the same: 20,000 rows', unit: 'ms', clock: 'wall'},
    {
      id: 'startRows',
      title: 'rows written when auto-saving starts after a load',
      unit: '',
      atMost: 0,
    },
  ],
  notes: [
    '⁸ The reference binds all cells in one statement, and can save no more than 10,922 such rows.',
  ],
  growth: {sizes: [SIZE, LARGE], metrics: []},

  measureLibrary: async ({library, size}) => {
    const {createStore} = await library.loadStore();
    const {createPgPersister} = await library.loadPgPersister();
    const figures = {};
    if (!library.isReference || size <= SIZE) {
      await inDatabase(async (pool, other) => {
        const store = createStore().setTables(makeTables(size));
        const persister = await createPgPersister(store, pool, TABULAR);
        const save = await timed(() => persister.save());
        await persister.destroy();
        check((await countRows(other)) === size, 'all rows are stored');
        figures.save = save.wallMs;
      });
    }
    await inDatabase(async (pool, other) => {
      await fillTable(other, size);
      const store = createStore();
      const persister = await createPgPersister(store, pool, TABULAR);
      const load = await timed(() => persister.load());
      check(store.getRowCount(TABLE) === size, 'all rows came back');
      figures.load = load.wallMs;
      const {rows} = await other.query('SELECT pg_current_xact_id()::text id');
      await persister.startAutoSave();
      await library.untilSaved(persister);
      figures.startRows = await countRows(other, `xmin::text::bigint>${rows[0].id}`);
      await persister.destroy();
    });
    return figures;
  },

  measureLimit: ({size}) =>
    inDatabase(async (pool, other) => {
      const rows = makeTables(size)[TABLE];
      const client = await pool.connect();
      const save = await timed(async () => {
        await createTable(client);
        await insertRows(client, rows);
      });
      check((await countRows(other)) === size, 'all rows are stored');
      const load = await timed(() => client.query(`SELECT * FROM "${TABLE}"`));
      check(load.result.rows.length === size, 'all rows came back');
      client.release();
      return {save: save.wallMs, load: load.wallMs};
    }),
};
