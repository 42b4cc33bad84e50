/**
 * `npm run nightly`: what takes too long for every change. Everything runs, and what failed is
 * named at the end.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const hasScript = (folder, name) =>
  existsSync(`${root}${folder}package.json`) &&
  name in (JSON.parse(readFileSync(`${root}${folder}package.json`, 'utf8')).scripts ?? {});

const npm = (...args) => ['npm', ...args];

const runs = [
  {
    name: 'all checks, with more random cases',
    command: npm('test'),
    env: {CELLAR_RANDOM_RUNS: '2000'},
  },
  {name: 'crashes', command: ['node', 'scripts/nightly-crash.mjs']},
  {name: 'power cuts', command: ['node', 'scripts/nightly-power-cut.mjs']},
  ...(hasScript('bench/', 'differential')
    ? [
        {name: 'the reference, installed', command: npm('--prefix', 'bench', 'ci')},
        {name: 'differential', command: npm('--prefix', 'bench', 'run', 'differential')},
      ]
    : []),
  {name: 'guarantees', command: ['node', 'bench/guarantees.mjs']},
  {name: 'bench', command: npm('run', 'bench', '--', '--no-write')},
  {name: 'mutation', command: npm('run', 'mutation')},
];

const failed = runs.filter(({name, command: [program, ...args], env}) => {
  console.log(`\n== ${name}: ${program} ${args.join(' ')}`);
  const {status} = spawnSync(program, args, {
    cwd: root,
    env: {...process.env, ...env},
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  return status !== 0;
});

console.log(
  failed.length > 0 ? `\nFailed: ${failed.map(({name}) => name).join(', ')}` : '\nAll well',
);
process.exitCode = failed.length > 0 ? 1 : 0;
