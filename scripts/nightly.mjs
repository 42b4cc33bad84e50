/**
 * `npm run nightly`: what takes too long for every change. Everything runs, and what failed is
 * named at the end.
 *
 * Usage: npm run nightly -- [step …] [--scale 0.1]
 * With steps, only these run. The scale multiplies the number of random cases, crashes and power cuts.
 */
import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));

const {values, positionals} = parseArgs({
  options: {scale: {type: 'string', default: '1'}},
  allowPositionals: true,
});
const scaled = (count) => String(Math.max(1, Math.round(count * Number(values.scale))));

const npm = (...args) => ['npm', ...args];
const node = (...args) => ['node', ...args];

const steps = [
  // All checks, with more random cases.
  {name: 'tests', command: npm('test'), env: {CELLAR_RANDOM_RUNS: scaled(2_000)}},
  {
    name: 'crashes',
    command: node('scripts/nightly-crash.mjs'),
    env: {CRASH_ROUNDS: scaled(300)},
  },
  {
    name: 'power-cuts',
    command: node('scripts/nightly-power-cut.mjs', '--cuts', scaled(40)),
  },
  // The reference, which the next three compare with.
  {name: 'reference', command: npm('--prefix', 'bench', 'ci')},
  {name: 'differential', command: npm('--prefix', 'bench', 'run', 'differential')},
  {name: 'guarantees', command: node('bench/guarantees.mjs')},
  {name: 'bench', command: npm('run', 'bench', '--', '--no-write')},
  {name: 'mutation', command: npm('run', 'mutation')},
];

const unknown = positionals.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0 || !(Number(values.scale) > 0)) {
  console.error(`Steps: ${steps.map(({name}) => name).join(', ')}; --scale: a number above 0`);
  process.exit(1);
}
const chosen = steps.filter(({name}) => positionals.length === 0 || positionals.includes(name));

const results = chosen.map(({name, command: [program, ...args], env}) => {
  console.log(`\n== ${name}: ${program} ${args.join(' ')}`);
  const startedAt = performance.now();
  const {status} = spawnSync(program, args, {
    cwd: root,
    env: {...process.env, ...env},
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  return {name, isWell: status === 0, minutes: (performance.now() - startedAt) / 60_000};
});

console.log();
for (const {name, isWell, minutes} of results) {
  console.log(`${isWell ? 'passed' : 'failed'}  ${name.padEnd(12)} ${minutes.toFixed(1)} min`);
}
process.exitCode = results.every(({isWell}) => isWell) ? 0 : 1;
