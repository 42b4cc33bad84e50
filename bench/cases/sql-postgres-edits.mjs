import {TABLE, makeShuffledRowIds} from '../harness/data.mjs';
import {check, timed} from '../harness/measure.mjs';
import {fillTable, inDatabase, readsRows} from '../harness/postgres.mjs';
import {TABULAR} from '../harness/sqlite.mjs';

const SIZE = 20_000;
const RAPID = 1_000;
/** Edits with auto-loading on, one after the other. */
const HEARD = 10;

const valueOf = (index) => 7_000_000 + index;

const isStored = async (client, rowId, index) => {
  const {rows} = await client.query(`SELECT age FROM "${TABLE}" WHERE _id=$1`, [rowId]);
  return rows[0].age === `${valueOf(index)}`;
};

export const bench = {
  id: 'sql-postgres-edits',
  suite: 'sql',
  needs: 'postgres',
  size: SIZE,
  metrics: [
    {
      id: 'statements',
      title: 'PostgreSQL, tables: 1,000 rapid edits of 20,000 rows, drained: statements',
      unit: '',
      target: 0.01,
    },
    {id: 'rapid', title: 'the same: time', unit: 'ms', clock: 'wall', target: 0.05},
    {id: 'reads', title: 'own edits while auto-loading: reads for each', unit: '', atMost: 0},
  ],

  measureLibrary: ({library, size}) =>
    inDatabase(async (pool, other) => {
      await fillTable(other, size);
      const rowIds = makeShuffledRowIds(size, RAPID + HEARD);
      const {createStore} = await library.loadStore();
      const {createPgPersister} = await library.loadPgPersister();
      const store = createStore();
      let statements = 0;
      let reads = 0;
      const persister = await createPgPersister(store, pool, TABULAR, (sql) => {
        statements++;
        if (readsRows(sql)) reads++;
      });
      await persister.load();
      check(store.getRowCount(TABLE) === size, 'all rows are loaded');
      // Of so many rows the reference's first save fails, without harm to those of edits.
      await persister.startAutoSave();
      await library.untilSaved(persister);

      statements = 0;
      const rapid = await timed(() => {
        for (let index = 0; index < RAPID; index++) {
          store.setCell(TABLE, rowIds[index], 'age', valueOf(index));
        }
        return library.untilSaved(persister);
      });
      const figures = {statements, rapid: rapid.wallMs};
      check(await isStored(other, rowIds[RAPID - 1], RAPID - 1), 'the last rapid edit is stored');

      await persister.startAutoLoad();
      reads = 0;
      for (let index = RAPID; index < RAPID + HEARD; index++) {
        store.setCell(TABLE, rowIds[index], 'age', valueOf(index));
        await library.untilSaved(persister);
        // Time for whatever wants to read again what has been written.
        await new Promise((resolve) => setTimeout(resolve, 50));
        await library.untilSaved(persister);
      }
      figures.reads = reads / HEARD;
      check(await isStored(other, rowIds[RAPID], RAPID), 'edits are stored while auto-loading');
      await persister.destroy();
      return figures;
    }),

  measureLimit: ({size}) =>
    inDatabase(async (pool, other) => {
      await fillTable(other, size);
      const rowIds = makeShuffledRowIds(size, RAPID);
      const client = await pool.connect();
      const rapid = await timed(() =>
        client.query(
          `UPDATE "${TABLE}" SET age=x.age FROM unnest($1::text[],$2::text[])x(id,age) WHERE _id=x.id`,
          [rowIds, rowIds.map((_rowId, index) => `${valueOf(index)}`)],
        ),
      );
      client.release();
      check(await isStored(other, rowIds[RAPID - 1], RAPID - 1), 'the last edit is stored');
      return {statements: 1, rapid: rapid.wallMs};
    }),
};
