/**
 * The public entries. package.json's `exports` is the one list; builds, checks and tests derive
 * theirs from it: `./store` → `dist/store/index.js` → `src/store/index.ts`.
 */
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

/** The folder that holds package.json, with a trailing slash. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/**
 * Each public subpath with the file it is built to and the source of that file, in the order of
 * `exports`, aliases included.
 * @type {readonly {subpath: string, built: string, source: string}[]}
 */
export const entries = Object.entries(manifest.exports)
  .filter(([subpath]) => subpath !== './package.json')
  .map(([subpath, {default: built}]) => ({
    subpath,
    built: built.replace(/^\.\//, ''),
    source: built.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts'),
  }));

/** The source files of the public entries, each once. */
export const entrySources = [...new Set(entries.map(({source}) => source))];

/** The name by which apps import a subpath: `./store` → `cellar/store`. */
export const importNameOf = (subpath) => manifest.name + subpath.slice(1);
