/**
 * Brings `node_modules` in line with a package-lock.json. Uses nothing that has to be installed.
 * `node scripts/install.mjs test/sql/expo/ …` does it in folders, one after the other.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Whether what is installed is what the lock file asks for. Contents are compared, not times: a
 * checkout changes the time of a lock file, and an installation may write it last.
 */
const isInstalled = (folder) => {
  const installedPath = `${folder}node_modules/.package-lock.json`;
  if (!existsSync(installedPath)) return false;
  const installed = JSON.parse(readFileSync(installedPath, 'utf8')).packages;
  const {'': _root, ...wanted} = JSON.parse(
    readFileSync(`${folder}package-lock.json`, 'utf8'),
  ).packages;
  return Object.entries(wanted).every(([path, {version, optional}]) =>
    // Builds for other platforms are in the lock file and rightly not installed.
    installed[path] ? installed[path].version === version : optional,
  );
};

/**
 * Runs `npm ci` if needed; ends the process if that fails.
 * @param path Of a folder with a lock file of its own, ending in a slash. Default: the project's.
 * @param args More arguments of `npm ci`.
 */
export const installIfNeeded = (path = '', ...args) => {
  const folder = root + path;
  if (isInstalled(folder)) return;
  console.log(`Installing development dependencies: npm ci${path && ` in ${path}`}`);
  const {status} = spawnSync('npm', ['ci', '--no-audit', '--no-fund', ...args], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('npm ci failed');
    process.exit(status ?? 1);
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const path of process.argv.slice(2)) installIfNeeded(path);
}
