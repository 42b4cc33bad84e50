/** Edits of rows that lie in a table, one after the other, each waited for. */
import {TABLE} from '../harness/data.mjs';
import {bytesWritten, check, median} from '../harness/measure.mjs';
import {isStored, openEdited, openPlain, valueOf} from '../harness/sqlite-edits.mjs';

const SIZE = 4_000;
const EDITS = 200;

/** @returns The median time of an edit, in ms, and the kB written for each, on average. */
const measureEdits = async (edit) => {
  const walls = [];
  const bytesBefore = bytesWritten();
  for (let index = 0; index < EDITS; index++) {
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
      title: 'SQLite, tables: one-cell edit until durable ¹',
      unit: 'ms',
      clock: 'wall',
      target: 1,
    },
    {id: 'bytes', title: 'the same: bytes written', unit: 'kB'},
  ],
  notes: ['¹ After 40 others, each waited for: neither library has just been started.'],
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
    const {db, store, persister, rowIds, untilSaved} = await openEdited(
      library,
      folder,
      size,
      EDITS,
    );
    const edited = await measureEdits((index) => {
      store.setCell(TABLE, rowIds[index], 'age', valueOf(index));
      return untilSaved();
    });
    check(isStored(db, rowIds.at(-1), EDITS - 1), 'the last edit is stored');
    await persister.destroy();
    return edited;
  },

  measureLimit: async ({size, folder}) => {
    const {update, rowIds} = await openPlain(folder, size, EDITS);
    return measureEdits((index) => update.run(valueOf(index), rowIds[index]));
  },
};
