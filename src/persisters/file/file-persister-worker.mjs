/**
 * An app that saves rows to a file, one after the other, and says on standard output what came of it:
 * `saved n`, `failed CODE retriable`, `done`. Bundled by the test that runs it.
 *
 * Usage: node … <path> <JSON: {name, rows, uid, load, …options of the persister}>
 */
import {writeSync} from 'node:fs';
import {createStore} from '../../store/index.ts';
import {createFilePersister} from './index.ts';

const [path, json] = process.argv.slice(2);
const {name, rows, uid, ...options} = JSON.parse(json);
const say = (line) => writeSync(1, `${line}\n`);

if (uid !== undefined) process.setuid(uid);

const store = createStore();
const persister = createFilePersister(store, path, {
  ...options,
  retry: {maxDelayMs: 20},
  onIgnoredError: ({code, retriable}) => say(`failed ${code} ${retriable}`),
});
await persister.startAutoPersisting();
for (let row = 0; row < rows; row++) {
  store.setRow(name, String(row), {row, parity: row % 2});
  try {
    await persister.whenSaved();
    say(`saved ${row}`);
  } catch (error) {
    say(`rejected ${error.code}`);
    break;
  }
}
await persister.destroy();
say('done');
