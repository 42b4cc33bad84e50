/**
 * Gets the part of a SQLite client that is no JavaScript, from those who built it or by building it:
 * `node scripts/build-native.mjs sqlite3`. If it is there it stays as it is.
 */
import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';

const cwd = fileURLToPath(new URL('../test/sql/', import.meta.url));

/** What works only with that part. */
const PROBES = {
  'better-sqlite3': `new (require('better-sqlite3'))(':memory:').close()`,
  sqlite3: `require('sqlite3')`,
};

const [name] = process.argv.slice(2);
const probe = PROBES[name];
if (probe === undefined) {
  console.error(`Usage: node scripts/build-native.mjs ${Object.keys(PROBES).join('|')}`);
  process.exit(1);
}
const works = () => spawnSync(process.execPath, ['-e', probe], {cwd, stdio: 'ignore'}).status === 0;
if (!works()) {
  const {status} = spawnSync('npm', ['rebuild', name], {
    cwd,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exitCode = status === 0 && works() ? 0 : 1;
}
