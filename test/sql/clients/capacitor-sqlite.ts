/**
 * The plugin's own class for connections, on a stand-in for its code on devices, which keeps account of
 * transactions as that does, and rejects with plain data.
 */
import {
  type CapacitorSqliteConnection,
  CapacitorSqliteDriver,
} from '../../../src/persisters/capacitor-sqlite/driver.ts';
import {createCapacitorSqlitePersister} from '../../../src/persisters/capacitor-sqlite/index.ts';
import {createSqliteAdapter} from '../../../src/persisters/sql/create-database-persister.ts';
import type {SqlRow} from '../../../src/persisters/sql/sql-driver.ts';
import {textualSqliteEngine} from '../../../src/persisters/sql/textual-sqlite.ts';
import type {SqlClient} from '../suite/sql-client.ts';
import {requireFrom} from './installed.ts';
import {JsonBridge, turn} from './json-bridge.ts';
import {temporaryFiles} from './temporary-files.ts';

interface Call {
  readonly database: string;
  readonly statement: string;
  readonly values: readonly unknown[];
  readonly transaction: boolean;
}

export interface OpenedConnection extends CapacitorSqliteConnection {
  open(): Promise<void>;
  close(): Promise<void>;
}

type Connection = new (name: string, isReadOnly: boolean, plugin: unknown) => OpenedConnection;

const bridges = new Map<string, JsonBridge>();

/** What the plugin's methods do on a device. */
const onDevice =
  <Result>(work: (bridge: JsonBridge, call: Call) => Result | Promise<Result>) =>
  async (call: Call): Promise<Result> => {
    await turn();
    const bridge = bridges.get(call.database);
    const refuse = (message: string): never => {
      throw {message} as unknown as Error;
    };
    if (!bridge) return refuse(`No available connection for database ${call.database}`);
    try {
      return await work(bridge, call);
    } catch (error) {
      return refuse((error as Error).message);
    }
  };

const runInTransaction = async (
  bridge: JsonBridge,
  {statement, values, transaction}: Call,
): Promise<unknown> => {
  if (transaction) await bridge.runPatiently('BEGIN IMMEDIATE');
  try {
    const {changes, lastId} = await bridge.runPatiently(statement, values);
    if (transaction) bridge.run('COMMIT');
    return {changes: {changes, lastId, values: []}};
  } catch (error) {
    if (transaction) bridge.run('ROLLBACK');
    throw error;
  }
};

const plugin = {
  open: ({database}: Call): Promise<void> => {
    bridges.set(database, new JsonBridge(database.replace(/#\d+$/, '')));
    return turn();
  },
  close: ({database}: Call): Promise<void> => {
    bridges.get(database)?.close();
    bridges.delete(database);
    return turn();
  },
  isTransactionActive: onDevice((bridge) => ({result: bridge.isInTransaction})),
  beginTransaction: onDevice((bridge) => bridge.runPatiently('BEGIN IMMEDIATE')),
  commitTransaction: onDevice((bridge) => bridge.run('COMMIT')),
  rollbackTransaction: onDevice((bridge) => bridge.run('ROLLBACK')),
  query: onDevice((bridge, {statement, values}) => ({values: bridge.run(statement, values).rows})),
  run: onDevice(runInTransaction),
};

const findClass = (): Connection => {
  const {SQLiteDBConnection} = requireFrom('mobile', '@capacitor-community/sqlite') as {
    SQLiteDBConnection: Connection;
  };
  return SQLiteDBConnection;
};

let connectionCount = 0;

const openCapacitorSqlite = async (path: string): Promise<OpenedConnection> => {
  const connection = new (findClass())(`${path}#${String(connectionCount++)}`, false, plugin);
  await connection.open();
  return connection;
};

export const capacitorSqlite: SqlClient = {
  name: '@capacitor-community/sqlite',
  runtime: 'Node',
  real: 'its JavaScript, and files, by way of better-sqlite3; no device',
  engine: 'SQLite',
  modes: ['json', 'tabular'],
  notification: 'counters of SQLite',
  isShared: true,
  setUp: () =>
    temporaryFiles(async (path) => {
      const connection = await openCapacitorSqlite(path);
      return {
        openAdapter: (store, config, options) =>
          createSqliteAdapter(
            store,
            new CapacitorSqliteDriver(connection),
            config,
            options,
            textualSqliteEngine,
          ),
        createPersister: (store, config, options) =>
          createCapacitorSqlitePersister(store, connection, config, undefined, options),
        execute: async (sql, params = []) => {
          if (/^(SELECT|PRAGMA)/i.test(sql)) {
            const {values} = await connection.query(sql, params as never);
            return (values ?? []) as readonly SqlRow[];
          }
          await connection.run(sql, params as never, false);
          return [];
        },
        close: () => connection.close(),
      };
    }),
};
