/**
 * Runs the acceptance scenarios on Cellar and on the reference, and prints the tables that
 * docs/guarantees.md keeps: `node bench/guarantees.mjs [word in an id …]`, after `npm run build`. Exits with 1
 * if Cellar breaks a promise.
 */
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {build} from 'esbuild';
import {openLibrary} from './harness/library.mjs';

const TEST = new URL('../test/', import.meta.url);

/** Imports a module of the tests, which is TypeScript, as if it were in its place. */
const importTypeScript = async (path) => {
  const url = new URL(path, TEST).href;
  const folder = await mkdtemp(join(tmpdir(), 'guarantees-'));
  const outfile = join(folder, 'module.mjs');
  try {
    await build({
      entryPoints: [fileURLToPath(url)],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      define: {'import.meta.url': JSON.stringify(url)},
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, {recursive: true});
  }
};

const open = async (contender) => {
  const library = openLibrary(contender);
  const {createStore} = await library.loadStore();
  const {createCustomPersister} = await library.loadPersisters();
  const {createFilePersister} = await library.loadFilePersister();
  const {untilSaved} = library;
  return {
    createStore,
    createCustomPersister,
    createFilePersister,
    untilSaved,
    modules: library.modules(),
  };
};

const show = ({isKept, observed}) => `${isKept ? 'kept' : '**broken**'}: ${observed}`;

const words = process.argv.slice(2);
const [{scenarios}, {fileScenarios}, cellar, reference] = await Promise.all([
  importTypeScript('engine/acceptance-scenarios.ts'),
  importTypeScript('crash/file-scenarios.ts'),
  open('cellar'),
  open('reference'),
]);

// Things go wrong on purpose, which both would warn about.
console.warn = () => undefined;

for (const table of [scenarios, fileScenarios]) {
  console.log('\n| scenario | what should be | Cellar | reference |');
  console.log('|---|---|---|---|');
  for (const {id, promise, whyNot, run} of table) {
    if (words.length > 0 && !words.some((word) => id.includes(word))) continue;
    if (whyNot) {
      console.log(`| ${id} | ${promise} | not run: ${whyNot} | not run |`);
      continue;
    }
    const ours = await run(cellar);
    const theirs = await run(reference);
    if (!ours.isKept) process.exitCode = 1;
    console.log(`| ${id} | ${promise} | ${show(ours)} | ${show(theirs)} |`);
  }
}
