import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {TABLE, makeShuffledRowIds, makeTables} from '../harness/data.mjs';
import {bytesWritten, check, timed} from '../harness/measure.mjs';
import {openLog} from '../harness/plain-file.mjs';

const TRANSACTIONS = 1_000;
/** The reference saves everything once per transaction: a tenth of them, times ten, is the same work. */
const REFERENCE_TRANSACTIONS = 100;

export const bench = {
  id: 'file-rapid',
  size: 10_000,
  metrics: [
    {
      id: 'wall',
      title: 'file: 1,000 rapid one-cell transactions on 10,000 rows, drained ²',
      unit: 'ms',
      clock: 'wall',
      target: 0.005,
    },
    {id: 'bytes', title: 'the same: bytes written ²', unit: 'kB', target: 0.005},
  ],
  notes: [
    '² The reference writes everything once per transaction; it did 100 transactions, and its figures are these times 10.',
  ],

  measureLibrary: async ({library, size, folder}) => {
    const {createStore} = await library.loadStore();
    const {createFilePersister} = await library.loadFilePersister();
    const path = join(folder, 'store.json');
    const store = createStore().setTables(makeTables(size));
    const persister = createFilePersister(store, path);
    await persister.save();
    await persister.startAutoSave();
    await library.untilSaved(persister);
    const count = library.isReference ? REFERENCE_TRANSACTIONS : TRANSACTIONS;
    const rowIds = makeShuffledRowIds(size, count);
    const bytesBefore = bytesWritten();
    const {wallMs} = await timed(() => {
      for (let index = 0; index < count; index++) {
        store.setCell(TABLE, rowIds[index], 'age', 7_000_000 + index);
      }
      return library.untilSaved(persister);
    });
    const bytes = bytesWritten() - bytesBefore;
    const stored = [path, `${path}.journal`].filter((file) => existsSync(file));
    check(
      stored.some((file) => readFileSync(file).includes(`${7_000_000 + count - 1}`)),
      'the last edit is stored',
    );
    await persister.destroy();
    const scale = TRANSACTIONS / count;
    return {wall: wallMs * scale, bytes: (bytes * scale) / 1000};
  },

  /** One appended line per transaction, synced at the end. */
  measureLimit: async ({folder}) => {
    const log = openLog(join(folder, 'log'));
    const line = `${'x'.repeat(44)}\n`;
    const bytesBefore = bytesWritten();
    const {wallMs} = await timed(() => {
      for (let index = 0; index < TRANSACTIONS; index++) log.append(line);
      log.sync();
    });
    const bytes = bytesWritten() - bytesBefore;
    log.close();
    return {wall: wallMs, bytes: bytes / 1000};
  },
};
