import {TABLE, makeShuffledRowIds, makeTables} from '../harness/data.mjs';
import {check, median} from '../harness/measure.mjs';
import {openDatabase} from '../harness/sqlite.mjs';

const WARM_UPS = 2;

export const bench = {
  id: 'sql-sqlite-json',
  suite: 'sql',
  size: 100_000,
  contenders: ['reference', 'cellar'],
  metrics: [
    {
      id: 'one',
      title: 'SQLite, as JSON: one-cell edit until durable, 100,000 rows',
      unit: 'ms',
      clock: 'wall',
      target: 0.1,
    },
  ],

  measureLibrary: async ({library, size, folder}) => {
    const {createStore} = await library.loadStore();
    const {createBetterSqlite3Persister} = await library.loadBetterSqlite3Persister();
    const db = openDatabase(folder);
    const store = createStore().setTables(makeTables(size));
    const persister = createBetterSqlite3Persister(store, db);
    await persister.save();
    await persister.startAutoSave();
    await library.untilSaved(persister);
    const count = WARM_UPS + (library.isReference ? 5 : 20);
    const rowIds = makeShuffledRowIds(size, count);
    const walls = [];
    for (let index = 0; index < count; index++) {
      const startedAt = performance.now();
      store.setCell(TABLE, rowIds[index], 'age', 7_000_000 + index);
      await library.untilSaved(persister);
      if (index >= WARM_UPS) walls.push(performance.now() - startedAt);
    }
    const {store: text} = db.prepare('SELECT store FROM tinybase').get();
    check(text.includes(`${7_000_000 + count - 1}`), 'the last edit is stored');
    await persister.destroy();
    return {one: median(walls)};
  },
};
