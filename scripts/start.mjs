/**
 * `npm start`: installs and builds if needed, runs the crash demonstration, and then serves the page on which the
 * library can be tried in a browser, until it is interrupted.
 *
 * Usage: npm start -- [--rounds N] [--port N] [--no-serve]
 *
 * `--no-serve` ends it after the demonstration, as scripts want it. So does `CI=true` unless somebody sits at a
 * terminal: nobody would ever end it there.
 */
import {spawn, spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {installIfNeeded} from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const {values: args} = parseArgs({
  options: {rounds: {type: 'string'}, port: {type: 'string'}, 'no-serve': {type: 'boolean'}},
});
const isUnattended = Boolean(process.env.CI) && !process.stdout.isTTY;

const runNode = (script, ...scriptArgs) => {
  const {status, signal} = spawnSync(process.execPath, [script, ...scriptArgs], {
    cwd: root,
    stdio: 'inherit',
  });
  if (signal) process.kill(process.pid, signal);
  if (status !== 0) process.exit(status ?? 1);
};

/** Runs until it ends by itself or is told to, even if only this process is. */
const runServer = (script, ...scriptArgs) => {
  const child = spawn(process.execPath, [script, ...scriptArgs], {cwd: root, stdio: 'inherit'});
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
};

/** @returns The option as it was given, to be handed on; nothing if it was not. */
const pass = (name) => (args[name] === undefined ? [] : [`--${name}`, args[name]]);

installIfNeeded();
runNode('scripts/build.mjs');
runNode('examples/crash-demo/main.mjs', ...pass('rounds'));
if (!args['no-serve'] && !isUnattended) runServer('examples/browser/serve.mjs', ...pass('port'));
