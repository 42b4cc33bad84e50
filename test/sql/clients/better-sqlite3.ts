import {createRequire} from 'node:module';
import {BetterSqlite3Driver} from '../../../src/persisters/better-sqlite3/driver.ts';
import {
  createBetterSqlite3Persister,
  type BetterSqlite3Database,
} from '../../../src/persisters/better-sqlite3/index.ts';
import {createSqliteAdapter} from '../../../src/persisters/sql/create-database-persister.ts';
import type {SqlRow} from '../../../src/persisters/sql/sql-driver.ts';
import {type FileClient, quickFiles} from './quick-files.ts';

interface OpenedDatabase extends BetterSqlite3Database {
  close(): void;
}

const Database = createRequire(import.meta.url)('better-sqlite3') as new (
  path: string,
) => OpenedDatabase;

const openFile: FileClient['openFile'] = (path) => {
  const db = new Database(path);
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
};

export const betterSqlite3: FileClient = {
  name: 'better-sqlite3',
  runtime: 'Node',
  real: 'files',
  engine: 'SQLite',
  modes: ['json', 'tabular'],
  notification: 'counters of SQLite',
  isShared: true,
  openFile,
  setUp: () => quickFiles(openFile),
};
