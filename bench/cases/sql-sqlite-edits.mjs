import {TABLE, makeShuffledRowIds, makeTables} from '../harness/data.mjs';
import {bytesWritten, check, median, timed} from '../harness/measure.mjs';
import {TABULAR, createTable, insertRows, openDatabase} from '../harness/sqlite.mjs';

const SIZE = 4_000;
const WARM_UPS = 3;
const EDITS = 40;
const RAPID = 1_000;

const valueOf = (index) => 7_000_000 + index;
const isStored = (db, rowId, index) =>
  db.prepare(`SELECT age FROM "${TABLE}" WHERE _id = ?`).get(rowId).age === valueOf(index);

/** One edit after the other, each waited for. */
const measureEdits = async (edit) => {
  for (let index = 0; index < WARM_UPS; index++) await edit(index);
  globalThis.gc();
  const walls = [];
  const bytesBefore = bytesWritten();
  for (let index = WARM_UPS; index < WARM_UPS + EDITS; index++) {
    const startedAt = performance.now();
    await edit(index);
    walls.push(performance.now() - startedAt);
  }
  return {one: median(walls), bytes: (bytesWritten() - bytesBefore) / EDITS / 1000};
};

export const bench = {
  id: 'sql-sqlite-edits',
  suite: 'sql',
  size: SIZE,
  metrics: [
    {
      id: 'one',
      title: 'SQLite, tables: one-cell edit until durable',
      unit: 'ms',
      clock: 'wall',
      target: 1,
    },
    {id: 'bytes', title: 'the same: bytes written', unit: 'kB'},
    {
      id: 'rapid',
      title: 'SQLite, tables: 1,000 rapid edits, drained, each',
      unit: 'µs',
      clock: 'CPU',
      target: 0.02,
    },
    {id: 'reads', title: "own edits: rows read because of 1,000 of one's own", unit: '', atMost: 0},
  ],
  growth: {
    sizes: [SIZE, 100_000],
    metrics: [],
    exponents: [
      {
        id: 'one',
        title: 'growth of a one-cell edit, exponent',
        from: SIZE,
        to: 100_000,
        atMost: 0.05,
      },
    ],
  },
  isMeasuredAt: (contender, size) => contender !== 'reference' || size <= SIZE,

  measureLibrary: async ({library, size, folder}) => {
    const {createStore} = await library.loadStore();
    const {createBetterSqlite3Persister} = await library.loadBetterSqlite3Persister();
    const db = openDatabase(folder);
    const rowIds = makeShuffledRowIds(size, WARM_UPS + EDITS + RAPID);
    const store = createStore().setTables(makeTables(size));
    let selects = 0;
    const persister = createBetterSqlite3Persister(
      store,
      db,
      {...TABULAR, autoLoadIntervalSeconds: 0.01},
      (sql) => {
        if (sql.startsWith('SELECT') && sql.includes(`FROM"${TABLE}"`)) selects++;
      },
    );
    await persister.save();
    await persister.startAutoLoad();
    await persister.startAutoSave();
    await library.untilSaved(persister);
    const edit = (index) => {
      store.setCell(TABLE, rowIds[index], 'age', valueOf(index));
      return library.untilSaved(persister);
    };
    const edited = await measureEdits(edit);
    const last = WARM_UPS + EDITS - 1;
    check(isStored(db, rowIds[last], last), 'the last edit is stored');
    selects = 0;
    const rapid = await timed(() => {
      for (let index = last + 1; index <= last + RAPID; index++) {
        store.setCell(TABLE, rowIds[index], 'age', valueOf(index));
      }
      return library.untilSaved(persister);
    });
    // Time for whatever wants to read again what has been written.
    await new Promise((resolve) => setTimeout(resolve, 50));
    check(isStored(db, rowIds[last + RAPID], last + RAPID), 'the last rapid edit is stored');
    await persister.destroy();
    return {...edited, rapid: (rapid.cpuMs * 1000) / RAPID, reads: selects};
  },

  measureLimit: async ({size, folder}) => {
    const db = openDatabase(folder);
    createTable(db);
    insertRows(db, makeTables(size)[TABLE]);
    const rowIds = makeShuffledRowIds(size, WARM_UPS + EDITS + RAPID);
    const update = db.prepare(`UPDATE "${TABLE}" SET age = ? WHERE _id = ?`);
    const edited = await measureEdits((index) => update.run(valueOf(index), rowIds[index]));
    const rapid = await timed(() =>
      db.transaction(() => {
        for (let index = 0; index < RAPID; index++) update.run(valueOf(index), rowIds[index]);
      })(),
    );
    return {...edited, rapid: (rapid.cpuMs * 1000) / RAPID};
  },
};
