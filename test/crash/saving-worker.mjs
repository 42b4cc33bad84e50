/**
 * An app that never stops saving, made to be killed. It opens a file, says which edit it found there as
 * the last one, and makes numbered edits; each number is reported once the persister has acknowledged
 * the edit: with a receipt, or with a call to save it that has resolved, where there are no receipts. Standard output holds `found n`, `saved n`, `error …` for what the persister reports, and
 * `broken …` for content that no sequence of whole edits can have left.
 *
 * Usage: node saving-worker.mjs <path> [options as JSON: {modules, isWatching, edits, pauseMs, ballast, …options of the persister}]
 */
import {writeSync} from 'node:fs';
import {setTimeout} from 'node:timers/promises';

const [path, json = '{}'] = process.argv.slice(2);
const {
  modules = {store: 'cellar/store', filePersister: 'cellar/persisters/persister-file'},
  isWatching = true,
  edits = Infinity,
  pauseMs = 0,
  ballast = 1_000,
  ...options
} = JSON.parse(json);
const {createStore} = await import(modules.store);
const {createFilePersister} = await import(modules.filePersister);

/** Edits go round this many rows, so that the file stays as large as it is. */
const SLOTS = 20;
/** So many edits may wait for their acknowledgement: saves overlap with edits, and share writes. */
const MAX_WAITING = 3;

// Written at once and whole: what has been reported is in the pipe when the process dies.
const say = (line) => writeSync(1, `${line}\n`);

const store = createStore();
const onIgnoredError = (error) => say(`error ${error.code} ${error.message}`);
const hasOptions = Object.keys(options).length > 0;
const persister = createFilePersister(
  store,
  path,
  hasOptions ? {...options, onIgnoredError} : onIgnoredError,
);
const untilSaved = persister.whenSaved ?? persister.save;

const initialContent = () => {
  const rows = Array.from({length: ballast}, (_, id) => [id, {text: `row ${id} `.padEnd(80, '.')}]);
  return [{ballast: Object.fromEntries(rows)}, {last: 0}];
};

const edit = (number) =>
  store.transaction(() => {
    store.setRow('slots', String(number % SLOTS), {
      number,
      text: `edit ${number} `.padEnd(400, '.'),
    });
    store.setValue('last', number);
  });

/** @returns What the store holds that the edits up to number `last`, and no others, do not explain. */
const findDamage = (last) => {
  if (store.getRowCount('ballast') !== ballast) {
    return `${store.getRowCount('ballast')} of ${ballast} rows of ballast`;
  }
  for (let slot = 0; slot < SLOTS; slot++) {
    const newest = last - ((last - slot + SLOTS) % SLOTS);
    const expected = newest >= 1 ? newest : undefined;
    const actual = store.getCell('slots', String(slot), 'number');
    if (actual !== expected) return `slot ${slot} holds edit ${actual}, not ${expected}`;
  }
  return undefined;
};

if (isWatching) {
  await persister.startAutoPersisting(initialContent);
  await persister.whenLoaded?.();
} else {
  await persister.load(initialContent);
  await persister.startAutoSave();
}
const found = store.getValue('last');
const damage = Number.isInteger(found) ? findDamage(found) : `the last edit is ${found}`;
if (damage) {
  say(`broken ${damage}`);
  process.exit(1);
}
say(`found ${found}`);

const waiting = new Set();
for (let number = found + 1; number <= found + edits; number++) {
  edit(number);
  const acknowledged = untilSaved().then(() => {
    say(`saved ${number}`);
    waiting.delete(acknowledged);
  });
  waiting.add(acknowledged);
  if (pauseMs > 0) {
    await Promise.all(waiting);
    await setTimeout(Math.random() * pauseMs);
  } else if (waiting.size >= MAX_WAITING) await Promise.race(waiting);
}
await Promise.all(waiting);
await persister.destroy();
