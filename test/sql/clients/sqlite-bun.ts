import {createSqliteAdapter} from '../../../src/persisters/sql/create-database-persister.ts';
import type {SqlRow} from '../../../src/persisters/sql/sql-driver.ts';
import {BunSqliteDriver} from '../../../src/persisters/sqlite-bun/driver.ts';
import {
  createSqliteBunPersister,
  type BunSqliteDatabase,
} from '../../../src/persisters/sqlite-bun/index.ts';
import {type FileClient, quickFiles} from './quick-files.ts';

interface OpenedDatabase extends BunSqliteDatabase {
  close(): void;
}

const MODULE = 'bun:sqlite'; // which only Bun has, and so not the types either

const openFile: FileClient['openFile'] = async (path) => {
  const {Database} = (await import(MODULE)) as {Database: new (path: string) => OpenedDatabase};
  const db = new Database(path);
  return {
    openAdapter: (store, config, options) =>
      createSqliteAdapter(store, new BunSqliteDriver(db), config, options),
    createPersister: (store, config, options) =>
      createSqliteBunPersister(store, db, config, undefined, options),
    execute: (sql, params = []) => {
      const statement = db.prepare(sql);
      try {
        return Promise.resolve(statement.all(...params) as SqlRow[]);
      } finally {
        statement.finalize();
      }
    },
    close: () => db.close(),
  };
};

export const sqliteBun: FileClient = {
  name: 'bun:sqlite',
  runtime: 'Bun 1.4',
  real: 'files',
  engine: 'SQLite',
  modes: ['json', 'tabular'],
  notification: 'counters of SQLite',
  isShared: true,
  openFile,
  setUp: () => quickFiles(openFile),
};
