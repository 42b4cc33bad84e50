/** Brings what a run needs into place: the reference, and a build of the library that is up to date. */
import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const BENCH = fileURLToPath(new URL('..', import.meta.url));
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

const run = (folder, args) => {
  console.log(`npm ${args.join(' ')}`);
  const {status} = spawnSync('npm', args, {cwd: folder, stdio: 'inherit'});
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${folder}`);
};

const modifiedAt = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

const newestIn = (folder) =>
  Math.max(
    0,
    ...readdirSync(folder, {recursive: true}).map((name) => modifiedAt(join(folder, name))),
  );

const isStale = (made, sources) => sources > made;

export const installIfNeeded = (folder) => {
  const installed = modifiedAt(join(folder, 'node_modules', '.package-lock.json'));
  if (isStale(installed, modifiedAt(join(folder, 'package-lock.json')))) run(folder, ['ci']);
};

export const setUp = ({build}) => {
  installIfNeeded(BENCH);
  if (!build) return;
  const built = modifiedAt(join(REPOSITORY, 'dist'));
  const sources = Math.max(
    newestIn(join(REPOSITORY, 'src')),
    modifiedAt(join(REPOSITORY, 'package.json')),
  );
  if (isStale(built, sources)) {
    if (!existsSync(join(REPOSITORY, 'node_modules'))) run(REPOSITORY, ['ci']);
    run(REPOSITORY, ['run', 'build']);
  }
};
