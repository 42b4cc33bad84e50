/** The client of ElectricSQL over better-sqlite3. There is no service for it to sync with: it stays offline. */
import {createRequire} from 'node:module';
import {ElectricSqlDriver} from '../../../src/persisters/electric-sql/driver.ts';
import {
  createElectricSqlPersister,
  type ElectricClient,
} from '../../../src/persisters/electric-sql/index.ts';
import {createSqliteAdapter} from '../../../src/persisters/sql/create-database-persister.ts';
import type {SqlRow} from '../../../src/persisters/sql/sql-driver.ts';
import type {SqlClient} from '../suite/sql-client.ts';
import {temporaryFiles} from './temporary-files.ts';

interface Database {
  readonly name: string;
  prepare(sql: string): {
    readonly reader: boolean;
    all(...params: unknown[]): unknown[];
    run(...params: unknown[]): unknown;
  };
  pragma(text: string): unknown;
  close(): void;
}

interface OpenedClient extends ElectricClient {
  readonly notifier: ElectricClient['notifier'] & {
    actuallyChanged(database: string, changes: unknown[], origin: 'local'): void;
  };
  close(): Promise<void>;
}

interface ElectricModules {
  electrify(db: Database, schema: object, config: {url: string}): Promise<OpenedClient>;
  DbSchema: new (tables: object, migrations: [], pgMigrations: []) => object;
}

const Database = createRequire(import.meta.url)('better-sqlite3') as new (
  path: string,
  options: {timeout: number},
) => Database;

const importFrom = async (path: string): Promise<Partial<ElectricModules>> => {
  const url = new URL(`../electric/node_modules/electric-sql/dist/${path}`, import.meta.url);
  return (await import(url.href)) as Partial<ElectricModules>;
};

const load = async (): Promise<ElectricModules> =>
  ({
    ...(await importFrom('drivers/better-sqlite3/index.js')),
    ...(await importFrom('client/model/index.js')),
  }) as ElectricModules;

/** Which tables have changed does not matter to us. */
const CHANGES = [{qualifiedTablename: {namespace: 'main', tablename: 'any'}}];

/** Nothing listens there. */
const url = 'http://127.0.0.1:1';

/** Both are to be closed, the client first. */
export const openElectric = async (
  path: string,
): Promise<{readonly db: Database; readonly client: OpenedClient}> => {
  const {electrify, DbSchema} = await load();
  // One that waits for a lock would keep the whole process waiting, and whoever has the lock with it.
  const db = new Database(path, {timeout: 0});
  db.pragma('journal_mode=WAL');
  db.pragma('synchronous=OFF');
  return {db, client: await electrify(db, new DbSchema({}, [], []), {url})};
};

export const electricSql: SqlClient = {
  name: 'ElectricSQL 0.12',
  runtime: 'Node',
  real: 'files, by way of better-sqlite3; no server',
  engine: 'SQLite',
  modes: ['json', 'tabular'],
  notification: 'its notifier, and counters of SQLite',
  isShared: true,
  setUp: () =>
    temporaryFiles(async (path) => {
      const {db, client} = await openElectric(path);
      return {
        openAdapter: (store, config, options) =>
          createSqliteAdapter(store, new ElectricSqlDriver(client), config, options),
        createPersister: (store, config, options) =>
          createElectricSqlPersister(store, client, config, undefined, options),
        execute: (sql, params = []) => {
          const statement = db.prepare(sql);
          if (statement.reader) return Promise.resolve(statement.all(...params) as SqlRow[]);
          statement.run(...params);
          // As Electric does for the tables of its schema, when it has found what its triggers have noted.
          client.notifier.actuallyChanged(db.name, CHANGES, 'local');
          return Promise.resolve([]);
        },
        close: async () => {
          await client.close();
          db.close();
        },
      };
    }),
};
