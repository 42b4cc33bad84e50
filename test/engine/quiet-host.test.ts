/** L8 in a process of its own, where it shows what would have ended it: whatever fails, the host is not disturbed. */
import {execFile} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {describe, expect, it} from 'vitest';

const worker = fileURLToPath(new URL('quiet-host-worker.mjs', import.meta.url));

interface Outcome {
  readonly name: string;
  /** How often the function was called that fails. */
  readonly calls: number;
  readonly problems: readonly string[];
}

const run = async (...args: string[]): Promise<Outcome[]> => {
  const {stdout} = await promisify(execFile)(process.execPath, [worker, ...args]);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Outcome);
};

describe('A host', () => {
  it('is not disturbed by any function that throws or rejects, and all promises settle', async () => {
    const outcomes = await run();
    expect(outcomes.filter(({problems}) => problems.length > 0)).toStrictEqual([]);
    expect(outcomes.filter(({calls}) => calls === 0)).toStrictEqual([]);
    expect(outcomes).toHaveLength(18 * 4);
  });

  it('would be seen to be disturbed', async () => {
    const outcomes = await run('control');
    expect(outcomes).toMatchObject([
      {problems: ['unhandledRejection: leaked']},
      {problems: ['uncaughtException: leaked']},
      {problems: expect.arrayContaining(['destroy() does not resolve']) as string[]},
    ]);
  });
});
