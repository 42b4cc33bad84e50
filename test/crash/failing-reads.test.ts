/** A good file that cannot be read for now: it must be waited for, and never be taken for no file or a bad one. */
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {CrashRounds} from './crash-rounds.ts';
import {runWorker, whyNoStrace, withStrace} from './run-worker.ts';

const failures = [
  {calls: 'openat', error: 'EMFILE'},
  {calls: 'openat', error: 'EACCES'},
  {calls: 'openat', error: 'EIO'},
  {calls: 'read,pread64', error: 'EIO'},
];
const SOON = {retry: {maxDelayMs: 20}};

let folder: string;
let path: string;
let crashes: CrashRounds;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cellar-reads-'));
  path = join(folder, 'data.json');
  crashes = new CrashRounds(path, SOON);
  await crashes.run(undefined, undefined, {edits: 20});
});

afterEach(async () => {
  await rm(folder, {recursive: true, force: true});
});

describe.skipIf(whyNoStrace)('A good file', () => {
  it.each(failures)(
    'is read in the end when $calls fails with $error for a while',
    async ({calls, error}) => {
      const wrapper = withStrace(`${calls}:error=${error}:when=1..3`, path);
      const report = await runWorker(path, {...SOON, edits: 5}, undefined, wrapper);

      expect(report).toMatchObject({found: 20, acknowledged: 25, signal: null});
      expect(report.errors).not.toStrictEqual([]);
      for (const line of report.errors) expect(line).toMatch(/^error (UNAVAILABLE|DENIED) /);
      expect(await crashes.finish()).toStrictEqual([]);
    },
  );

  it.each(failures)(
    'stays as it is while $calls keeps failing with $error',
    async ({calls, error}) => {
      const before = await readFile(path);
      const wrapper = withStrace(`${calls}:error=${error}:when=1+`, path);
      const report = await runWorker(
        path,
        SOON,
        ({errors}, kill) => {
          if (errors.length >= 5) kill();
        },
        wrapper,
      );

      expect(report).toMatchObject({found: undefined, acknowledged: 0, signal: 'SIGKILL'});
      for (const line of report.errors) expect(line).toMatch(/^error (UNAVAILABLE|DENIED) /);
      expect(await readFile(path)).toStrictEqual(before);
      expect(await crashes.leftFiles()).toStrictEqual([]);
    },
  );
});

if (whyNoStrace) console.log(`No failing reads: ${whyNoStrace}`);
