/**
 * The app that is killed: it opens the file, says what it found, and edits until it dies. Each edit is
 * reported once the persister has acknowledged it, and not before.
 */
import {createStore} from 'cellar/store';
import {createFilePersister} from 'cellar/persisters/persister-file';
import {countMissing, lastEdit, makeEdit} from './edits.mjs';

process.on('disconnect', () => process.exit());

const store = createStore();
const startedAt = performance.now();
const persister = createFilePersister(store, process.argv[2], {strict: true});
await persister.startAutoPersisting();

const found = lastEdit(store);
process.send({
  type: 'opened',
  loadMs: performance.now() - startedAt,
  found,
  missing: countMissing(store, found),
});

for (let number = found + 1; ; number++) {
  makeEdit(store, number);
  await persister.whenSaved();
  process.send({type: 'saved', number});
}
