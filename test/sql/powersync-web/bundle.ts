/**
 * PowerSync's client for the web, and the worker that it comes with, each in one module: what tests are served with
 * rewrites the imports of those that load others.
 */
import {existsSync} from 'node:fs';
import {cp} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const packages = fileURLToPath(new URL('node_modules', import.meta.url));
const client = `${packages}/@powersync/web`;
const outdir = `${packages}/.bundle`;

const bundle = async (): Promise<void> => {
  await build({
    entryPoints: {
      'powersync-web': `${client}/lib/index.js`,
      worker: `${client}/dist/worker/worker.js`,
    },
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    // What opens databases in the page itself, which nothing here does.
    external: ['@journeyapps/*'],
    logLevel: 'error',
  });
  // SQLite is looked for beside the worker.
  await cp(`${client}/dist/worker/assets`, `${outdir}/assets`, {recursive: true});
};

let bundling: Promise<void> | undefined;

/** Once, although each browser sets up what it needs. */
export const setup = async (): Promise<void> => {
  if (existsSync(packages)) await (bundling ??= bundle());
};
