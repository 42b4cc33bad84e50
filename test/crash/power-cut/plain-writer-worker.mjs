/**
 * The control of the power-cut test: replaces a JSON file over and over, by hand. With `durable` it does
 * what it takes to survive a power cut: fsync of the draft, rename, fsync of the folder. With `forgetful` it
 * leaves out the last of these, with `careless` both, and reports as saved what may not be on the disk.
 *
 * Usage: node plain-writer-worker.mjs <path> durable|forgetful|careless
 */
import {closeSync, fsyncSync, openSync, renameSync, writeFileSync, writeSync} from 'node:fs';
import {dirname} from 'node:path';
import {setTimeout} from 'node:timers/promises';

const [path, manner] = process.argv.slice(2);
const filler = 'x'.repeat(100_000);

const fsyncPath = (name) => {
  const descriptor = openSync(name, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
};

for (let number = 1; ; number++) {
  const draft = `${path}.draft`;
  writeFileSync(draft, JSON.stringify({filler, last: number}));
  if (manner !== 'careless') fsyncPath(draft);
  renameSync(draft, path);
  if (manner === 'durable') fsyncPath(dirname(path));
  writeSync(1, `saved ${number}\n`);
  // Without a pause, the fsync of the next draft would soon make good what this one left out.
  await setTimeout(Math.random() * 20);
}
