/** JavaScript runtimes beside the one that runs the tests, and suites that are run in them. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import type {TestLine} from './plain-runner.ts';

const engines = fileURLToPath(new URL('../runtimes/engines/node_modules', import.meta.url));

export const NODE_CURRENT: string = `${engines}/node-current/bin/node`;
export const BUN: string = `${engines}/@oven/bun-linux-x64/bin/bun`;

/** Why those runtimes cannot be had here; `undefined` if they can. */
export const whyNoOtherRuntimes: string | undefined =
  process.platform === 'linux' && process.arch === 'x64'
    ? undefined
    : 'only builds for Linux on x64 are pinned';

/**
 * Runs a module that prints a line of JSON for each test, in TypeScript, which these runtimes take as it is.
 * @throws Error if the program ends with anything but 0.
 */
export const runSuiteIn = async (
  program: string,
  module: URL,
  args: readonly string[],
): Promise<TestLine[]> => {
  const child = spawn(program, [fileURLToPath(module), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close') as Promise<[code: number | null]>;
  const lines: TestLine[] = [];
  const others: string[] = [];
  createInterface({input: child.stdout}).on('line', (line) => {
    if (line.startsWith('{"title":')) lines.push(JSON.parse(line) as TestLine);
    else others.push(line);
  });
  createInterface({input: child.stderr}).on('line', (line) => others.push(line));
  const [code] = await closed;
  if (code === 0) return lines;
  const last = lines.at(-1)?.title ?? 'none';
  throw new Error(
    `${program} ended with ${String(code)} after the test '${last}':\n${others.join('\n')}`,
  );
};
