import {TABLE, makeShuffledRowIds} from '../harness/data.mjs';
import {check, median} from '../harness/measure.mjs';
import {fillTable, inDatabase} from '../harness/postgres.mjs';
import {TABULAR} from '../harness/sqlite.mjs';

const SIZE = 100_000;
const UPDATES = 5;

const valueOf = (index) => 7_000_000 + index;

/** Another program updates rows, one after the other. @returns How long each takes to arrive, the median. */
const measureUpdates = async (client, size, arrival) => {
  const walls = [];
  for (const [index, rowId] of makeShuffledRowIds(size, UPDATES).entries()) {
    const arrived = arrival(rowId, valueOf(index));
    const startedAt = performance.now();
    await client.query(`UPDATE "${TABLE}" SET age='${valueOf(index)}' WHERE _id='${rowId}'`);
    await arrived;
    walls.push(performance.now() - startedAt);
  }
  return median(walls);
};

export const bench = {
  id: 'sql-postgres-external',
  suite: 'sql',
  needs: 'postgres',
  size: SIZE,
  metrics: [
    {
      id: 'external',
      title:
        "PostgreSQL, tables: another program's update of one of 100,000 rows, until it is in the store",
      unit: 'ms',
      clock: 'wall',
      target: 0.01,
    },
  ],

  measureLibrary: ({library, size}) =>
    inDatabase(async (pool, other) => {
      await fillTable(other, size);
      const {createStore} = await library.loadStore();
      const {createPgPersister} = await library.loadPgPersister();
      const store = createStore();
      const persister = await createPgPersister(store, pool, TABULAR);
      await persister.startAutoLoad();
      check(store.getRowCount(TABLE) === size, 'all rows are loaded');
      const external = await measureUpdates(
        other,
        size,
        (rowId, value) =>
          new Promise((resolve) => {
            const listenerId = store.addCellListener(TABLE, rowId, 'age', (_store, ...args) => {
              if (args[3] !== value) return;
              store.delListener(listenerId);
              resolve();
            });
          }),
      );
      await persister.destroy();
      return {external};
    }),

  /** What it takes to be told, and to fetch the row. */
  measureLimit: ({size}) =>
    inDatabase(async (pool, other) => {
      await fillTable(other, size);
      const listening = await pool.connect();
      await listening.query('LISTEN bench');
      await other.query(
        `CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS ` +
          `$$BEGIN PERFORM pg_notify('bench',NEW._id);RETURN NULL;END$$;` +
          `CREATE TRIGGER tell AFTER UPDATE ON "${TABLE}" FOR EACH ROW EXECUTE FUNCTION tell()`,
      );
      const external = await measureUpdates(
        other,
        size,
        (rowId, value) =>
          new Promise((resolve, reject) => {
            listening.once('notification', ({payload}) => {
              pool.query(`SELECT * FROM "${TABLE}" WHERE _id=$1`, [payload]).then(({rows}) => {
                check(payload === rowId && rows[0].age === `${value}`, 'the row is fetched');
                resolve();
              }, reject);
            });
          }),
      );
      listening.release(true);
      return {external};
    }),
};
