/** `npm start`: installs and builds if needed, then runs the demo with the arguments given. */
import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {installIfNeeded} from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const runNode = (script, ...args) => {
  const {status, signal} = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (signal) process.kill(process.pid, signal);
  if (status !== 0) process.exit(status ?? 1);
};

installIfNeeded();
runNode('scripts/build.mjs');
runNode('examples/crash-demo/main.mjs', ...process.argv.slice(2));
