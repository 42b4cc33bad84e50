/**
 * Runs the acceptance scenarios on Cellar and on the reference, and prints the table that
 * docs/guarantees.md keeps: `node bench/guarantees.mjs`, after `npm run build`. Exits with 1 if Cellar
 * breaks a promise.
 */
import {readFile} from 'node:fs/promises';
import {transform} from 'esbuild';
import {openLibrary} from './harness/library.mjs';

const SCENARIOS = new URL('../test/engine/acceptance-scenarios.ts', import.meta.url);

const loadScenarios = async () => {
  const {code} = await transform(await readFile(SCENARIOS, 'utf8'), {loader: 'ts'});
  const url = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
  return (await import(url)).scenarios;
};

const open = async (contender) => {
  const library = openLibrary(contender);
  const {createStore} = await library.loadStore();
  const {createCustomPersister} = await library.loadPersisters();
  return {createStore, createCustomPersister, untilSaved: library.untilSaved};
};

const [scenarios, cellar, reference] = await Promise.all([
  loadScenarios(),
  open('cellar'),
  open('reference'),
]);

// Things go wrong on purpose, which both would warn about.
console.warn = () => undefined;

console.log('| scenario | what should be | Cellar | reference |');
console.log('|---|---|---|---|');
for (const {id, promise, run} of scenarios) {
  const ours = await run(cellar);
  const theirs = await run(reference);
  if (!ours.isKept) process.exitCode = 1;
  const show = ({isKept, observed}) => `${isKept ? 'kept' : '**broken**'}: ${observed}`;
  console.log(`| ${id} | ${promise} | ${show(ours)} | ${show(theirs)} |`);
}
