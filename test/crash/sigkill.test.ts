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
/** So many times, at each of the points below. */
const kills = Math.ceil(rounds / 6);

const modes = [
  {mode: 'with a journal', options: {}},
  {mode: 'as one plain file', options: {format: 'compatible'}},
] as const;

/**
 * Calls before which an app is killed: at the first of them, the next time at the `step`-th after that, and so
 * on. Some are narrowed down to one file, by what its name ends with. Node itself writes too.
 */
interface FatalCalls {
  readonly point: string;
  readonly calls: string;
  readonly suffix?: string;
  readonly step: number;
}
const fatalCalls: readonly FatalCalls[] = [
  {point: 'a write', calls: 'write,writev,pwrite64,pwritev', step: 7},
  {point: 'an fsync', calls: 'fsync,fdatasync', step: 1},
  {point: 'a rename', calls: 'rename', step: 1},
  {point: 'a removal', calls: 'unlink', step: 1},
  {point: 'a step of locking', calls: 'symlink,readlink,unlink', suffix: '.lock', step: 1},
];
const fatalJournalCalls: readonly FatalCalls[] = [
  {
    point: 'a step of journalling',
    calls: 'openat,write,writev,pwrite64,pwritev,ftruncate,fdatasync,rename,unlink',
    suffix: '.journal',
    step: 1,
  },
  {
    point: 'the removal of a journal that has been folded in',
    calls: 'unlink',
    suffix: '.journal',
    step: 0,
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

  const points = mode === 'with a journal' ? [...fatalCalls, ...fatalJournalCalls] : fatalCalls;

  it.skipIf(whyNoStrace).each(points)(
    `loses no acknowledged edit when killed before $point`,
    {timeout: 30_000 + kills * 20_000},
    async ({calls, suffix = '', step}) => {
      const crashes = new CrashRounds(path, {...options, edits: 80 * kills});
      await crashes.finish();
      for (let kill = 0; kill < kills; kill++) {
        const inject = `${calls}:signal=SIGKILL:when=${1 + kill * step}`;
        await crashes.run(undefined, withStrace(inject, suffix && path + suffix));
      }

      expect(await crashes.finish()).toStrictEqual([]);
      expectNothingLost(crashes.tally);
      expect(crashes.tally.kills).toBe(kills);
      expect(crashes.tally.acknowledged).toBeGreaterThan(0);
    },
  );
});

if (whyNoStrace) console.log(`No kills at single calls of the system: ${whyNoStrace}`);
