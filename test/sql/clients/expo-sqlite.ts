/** The package's own build for the web: its worker, with databases in memory. */
import {
  type AddDatabaseChangeListener,
  type ExpoSqliteDatabase,
  ExpoSqliteDriver,
} from '../../../src/persisters/expo-sqlite/driver.ts';
import {createExpoSqlitePersister} from '../../../src/persisters/expo-sqlite/index.ts';
import {createSqliteAdapter} from '../../../src/persisters/sql/create-database-persister.ts';
import type {SqlRow} from '../../../src/persisters/sql/sql-driver.ts';
import {turn} from '../../../src/testing/waiting.ts';
import type {SqlClient, SqlHandle} from '../suite/sql-client.ts';

export interface OpenedDatabase extends ExpoSqliteDatabase {
  getAllAsync(sql: string, params: readonly unknown[]): Promise<unknown[]>;
  closeAsync(): Promise<void>;
}

export interface ExpoSqlite {
  readonly addDatabaseChangeListener: AddDatabaseChangeListener;
  openDatabaseAsync(
    name: string,
    options: {enableChangeListener: boolean; useNewConnection: boolean},
  ): Promise<OpenedDatabase>;
  deleteDatabaseAsync(name: string): Promise<void>;
}

export const loadExpoSqlite = async (): Promise<ExpoSqlite> => {
  const url = new URL('../expo/node_modules/.bundle/expo-sqlite.js', import.meta.url);
  return (await import(/* @vite-ignore */ url.href)) as ExpoSqlite;
};

/** Not while a statement is in progress. */
export const closeExpoSqlite = async (db: OpenedDatabase): Promise<void> => {
  for (;;) {
    try {
      await db.closeAsync();
      return;
    } catch (error) {
      if (!/unfinalized/.test(String(error))) throw error;
    }
    await turn();
  }
};

export const expoHandle = (
  db: OpenedDatabase,
  addDatabaseChangeListener?: AddDatabaseChangeListener,
): SqlHandle => ({
  openAdapter: (store, config, options) =>
    createSqliteAdapter(
      store,
      new ExpoSqliteDriver(db, addDatabaseChangeListener),
      config,
      options,
    ),
  createPersister: (store, config, options) =>
    createExpoSqlitePersister(store, db, config, undefined, {
      ...options,
      addDatabaseChangeListener,
    }),
  execute: async (sql, params = []) => (await db.getAllAsync(sql, params)) as readonly SqlRow[],
});

export const expoSqlite = (runtime: string): SqlClient => ({
  name: 'expo-sqlite',
  runtime,
  real: 'its build for the web, in memory and files in OPFS; no device',
  engine: 'SQLite',
  modes: ['json', 'tabular'],
  notification: 'its change events, counters of SQLite',
  isShared: false,
  setUp: async () => {
    const {openDatabaseAsync, addDatabaseChangeListener} = await loadExpoSqlite();
    const opened = new Map<string, Promise<OpenedDatabase>>();
    return {
      connect: async (place) => {
        let opening = opened.get(place);
        if (!opening) {
          const options = {enableChangeListener: true, useNewConnection: true};
          opened.set(place, (opening = openDatabaseAsync(':memory:', options)));
        }
        const db = await opening;
        // As another object each time, lest what hangs in one test keeps others from their turn.
        const shown = {
          prepareAsync: db.prepareAsync.bind(db),
          getAllAsync: db.getAllAsync.bind(db),
          closeAsync: db.closeAsync.bind(db),
        };
        return expoHandle(shown, addDatabaseChangeListener);
      },
      cleanUp: async () => {
        for (const opening of opened.values()) await closeExpoSqlite(await opening);
      },
    };
  },
});
