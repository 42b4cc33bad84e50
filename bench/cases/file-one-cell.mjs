import {readFileSync, existsSync} from 'node:fs';
import {join} from 'node:path';
import {TABLE, makeShuffledRowIds, makeTables} from '../harness/data.mjs';
import {bytesWritten, check, mainThreadMs, median} from '../harness/measure.mjs';
import {openLog, writeJsonFile} from '../harness/plain-file.mjs';

const WARM_UPS = 3;

/** Edits one cell at a time, each waited for. `edit(index)` resolves when the edit is stored. */
const measureEdits = async (count, edit) => {
  for (let index = 0; index < WARM_UPS; index++) await edit(index);
  globalThis.gc();
  const walls = [];
  const bytesBefore = bytesWritten();
  const mainThreadBefore = mainThreadMs();
  for (let index = WARM_UPS; index < WARM_UPS + count; index++) {
    const startedAt = performance.now();
    await edit(index);
    walls.push(performance.now() - startedAt);
  }
  return {
    wall: median(walls),
    mainThread: (mainThreadMs() - mainThreadBefore) / count,
    bytes: (bytesWritten() - bytesBefore) / count,
  };
};

export const bench = {
  id: 'file-one-cell',
  size: 100_000,
  contenders: ['limit', 'reference', 'cellar', 'cellar-plain'],
  metrics: [
    {
      id: 'wall',
      title: 'file: one-cell edit until durable, with the journal ¹',
      unit: 'ms',
      clock: 'wall',
      target: 0.005,
    },
    {id: 'bytes', title: 'the same: bytes written', unit: 'B', atMost: 300},
    {
      id: 'wall',
      contender: 'cellar-plain',
      title: 'file: one-cell edit until durable, one plain JSON file ¹',
      unit: 'ms',
      clock: 'wall',
      target: 0.05,
    },
    {
      id: 'mainThread',
      contender: 'cellar-plain',
      title: 'the same: main thread',
      unit: 'ms',
      clock: 'CPU',
      atMost: 5,
    },
  ],
  notes: [
    '¹ Medians of 40 edits in each round; of the reference 5 at 100,000 rows and 2 at 1,000,000.',
  ],
  growth: {
    sizes: [1_000, 10_000, 100_000, 1_000_000],
    metrics: ['wall'],
    titles: {wall: 'file: one-cell edit until durable'},
    exponents: [
      {
        id: 'wall',
        title: 'growth of a one-cell edit with the journal, exponent',
        from: 10_000,
        to: 1_000_000,
        atMost: 0.1,
      },
    ],
  },

  measureLibrary: async ({library, size, folder}) => {
    const {createStore} = await library.loadStore();
    const {createFilePersister} = await library.loadFilePersister();
    const path = join(folder, 'store.json');
    const store = createStore().setTables(makeTables(size));
    const persister = createFilePersister(store, path);
    await persister.save();
    await persister.startAutoSave();
    await library.untilSaved(persister);
    const count = library.isReference && size > 10_000 ? (size > 100_000 ? 2 : 5) : 40;
    const rowIds = makeShuffledRowIds(size, WARM_UPS + count);
    const edited = await measureEdits(count, (index) => {
      store.setCell(TABLE, rowIds[index], 'age', 7_000_000 + index);
      return library.untilSaved(persister);
    });
    const stored = [path, `${path}.journal`].filter((file) => existsSync(file));
    check(
      stored.some((file) => readFileSync(file).includes(`${7_000_000 + WARM_UPS + count - 1}`)),
      'the last edit is stored',
    );
    await persister.destroy();
    return edited;
  },

  /** A line of 100 bytes, appended and synced. */
  measureLimit: async ({size, folder}) => {
    writeJsonFile(join(folder, 'store.json'), [makeTables(size), {}]);
    const log = openLog(join(folder, 'log'));
    const line = `${'x'.repeat(99)}\n`;
    const edited = await measureEdits(40, () => {
      log.append(line);
      log.sync();
    });
    log.close();
    return edited;
  },
};
