/**
 * The crash demonstration, with which `npm start` begins: keeps the places of the world in a file while an app that edits them is
 * killed again and again, and counts what is lost.
 *
 * Usage: node examples/crash-demo/main.mjs [--rounds N]
 */
import {fork} from 'node:child_process';
import {mkdtempSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {createStore} from 'cellar/store';
import {createFilePersister} from 'cellar/persisters/persister-file';
import {countMissing, lastEdit, makeEdit} from './edits.mjs';
import {addPlaces, ATTRIBUTION, readPlaces} from './places.mjs';
import * as terminal from './terminal.mjs';

const {count, duration, heading, megabytes, printTable, say, startProgress, style} = terminal;

const DEFAULT_ROUNDS = 15;
/** With the default number of rounds, no new one is started after so long: slow machines do fewer. */
const MAX_MS = 50_000;
const MEASURED_EDITS = 50;

const startedAt = performance.now();
const {values: args} = parseArgs({options: {rounds: {type: 'string'}}});
const rounds = Number(args.rounds ?? DEFAULT_ROUNDS);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error('--rounds: expected a whole number of at least 1');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'cellar-demo-'));
const path = join(folder, 'places.json');
let editor;
process.on('exit', () => {
  editor?.kill('SIGKILL');
  rmSync(folder, {recursive: true, force: true});
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

const timed = async (work) => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const bytesIn = (name) => statSync(name, {throwIfNoEntry: false})?.size ?? 0;

/** @returns What tells how many bytes have been written since it was last asked. */
const meterBytes = () => {
  const look = () => ({replacedAt: statSync(path).mtimeMs, journal: bytesIn(`${path}.journal`)});
  let before = look();
  return () => {
    const now = look();
    // What is new in the journal, or, if the file has been replaced, all of it.
    const bytes =
      now.replacedAt === before.replacedAt ? now.journal - before.journal : bytesIn(path);
    before = now;
    return bytes;
  };
};

/** Fills a store with the data set and saves it. @returns What that took, and what single edits cost then. */
const fillAndSave = async () => {
  const places = await readPlaces();
  const store = createStore();
  const showProgress = startProgress('Adding places', places.length);
  const addMs = await timed(() => addPlaces(store, places, showProgress));

  const persister = createFilePersister(store, path, {strict: true});
  const saveMs = await timed(() => persister.save());
  const fileBytes = bytesIn(path);
  say(`  Saved to a file: ${megabytes(fileBytes)} in ${duration(saveMs)}`);

  await persister.startAutoPersisting();
  const takeBytes = meterBytes();
  const [editMs, editBytes] = [[], []];
  for (let number = 1; number <= MEASURED_EDITS; number++) {
    makeEdit(store, number);
    editMs.push(await timed(() => persister.whenSaved()));
    editBytes.push(takeBytes());
  }
  await persister.destroy();
  return {
    places: places.length,
    addMs,
    saveMs,
    fileBytes,
    editMs: median(editMs),
    editBytes: median(editBytes),
  };
};

/** Runs the editor and kills it some time after it has begun to edit. @returns What it reported until then. */
const runAndKill = () =>
  new Promise((resolve, reject) => {
    const report = {opened: undefined, saved: 0};
    const enough = Math.floor(Math.random() * 100);
    let edits = 0;
    let isDoomed = false;
    editor = fork(fileURLToPath(new URL('editor.mjs', import.meta.url)), [path]);
    editor.on('message', (message) => {
      if (message.type === 'opened') report.opened = message;
      else {
        report.saved = message.number;
        edits++;
      }
      if (edits < enough || isDoomed) return;
      isDoomed = true;
      // Some moment, so that now and then it hits the middle of a write.
      setTimeout(() => editor.kill('SIGKILL'), Math.random() * 5);
    });
    editor.on('error', reject);
    editor.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(report);
      else reject(new Error(`The editor ended by itself: ${code ?? signal}`));
    });
  });

/** @returns How often the app was killed, and what it had been promised by then. */
const crashAgainAndAgain = async () => {
  const showProgress = startProgress('Kills', rounds);
  const result = {kills: 0, acknowledged: MEASURED_EDITS, lost: 0, loadMs: []};
  showProgress(0);
  while (result.kills < rounds) {
    if (args.rounds === undefined && performance.now() - startedAt > MAX_MS) {
      say(`\n  That is enough: this machine takes its time.`);
      break;
    }
    const {opened, saved} = await runAndKill();
    result.lost = Math.max(result.lost, result.acknowledged - opened.found, opened.missing);
    result.loadMs.push(opened.loadMs);
    result.acknowledged = Math.max(result.acknowledged, saved);
    showProgress(++result.kills, `${count(result.acknowledged)} edits acknowledged`);
  }
  return result;
};

/** Opens the file a last time. @returns How many of the acknowledged edits are not in it. */
const countLost = async (acknowledged) => {
  const store = createStore();
  const persister = createFilePersister(store, path, {strict: true});
  await persister.load();
  await persister.destroy();
  return Math.max(acknowledged - lastEdit(store), countMissing(store, acknowledged));
};

say(style('bold', 'Cellar keeps what is put in it: a demonstration'));
say(style('dim', ATTRIBUTION));

heading('1. A store with the places of the world, kept in a file');
const filled = await fillAndSave();

heading('2. An app edits them, one by one, and is killed with SIGKILL in the midst of it');
const crashed = await crashAgainAndAgain();

heading('3. What is left');
const lost = Math.max(crashed.lost, await countLost(crashed.acknowledged));
printTable([
  ['Places', count(filled.places)],
  ['Added to the store in', duration(filled.addMs)],
  ['File', megabytes(filled.fileBytes)],
  ['Saved, until on disk', duration(filled.saveMs)],
  ['Loaded again, median', duration(median(crashed.loadMs))],
  ['One edit, until on disk, median', duration(filled.editMs)],
  ['Written per edit, median', `${count(filled.editBytes)} B`],
  ['Times killed', count(crashed.kills)],
  ['Edits acknowledged', count(crashed.acknowledged)],
  ['Edits lost', count(lost), lost === 0 ? ['bold', 'green'] : ['bold', 'red']],
]);
say(
  lost === 0
    ? 'Every edit that was acknowledged is in the file.'
    : style('red', 'Edits that had been acknowledged are missing. Please report this.'),
);
process.exitCode = lost === 0 ? 0 : 1;
