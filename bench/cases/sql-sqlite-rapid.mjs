/** Edits of rows that lie in a table, all in one go. */
import {TABLE} from '../harness/data.mjs';
import {check, timed} from '../harness/measure.mjs';
import {isStored, openEdited, openPlain, valueOf} from '../harness/sqlite-edits.mjs';

const SIZE = 4_000;
const EDITS = 1_000;

const perEdit = ({cpuMs}) => (cpuMs * 1000) / EDITS;

export const bench = {
  id: 'sql-sqlite-rapid',
  suite: 'sql',
  size: SIZE,
  metrics: [
    {
      id: 'rapid',
      title: 'SQLite, tables: 1,000 rapid edits, drained, each ¹',
      unit: 'µs',
      clock: 'CPU',
      target: 0.02,
    },
    {id: 'reads', title: "own edits: rows read because of 1,000 of one's own", unit: '', atMost: 0},
  ],

  measureLibrary: async ({library, size, folder}) => {
    let reads = 0;
    const onRead = () => reads++;
    const app = await openEdited(library, folder, size, EDITS, onRead);
    const {db, store, persister, rowIds, untilSaved} = app;
    reads = 0;
    const rapid = await timed(() => {
      for (let index = 0; index < EDITS; index++) {
        store.setCell(TABLE, rowIds[index], 'age', valueOf(index));
      }
      return untilSaved();
    });
    // Time for whatever wants to read again what has been written.
    await new Promise((resolve) => setTimeout(resolve, 50));
    check(isStored(db, rowIds.at(-1), EDITS - 1), 'the last edit is stored');
    await persister.destroy();
    return {rapid: perEdit(rapid), reads};
  },

  measureLimit: async ({size, folder}) => {
    const {db, update, rowIds} = await openPlain(folder, size, EDITS);
    const rapid = await timed(() =>
      db.transaction(() => {
        for (let index = 0; index < EDITS; index++) update.run(valueOf(index), rowIds[index]);
      })(),
    );
    return {rapid: perEdit(rapid)};
  },
};
