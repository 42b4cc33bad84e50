/** SQLite's own build for WebAssembly, in Node and in browsers. */
import {createSqliteAdapter} from '../../../src/persisters/sql/create-database-persister.ts';
import type {SqlParam, SqlRow} from '../../../src/persisters/sql/sql-driver.ts';
import {SqliteWasmDriver} from '../../../src/persisters/sqlite-wasm/driver.ts';
import {
  createSqliteWasmPersister,
  type Sqlite3,
  type SqliteWasmDatabase,
} from '../../../src/persisters/sqlite-wasm/index.ts';
import type {SqlClient, SqlHandle} from '../suite/sql-client.ts';

export interface OpenedDatabase extends SqliteWasmDatabase {
  exec(options: {
    sql: string;
    bind?: readonly SqlParam[];
    rowMode: 'object';
    returnValue: 'resultRows';
  }): SqlRow[];
  close(): void;
}

type OpenDatabase = new (name: string, flags: string) => OpenedDatabase;

interface AccessHandlePool {
  readonly OpfsSAHPoolDb: OpenDatabase;
  unlink(path: string): boolean;
}

export interface LoadedSqlite3 extends Sqlite3 {
  readonly oo1: {readonly DB: OpenDatabase; readonly OpfsDb?: OpenDatabase};
  installOpfsSAHPoolVfs(options: {initialCapacity: number}): Promise<AccessHandlePool>;
}

export const toHandle = (sqlite3: Sqlite3, db: OpenedDatabase): SqlHandle => ({
  openAdapter: (store, config, options) =>
    createSqliteAdapter(store, new SqliteWasmDriver(sqlite3, db), config, options),
  createPersister: (store, config, options) =>
    createSqliteWasmPersister(store, sqlite3, db, config, undefined, options),
  execute: (sql, params = []) =>
    Promise.resolve(
      db.exec({
        sql,
        ...(params.length > 0 ? {bind: params} : {}),
        rowMode: 'object',
        returnValue: 'resultRows',
      }),
    ),
});

export const browserName = (): string =>
  navigator.userAgent.includes('Firefox') ? 'Firefox' : 'Chromium';

let placeCount = 0;

const onDatabases = (
  where: {readonly runtime: string; readonly real: string},
  load: () => Promise<LoadedSqlite3>,
  open: (sqlite3: LoadedSqlite3, path: string) => OpenedDatabase | Promise<OpenedDatabase>,
  remove?: (path: string) => unknown,
): SqlClient => ({
  name: 'sqlite-wasm',
  ...where,
  engine: 'SQLite',
  modes: ['json', 'tabular'],
  notification: 'its update hook, and counters of SQLite',
  isShared: true,
  setUp: async () => {
    const sqlite3 = await load();
    const prefix = `places-${String(++placeCount)}`;
    const opened = new Map<OpenedDatabase, string>();
    return {
      connect: async (place) => {
        const path = `/${prefix}-${place}.db`;
        const db = await open(sqlite3, path);
        opened.set(db, path);
        return toHandle(sqlite3, db);
      },
      cleanUp: async () => {
        for (const db of opened.keys()) db.close();
        for (const path of new Set(opened.values())) await remove?.(path);
      },
    };
  },
});

/** Databases in the module's memory, which connections share, with locks, as they would a file. */
export const sqliteWasm = (runtime: string, load: () => Promise<LoadedSqlite3>): SqlClient =>
  onDatabases(
    {runtime, real: 'memory that connections share'},
    load,
    ({oo1}, path) => new oo1.DB(`file:${path}?vfs=memdb`, 'c'),
  );

/** Databases in a browser's private file system: in a pool of files that one worker has open for good. */
export const sqliteWasmInPool = (load: () => Promise<LoadedSqlite3>): SqlClient => {
  const installing = load().then((sqlite3) => sqlite3.installOpfsSAHPoolVfs({initialCapacity: 20}));
  return onDatabases(
    {runtime: `${browserName()}, in a worker`, real: 'files in OPFS, in a pool'},
    load,
    async (_sqlite3, path) => new (await installing).OpfsSAHPoolDb(path, 'c'),
    async (path) => (await installing).unlink(path),
  );
};
