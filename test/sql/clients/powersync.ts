/** PowerSync's client for Node. There is no service for it to sync with: what it would upload, it queues. */
import {createRequire} from 'node:module';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {PowerSyncDriver} from '../../../src/persisters/powersync/driver.ts';
import {
  createPowerSyncPersister,
  type PowerSyncDatabase,
} from '../../../src/persisters/powersync/index.ts';
import {createSqliteAdapter} from '../../../src/persisters/sql/create-database-persister.ts';
import type {SqlRow} from '../../../src/persisters/sql/sql-driver.ts';
import type {SqlClient, SqlHandle} from '../suite/sql-client.ts';

interface OpenedDatabase extends PowerSyncDatabase {
  init(): Promise<void>;
  close(): Promise<void>;
}

/** By name, which columns a table has beside its `id`. */
type Columns = Readonly<Record<string, Readonly<Record<string, 'text' | 'integer' | 'real'>>>>;

interface PowerSyncModules {
  Schema: new (tables: Record<string, unknown>) => object;
  Table: new (columns: Record<string, object>) => object;
  column: Record<'text' | 'integer' | 'real', object>;
  PowerSyncDatabase: new (options: object) => OpenedDatabase;
}

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

export const openPowerSync = async (path: string, tables: Columns): Promise<OpenedDatabase> => {
  const {Schema, Table, column, PowerSyncDatabase} = await loading;
  const schema = new Schema(
    Object.fromEntries(
      Object.entries(tables).map(([name, columns]) => {
        const typed = Object.entries(columns).map(([id, type]) => [id, column[type]]);
        return [name, new Table(Object.fromEntries(typed) as Record<string, object>)];
      }),
    ),
  );
  const database = {
    dbFilename: basename(path),
    dbLocation: dirname(path),
    implementation: {type: 'better-sqlite3'},
    readWorkerCount: 1,
  };
  const db = new PowerSyncDatabase({schema, database});
  await db.init();
  return db;
};

export const handleOf = (db: PowerSyncDatabase): SqlHandle => ({
  openAdapter: (store, config, options) =>
    createSqliteAdapter(store, new PowerSyncDriver(db), config, options),
  createPersister: (store, config, options) =>
    createPowerSyncPersister(store, db, config, undefined, options),
  execute: async (sql, params = []) => {
    const {rows} = await db.execute(sql, [...params]);
    return (rows?._array ?? []) as SqlRow[];
  },
});

const dropTables = async ({execute}: SqlHandle): Promise<void> => {
  const tables = await execute(
    `SELECT name FROM sqlite_master WHERE type='table' AND name NOT GLOB 'ps_*' AND name NOT GLOB 'sqlite_*'`,
  );
  for (const {name} of tables) {
    await execute(`DROP TABLE "${String(name).replaceAll('"', '""')}"`);
  }
};

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
        // As another object each time, lest one test waits for what hangs in another.
        const {execute, writeLock, database} = await opening;
        const db = await opening;
        return handleOf({
          execute: execute.bind(db),
          writeLock: writeLock.bind(db),
          database,
        });
      },
      cleanUp: async () => {
        for (const opening of opened.values()) await dropTables(handleOf(await opening));
      },
    }),
    stop: async () => {
      for (const opening of opened.values()) await (await opening).close();
      rmSync(folder, {recursive: true});
    },
  };
};
