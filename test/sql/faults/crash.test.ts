/**
 * Apps that are killed while they save to a SQLite database, and whose disk fails. `CRASH_ROUNDS` sets how
 * often each client is killed: 30 times by default.
 */
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {CrashRounds, killSomewhen} from '../../crash/crash-rounds.ts';
import {whyNoStrace, withStrace, type WorkerOptions} from '../../crash/run-worker.ts';
import {BUN, NODE_CURRENT, whyNoOtherRuntimes} from '../../support/other-runtimes.ts';
import {tabular} from '../suite/session.ts';

const rounds = Math.ceil(Number(process.env['CRASH_ROUNDS'] ?? 30) / 2);

const clients: readonly (readonly [client: string, program: string])[] = [
  ['better-sqlite3', process.execPath],
  ['sqlite3', process.execPath],
  ...(whyNoOtherRuntimes
    ? []
    : ([
        ['node:sqlite', NODE_CURRENT],
        ['bun:sqlite', BUN],
      ] as const)),
];

const ways = [
  {mode: 'JSON', journalMode: 'WAL', config: {mode: 'json'}},
  {mode: 'tables', journalMode: 'DELETE', config: tabular('ballast', 'slots')},
] as const;

const cases = clients.flatMap(([client, program]) =>
  ways.map(({mode, journalMode, config}) => {
    const options: WorkerOptions = {
      program,
      modules: {
        store: 'cellar/store',
        filePersister: new URL('database-persister.mjs', import.meta.url).href,
      },
      database: {client, config, journalMode},
      retry: {maxDelayMs: 20},
    };
    return {client, mode, journalMode, options};
  }),
);

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cellar-sqlite-crash-'));
  path = join(folder, 'data.db');
});

afterEach(() => rm(folder, {recursive: true, force: true}));

describe.each(cases)('$client, $mode, journal: $journalMode', ({options}) => {
  it(
    `loses no acknowledged edit when its app is killed, ${String(rounds)} times`,
    {timeout: 30_000 + rounds * 6_000},
    async () => {
      const crashes = new CrashRounds(path, options);
      for (let round = 0; round < rounds; round++) await crashes.run(killSomewhen());
      await crashes.finish();
      const {lost, errors, kills, acknowledged} = crashes.tally;
      expect({lost, errors, kills}).toStrictEqual({lost: [], errors: [], kills: rounds});
      expect(acknowledged).toBeGreaterThan(rounds);
    },
  );

  it.skipIf(whyNoStrace)(
    'saves in the end what the disk has failed to sync for a while, and nothing is lost',
    {timeout: 120_000},
    async () => {
      const crashes = new CrashRounds(path, options);
      await crashes.run(undefined, undefined, {edits: 20});
      expect(crashes.tally).toMatchObject({acknowledged: 20, errors: []});
      const failing = withStrace('fsync,fdatasync:error=EIO:when=2..6', '');
      await crashes.run(undefined, failing, {edits: 20});
      const {lost, errors, acknowledged} = crashes.tally;
      expect(errors).not.toStrictEqual([]);
      for (const line of errors) expect(line).toMatch(/: error UNAVAILABLE .*disk I\/O error/);
      expect({lost, acknowledged}).toStrictEqual({lost: [], acknowledged: 40});
      errors.length = 0;
      await crashes.finish();
      expect(crashes.tally).toMatchObject({lost: [], acknowledged: 41, errors: []});
    },
  );
});

if (whyNoStrace) console.log(`No failing disk: ${whyNoStrace}`);
