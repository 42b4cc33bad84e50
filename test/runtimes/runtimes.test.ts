/** The built library keeps what it is given in each runtime that it is meant for. */
import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {beforeAll, describe, expect, it} from 'vitest';

const run = promisify(execFile);
const engines = fileURLToPath(new URL('engines', import.meta.url));
const worker = fileURLToPath(new URL('round-trip-worker.mjs', import.meta.url));

const isHere = process.platform === 'linux' && process.arch === 'x64';

const runtimes: Record<string, [command: string, ...args: string[]]> = {
  'the Node that runs the tests': [process.execPath, worker],
  ...(isHere
    ? {
        'the current Node': [`${engines}/node_modules/node-current/bin/node`, worker],
        Bun: [`${engines}/node_modules/@oven/bun-linux-x64/bin/bun`, worker],
        Deno: [`${engines}/node_modules/@deno/linux-x64-glibc/deno`, 'run', '--allow-all', worker],
      }
    : {}), // only this platform's builds are pinned
};

describe('The library', () => {
  beforeAll(async () => {
    if (isHere && !existsSync(`${engines}/node_modules/.package-lock.json`)) {
      await run('npm', ['ci', '--prefix', engines, '--no-audit', '--no-fund']);
    }
  }, 300_000);

  it.each(Object.entries(runtimes))('keeps a store in %s', async (_name, [command, ...args]) => {
    const {stdout} = await run(command, args, {timeout: 60_000});
    expect(stdout.trim()).toBe('kept');
  });
});
