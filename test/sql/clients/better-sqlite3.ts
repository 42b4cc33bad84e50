import {createRequire} from 'node:module';
import {BetterSqlite3Driver} from '../../../src/persisters/better-sqlite3/driver.ts';
import {
  type BetterSqlite3Database,
  createBetterSqlite3Persister,
} from '../../../src/persisters/better-sqlite3/index.ts';
import {createSqliteAdapter} from '../../../src/persisters/sql/create-database-persister.ts';
import type {SqlRow} from '../../../src/persisters/sql/sql-driver.ts';
import type {SqlClient} from '../suite/sql-client.ts';
import {temporaryFiles} from './temporary-files.ts';

interface OpenedDatabase extends BetterSqlite3Database {
  pragma(text: string): unknown;
  close(): void;
}

const Database = createRequire(import.meta.url)('better-sqlite3') as new (
  path: string,
) => OpenedDatabase;

export const betterSqlite3: SqlClient = {
  name: 'better-sqlite3',
  engine: 'SQLite',
  modes: ['json', 'tabular'],
  notification: 'data_version',
  isShared: true,
  setUp: () =>
    temporaryFiles((path) => {
      const db = new Database(path);
      // Quick: what the disk has when power fails is SQLite's business, and not tried here.
      db.pragma('journal_mode=WAL');
      db.pragma('synchronous=OFF');
      return {
        openAdapter: (store, config, options) =>
          createSqliteAdapter(store, new BetterSqlite3Driver(db), config, options),
        createPersister: (store, config, options) =>
          createBetterSqlite3Persister(store, db, config, undefined, options),
        execute: (sql, params = []) => {
          const statement = db.prepare(sql);
          if (statement.reader) return Promise.resolve(statement.all(...params) as SqlRow[]);
          statement.run(...params);
          return Promise.resolve([]);
        },
        close: () => db.close(),
      };
    }),
};
