/**
 * Apps that are killed while they save. `CRASH_ROUNDS` sets how often that happens at random moments, in
 * each mode: 30 times by default, 300 every night.
 */
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {CrashRounds, killSomewhen, type Tally} from './crash-rounds.ts';
import {whyNoStrace, withStrace} from './run-worker.ts';

const rounds = Number(process.env['CRASH_ROUNDS'] ?? 30);
/** Each call of the system is the last one so many times: at its first occurrence, its second, … */
const occurrences = Math.ceil(rounds / 10);

const modes = [
  {mode: 'with a journal', options: {}},
  {mode: 'as one plain file', options: {format: 'compatible'}},
] as const;

/**
 * Calls before which an app is killed. Node makes some of them for itself: these are narrowed down to one
 * file, by what its name ends with.
 */
const fatalCalls = [
  {point: 'reaching for the disk', calls: 'fsync,fdatasync', suffix: undefined},
  {point: 'replacing a file', calls: 'rename', suffix: undefined},
  {point: 'writing', calls: 'writev,pwritev,pwrite64', suffix: undefined},
  {point: 'removing a file', calls: 'unlink', suffix: undefined},
  {point: 'a step of locking', calls: 'openat,write', suffix: '.lock'},
];
const journalCalls = [
  {
    point: 'a step of journalling',
    calls: 'openat,write,writev,pwrite64,pwritev,ftruncate,fsync,fdatasync',
    suffix: '.journal',
  },
];

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cellar-crash-'));
  path = join(folder, 'data.json');
});

afterEach(async () => {
  await rm(folder, {recursive: true, force: true});
});

const expectNothingLost = ({lost, errors, litter}: Tally): void => {
  expect({lost, errors, litter}).toStrictEqual({lost: [], errors: [], litter: []});
};

describe.each(modes)('An app that saves $mode', ({mode, options}) => {
  it(
    `loses no acknowledged edit when killed at random, ${rounds} times`,
    {timeout: 30_000 + rounds * 3_000},
    async () => {
      const crashes = new CrashRounds(path, options);
      for (let round = 0; round < rounds; round++) await crashes.run(killSomewhen());

      expect(await crashes.finish()).toStrictEqual([]);
      expectNothingLost(crashes.tally);
      expect(crashes.tally.kills).toBe(rounds);
      expect(crashes.tally.acknowledged).toBeGreaterThan(rounds);
    },
  );

  it
    .skipIf(whyNoStrace)
    .each(mode === 'with a journal' ? [...fatalCalls, ...journalCalls] : fatalCalls)(
    `loses no acknowledged edit when killed before $point`,
    {timeout: 30_000 + occurrences * 20_000},
    async ({calls, suffix}) => {
      const crashes = new CrashRounds(path, {...options, edits: 20});
      await crashes.finish();
      const narrowedTo = suffix === undefined ? undefined : path + suffix;
      for (let occurrence = 1; occurrence <= occurrences; occurrence++) {
        const inject = `${calls}:signal=SIGKILL:when=${occurrence}`;
        await crashes.run(undefined, withStrace(inject, narrowedTo));
      }

      expect(await crashes.finish()).toStrictEqual([]);
      expectNothingLost(crashes.tally);
      expect(crashes.tally.kills).toBe(occurrences);
      expect(crashes.tally.acknowledged).toBeGreaterThan(0);
    },
  );
});

if (whyNoStrace) console.log(`No kills at single calls of the system: ${whyNoStrace}`);
