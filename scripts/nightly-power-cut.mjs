/**
 * The power-cut test: programs save to a file all the time while the power of the disk under it is cut
 * again and again. Nothing that Cellar has acknowledged may be missing, and no file may be empty or unreadable.
 * Programs without Cellar check the method: one that does by hand what a power cut asks for must lose
 * nothing, and those that leave out some of it must be caught.
 *
 * Usage: node scripts/nightly-power-cut.mjs [--cuts N]   (root, Linux, xfsprogs; uses the built package)
 */
import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {parseArgs, promisify} from 'node:util';
import {Disk, fileSystemNames, whyNoDisks} from '../test/crash/power-cut/disk.mjs';

const {values} = parseArgs({options: {cuts: {type: 'string', default: '40'}}});
const cuts = Number(values.cuts);

const pathOf = (name) => fileURLToPath(new URL(`../test/crash/${name}`, import.meta.url));
const savingWorker = pathOf('saving-worker.mjs');
const plainWriter = pathOf('power-cut/plain-writer-worker.mjs');

/** @returns The number of the last edit in the file. Throws if it is empty, torn or impossible. */
const readWithCellar = async (path, options) => {
  const args = [savingWorker, path, JSON.stringify({...options, edits: 0})];
  const {stdout} = await promisify(execFile)(process.execPath, args);
  const [, found] = /^found (\d+)$/m.exec(stdout) ?? [];
  if (found === undefined || /^(broken|error)/m.test(stdout)) throw new Error(stdout.trim());
  return Number(found);
};

const readPlainly = (path) => JSON.parse(readFileSync(path, 'utf8')).last;

const cellar = (options) => ({
  // With pauses, in which nothing but what a save itself has done makes it last.
  args: (path) => [savingWorker, path, JSON.stringify({...options, pauseMs: 20})],
  read: (path) => readWithCellar(path, options),
});
const plain = (manner) => ({args: (path) => [plainWriter, path, manner], read: readPlainly});

const writers = {
  'Cellar, with a journal': cellar({}),
  'Cellar, one plain file': cellar({format: 'compatible'}),
  'by hand, with fsync': plain('durable'),
  'by hand, no fsync of folder': {...plain('forgetful'), mustFail: true},
  'by hand, no fsync': {...plain('careless'), mustFail: true},
};

/** Lets `writer` save on a fresh disk and cuts its power so many times. */
const cutAgainAndAgain = async (fileSystem, {args, read}) => {
  const disk = new Disk(fileSystem);
  const path = join(disk.path, 'data.json');
  const child = spawn(process.execPath, args(path), {stdio: ['ignore', 'pipe', 'inherit']});
  const closed = once(child, 'close');
  const tally = {acknowledged: 0, missing: 0, unreadable: 0, reasons: []};
  const lines = createInterface({input: child.stdout});
  const ended = closed.then(([code, signal]) => {
    throw new Error(`the writer ended by itself: ${code ?? signal}`);
  });
  ended.catch(() => undefined); // raced below; after the last cut, the writer is meant to end
  lines.on('line', (line) => {
    const [word, number] = line.split(' ');
    if (word === 'saved') tally.acknowledged = Number(number);
    else if (word !== 'found') tally.reasons.push(line);
  });
  try {
    for (let cut = 0; cut < cuts; cut++) {
      // At whatever moment: some edits later than the last time.
      const soon = tally.acknowledged + 1 + Math.floor(Math.random() * 20);
      while (tally.acknowledged < soon) await Promise.race([once(lines, 'line'), ended]);
      const {acknowledged} = tally;
      await disk.cutPower(async (cutPath) => {
        try {
          const last = await read(join(cutPath, 'data.json'));
          if (last < acknowledged) {
            tally.missing++;
            tally.reasons.push(`has ${last} of ${acknowledged} acknowledged edits`);
          }
        } catch (error) {
          tally.unreadable++;
          tally.reasons.push(error.message);
        }
      });
    }
  } finally {
    child.kill('SIGKILL');
    await closed;
    disk.destroy();
  }
  return tally;
};

const why = whyNoDisks();
if (why) {
  console.log(`Power-cut test skipped: ${why}`);
  process.exit(0);
}

console.log(
  `file system  writer                       cuts  acknowledged  missing  empty or unreadable`,
);
for (const fileSystem of fileSystemNames) {
  for (const [name, writer] of Object.entries(writers)) {
    const {acknowledged, missing, unreadable, reasons} = await cutAgainAndAgain(fileSystem, writer);
    const figures = [
      String(cuts).padStart(4),
      String(acknowledged).padStart(12),
      String(missing).padStart(7),
      String(unreadable).padStart(19),
    ];
    console.log(`${fileSystem.padEnd(11)}  ${name.padEnd(27)}  ${figures.join('  ')}`);
    const isCaught = missing + unreadable > 0;
    if (writer.mustFail && !isCaught) {
      console.log('  Nothing was lost without fsync either: this run proves nothing.');
      process.exitCode = 1;
    }
    if (!writer.mustFail && (isCaught || reasons.length > 0)) {
      for (const reason of reasons.slice(0, 5)) console.log(`  ${reason}`);
      process.exitCode = 1;
    }
  }
}
