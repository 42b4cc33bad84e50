/** PowerSync's client for browsers, in its workers. There is no service for it to sync with. */
import type {PowerSyncDatabase} from '../../../src/persisters/powersync/index.ts';
import type {AppTransaction, SqlClient} from '../suite/sql-client.ts';
import {
  anotherOf,
  type Columns,
  dropTables,
  handleOf,
  type OpenedDatabase,
  openWith,
  type PowerSyncModules,
} from './powersync-databases.ts';

const FOLDER = '/test/sql/powersync-web/node_modules/.bundle';

/** How databases are opened, and what that comes to. */
export interface PowerSyncStorage {
  readonly real: string;
  readonly isShared: boolean;
  readonly options: object;
  /** In which modes it is tried: one by each, as the statements are the same. */
  readonly modes: SqlClient['modes'];
}

/** What PowerSync opens if it is not told otherwise. */
export const IN_INDEXED_DB: PowerSyncStorage = {
  real: 'files in IndexedDB, by way of a shared worker; no sync service',
  isShared: false,
  options: {},
  modes: ['json'],
};

export const IN_OPFS: PowerSyncStorage = {
  real: 'files in OPFS, in a worker of each connection; no sync service',
  isShared: true,
  options: {vfs: 'OPFSCoopSyncVFS'},
  modes: ['tabular'],
};

const load = async (): Promise<PowerSyncModules> => {
  const path = `${FOLDER}/powersync-web.js`;
  return (await import(/* @vite-ignore */ path)) as PowerSyncModules;
};

export const openPowerSyncWeb = async (
  dbFilename: string,
  tables: Columns,
  {options}: PowerSyncStorage,
): Promise<OpenedDatabase> => {
  const worker = `${FOLDER}/worker.js`;
  const db = await openWith(await load(), tables, {dbFilename, worker, ...options});
  // No test cuts the power.
  await db.execute('PRAGMA synchronous=OFF');
  return db;
};

/** In the client's own way: what somebody has begun who then gives the connection back, it rolls back. */
const beginOn = (db: PowerSyncDatabase): Promise<AppTransaction> =>
  new Promise((resolve, reject) => {
    const lent = db.writeLock(async (connection) => {
      const {execute} = handleOf({...anotherOf(db), execute: connection.execute.bind(connection)});
      await execute('BEGIN');
      await new Promise<void>((giveBack) =>
        resolve({
          execute,
          end: async (how) => {
            await execute(how);
            giveBack();
            await lent;
          },
        }),
      );
    });
    lent.catch(reject);
  });

/** How many open one database: who connects gets one after the other. */
const CLIENTS = 2;

/** On tables that PowerSync's schema does not have. Each place has its clients for all tests. */
export const startPowerSyncWeb = (
  runtime: string,
  storage: PowerSyncStorage,
): SqlClient & {stop(): Promise<void>} => {
  const opened = new Map<string, Promise<OpenedDatabase>>();
  const open = (name: string, client: number): Promise<OpenedDatabase> => {
    const key = `${String(client)} ${name}`;
    const opening = opened.get(key) ?? openPowerSyncWeb(`suite-${name}.db`, {}, storage);
    opened.set(key, opening);
    return opening;
  };
  return {
    name: 'PowerSync',
    runtime,
    real: storage.real,
    engine: 'SQLite',
    modes: storage.modes,
    notification: 'its change events, and counters of SQLite',
    isShared: storage.isShared,
    gaps: {
      'saves within a transaction of the app':
        "the client lends its connection to one at a time: a save waits for the app's end",
    },
    propertyShare: 0.5, // each statement takes several messages to a worker
    setUp: () => {
      const connected = new Map<string, number>();
      return {
        connect: async (place) => {
          const count = connected.get(place) ?? 0;
          connected.set(place, count + 1);
          const db = anotherOf(await open(place, count % CLIENTS));
          return {...handleOf(db), begin: () => beginOn(db)};
        },
        cleanUp: async () => {
          for (const place of connected.keys()) await dropTables(await open(place, 0));
        },
      };
    },
    stop: async () => {
      for (const opening of opened.values()) await (await opening).close();
    },
  };
};
