/** PowerSync's client for Node. There is no service for it to sync with: what it would upload, it queues. */
import {createRequire} from 'node:module';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {pathToFileURL} from 'node:url';
import type {SqlClient} from '../suite/sql-client.ts';
import {
  anotherOf,
  type Columns,
  dropTables,
  handleOf,
  type OpenedDatabase,
  openWith,
  type PowerSyncModules,
} from './powersync-databases.ts';

const importFrom = async (name: string): Promise<Partial<PowerSyncModules>> => {
  const path = createRequire(import.meta.url).resolve(name);
  return (await import(pathToFileURL(path).href)) as Partial<PowerSyncModules>;
};

const load = async (): Promise<PowerSyncModules> =>
  ({
    ...(await importFrom('@powersync/common')),
    ...(await importFrom('@powersync/node')),
  }) as PowerSyncModules;

const loading = load();

export const openPowerSync = async (path: string, tables: Columns): Promise<OpenedDatabase> =>
  openWith(await loading, tables, {
    dbFilename: basename(path),
    dbLocation: dirname(path),
    implementation: {type: 'better-sqlite3'},
    readWorkerCount: 1,
  });

/**
 * On tables that PowerSync's schema does not have, which may be of any form. To open a database takes it seconds:
 * each place has one, for all tests.
 */
export const startPowerSync = (): SqlClient & {stop(): Promise<void>} => {
  const folder = mkdtempSync(join(tmpdir(), 'cellar-powersync-'));
  const opened = new Map<string, Promise<OpenedDatabase>>();
  return {
    name: 'PowerSync',
    runtime: 'Node',
    real: 'files; no sync service',
    engine: 'SQLite',
    modes: ['json', 'tabular'],
    notification: 'its change events, and counters of SQLite',
    isShared: false,
    setUp: () => ({
      connect: async (place) => {
        const opening = opened.get(place) ?? openPowerSync(join(folder, place), {});
        opened.set(place, opening);
        return handleOf(anotherOf(await opening));
      },
      cleanUp: async () => {
        for (const opening of opened.values()) await dropTables(await opening);
      },
    }),
    stop: async () => {
      for (const opening of opened.values()) await (await opening).close();
      rmSync(folder, {recursive: true});
    },
  };
};
