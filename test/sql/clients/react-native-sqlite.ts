/**
 * The plugin's own code for JavaScript, with all of its queues, on a stand-in for its module on devices: that
 * takes batches of statements and answers later, with plain data.
 */
import Module from 'node:module';
import {ReactNativeSqliteDriver} from '../../../src/persisters/react-native-sqlite/driver.ts';
import {
  createReactNativeSqlitePersister,
  type ReactNativeSqliteDatabase,
} from '../../../src/persisters/react-native-sqlite/index.ts';
import {toError} from '../../../src/persisters/react-native-sqlite/plugin.ts';
import {createSqliteAdapter} from '../../../src/persisters/sql/create-database-persister.ts';
import type {SqlParam, SqlRow} from '../../../src/persisters/sql/sql-driver.ts';
import {textualSqliteEngine} from '../../../src/persisters/sql/textual-sqlite.ts';
import type {AppTransaction, SqlClient} from '../suite/sql-client.ts';
import {requireFrom} from './installed.ts';
import {JsonBridge, turn} from './json-bridge.ts';
import {temporaryFiles} from './temporary-files.ts';

type Callback = (result?: unknown) => void;

interface Batch {
  readonly dbargs: {readonly dbname: string};
  readonly executes: readonly {readonly sql: string; readonly params: readonly unknown[]}[];
}

export interface OpenedDatabase extends ReactNativeSqliteDatabase {
  close(onSuccess: Callback, onError: (error: unknown) => void): unknown;
}

interface Plugin {
  enablePromise(isEnabled: boolean): void;
  openDatabase(
    options: {name: string; location: string},
    onSuccess: Callback,
    onError: (error: unknown) => void,
  ): OpenedDatabase;
}

const bridges = new Map<string, JsonBridge>();

const runBatch = async ({dbargs, executes}: Batch): Promise<unknown[]> => {
  const results: unknown[] = [];
  for (const {sql, params} of executes) {
    try {
      const bridge = bridges.get(dbargs.dbname) as JsonBridge;
      const {rows, changes, lastId} = await bridge.runPatiently(sql, params);
      results.push({type: 'success', result: {rows, rowsAffected: changes, insertId: lastId}});
    } catch (error) {
      results.push({type: 'error', result: {code: 0, message: (error as Error).message}});
    }
  }
  return results;
};

const later = (callback: Callback, result?: unknown): void => {
  setImmediate(() => callback(result));
};

const NativeModules = {
  SQLite: {
    open: ({name}: {name: string}, onSuccess: Callback): void => {
      bridges.set(name, new JsonBridge(pathOf(name)));
      later(onSuccess);
    },
    close: ({path}: {path: string}, onSuccess: Callback): void => {
      bridges.get(path)?.close();
      bridges.delete(path);
      later(onSuccess);
    },
    backgroundExecuteSqlBatch: (batch: Batch, onSuccess: Callback): void => {
      void turn()
        .then(() => runBatch(batch))
        .then((results) => later(onSuccess, results));
    },
  },
};

/** Names are those of connections: the plugin itself opens a database once only. */
let connectionCount = 0;
const pathOf = (name: string): string => name.replace(/#\d+$/, '');

const loadPlugin = (): Plugin => {
  const internals = Module as unknown as {_load(request: string, ...rest: unknown[]): unknown};
  const load = internals._load;
  internals._load = (request, ...rest) =>
    request === 'react-native' ? {NativeModules} : load(request, ...rest);
  try {
    return requireFrom('mobile', 'react-native-sqlite-storage') as Plugin;
  } finally {
    internals._load = load;
  }
};

const plugin = loadPlugin();

const openReactNativeSqlite = (path: string): Promise<OpenedDatabase> =>
  new Promise((resolve, reject) => {
    plugin.enablePromise(false);
    const name = `${path}#${String(connectionCount++)}`;
    const db = plugin.openDatabase({name, location: 'default'}, () => resolve(db), reject);
  });

/** The plugin refuses to close a database while a transaction is in progress. */
const closeReactNativeSqlite = async (db: OpenedDatabase): Promise<void> => {
  for (;;) {
    try {
      await new Promise((resolve, reject) => db.close(resolve, reject));
      return;
    } catch (error) {
      if (!/in progress/.test((error as Error).message)) throw error;
    }
    await turn();
  }
};

const executeOn = (
  db: OpenedDatabase,
  sql: string,
  params: readonly SqlParam[] = [],
): Promise<readonly SqlRow[]> =>
  new Promise((resolve, reject) => {
    db.executeSql(sql, params as never, ({rows}) => resolve(rows.raw() as SqlRow[]), reject);
  });

/** A transaction as the plugin has them, which lasts as long as statements follow each other. */
const beginOn = (db: OpenedDatabase): Promise<AppTransaction> =>
  new Promise((resolve, reject) => {
    let isOver = false;
    let end = (): void => undefined;
    const ended = new Promise<void>((resolveEnd) => (end = resolveEnd));
    db.transaction(
      (transaction) => {
        const keepOpen = (): void => {
          if (!isOver) transaction.executeSql('SELECT 1', [], keepOpen, reject);
        };
        keepOpen();
        resolve({
          execute: (sql, params = []) =>
            new Promise((resolveRows, rejectRows) => {
              transaction.executeSql(
                sql,
                params as never,
                (_transaction, {rows}) => resolveRows(rows.raw() as SqlRow[]),
                (error) => rejectRows(toError(error)),
              );
            }),
          end: (how) => {
            isOver = true;
            // A statement that fails is how apps have everything undone.
            if (how === 'ROLLBACK')
              transaction.executeSql(
                'oops',
                [],
                () => undefined,
                () => undefined,
              );
            return ended;
          },
        });
      },
      () => end(),
      () => end(),
    );
  });

const ALL_OR_NOTHING =
  'a statement that fails ends a transaction of the plugin: nothing of it is stored';

const gaps = {
  'saves within a transaction of the app':
    "the plugin runs transactions in turn: a save waits for the app's end",
  'saves all rows but those that the database refuses': ALL_OR_NOTHING,
  'saves all values but those that the database refuses': ALL_OR_NOTHING,
  'leaves what a row was when its change is refused': ALL_OR_NOTHING,
  'says of a whole save which rows are missing': ALL_OR_NOTHING,
  'does so, too, where references are checked at the end': ALL_OR_NOTHING,
  'saves rows that refer to each other beside others': ALL_OR_NOTHING,
  'keeps rows that others refer to': ALL_OR_NOTHING,
};

/** @param usesPromises How the app has set the plugin up. */
export const reactNativeSqlite = (usesPromises: boolean): SqlClient => ({
  name: `react-native-sqlite-storage, ${usesPromises ? 'promises' : 'callbacks'}`,
  runtime: 'Node',
  real: 'its JavaScript, and files, by way of better-sqlite3; no device',
  engine: 'SQLite',
  modes: ['json', 'tabular'],
  notification: 'counters of SQLite',
  isShared: true,
  gaps,
  setUp: () =>
    temporaryFiles(async (path) => {
      const db = await openReactNativeSqlite(path);
      plugin.enablePromise(usesPromises);
      return {
        openAdapter: (store, config, options) =>
          createSqliteAdapter(
            store,
            new ReactNativeSqliteDriver(db),
            config,
            options,
            textualSqliteEngine,
          ),
        createPersister: (store, config, options) =>
          createReactNativeSqlitePersister(store, db, config, undefined, options),
        execute: (sql, params) => executeOn(db, sql, params),
        begin: () => beginOn(db),
        close: async () => {
          plugin.enablePromise(false);
          await closeReactNativeSqlite(db);
        },
      };
    }),
});
