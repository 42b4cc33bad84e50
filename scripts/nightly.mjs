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

const runs = [
  {name: 'all checks, with more random cases', args: ['test'], env: {CELLAR_RANDOM_RUNS: '2000'}},
  ...(hasScript('bench/', 'differential')
    ? [
        {name: 'the reference, installed', args: ['--prefix', 'bench', 'ci']},
        {name: 'differential', args: ['--prefix', 'bench', 'run', 'differential']},
      ]
    : []),
  {name: 'bench', args: ['run', 'bench', '--', '--no-write']},
  {name: 'mutation', args: ['run', 'mutation']},
];

const failed = runs.filter(({name, args, env}) => {
  console.log(`\n== ${name}: npm ${args.join(' ')}`);
  const {status} = spawnSync('npm', args, {
    cwd: root,
    env: {...process.env, ...env},
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  return status !== 0;
});

console.log(
  failed.length > 0 ? `\nFailed: ${failed.map(({name}) => name).join('; ')}` : '\nAll well',
);
process.exitCode = failed.length > 0 ? 1 : 0;
