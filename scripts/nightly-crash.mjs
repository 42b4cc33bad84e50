/** The crash tests of every change, with ten times as many crashes. Uses the built package. */
import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';

const {status} = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'node', 'test/crash'],
  {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: {...process.env, CRASH_ROUNDS: process.env.CRASH_ROUNDS ?? '300'},
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
