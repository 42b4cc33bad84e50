import {createRequire} from 'node:module';
import {createSqliteAdapter} from '../../../src/persisters/sql/create-database-persister.ts';
import {Sqlite3Driver} from '../../../src/persisters/sqlite3/driver.ts';
import {
  createSqlite3Persister,
  type Sqlite3Database,
} from '../../../src/persisters/sqlite3/index.ts';
import {type FileClient, quickFiles} from './quick-files.ts';

interface OpenedDatabase extends Sqlite3Database {
  close(callback: (error: Error | null) => void): void;
}

const {Database} = createRequire(import.meta.url)('sqlite3') as {
  Database: new (path: string, callback: (error: Error | null) => void) => OpenedDatabase;
};

export const openSqlite3 = (path: string): Promise<OpenedDatabase> =>
  new Promise((resolve, reject) => {
    const db = new Database(path, (error) => (error ? reject(error) : resolve(db)));
  });

const openFile: FileClient['openFile'] = async (path) => {
  const db = await openSqlite3(path);
  return {
    openAdapter: (store, config, options) =>
      createSqliteAdapter(store, new Sqlite3Driver(db), config, options),
    createPersister: (store, config, options) =>
      createSqlite3Persister(store, db, config, undefined, options),
    // Which knows how to bind what sqlite3 does not.
    execute: (sql, params = []) => new Sqlite3Driver(db).execute({sql, params}),
    close: () =>
      new Promise((resolve, reject) => {
        db.close((error) => (error ? reject(error) : resolve()));
      }),
  };
};

export const sqlite3: FileClient = {
  name: 'sqlite3',
  runtime: 'Node',
  real: 'files',
  engine: 'SQLite',
  modes: ['json', 'tabular'],
  notification: 'its change event, and counters of SQLite',
  isShared: true,
  openFile,
  setUp: () => quickFiles(openFile),
};
