import {createSqliteAdapter} from '../../../src/persisters/sql/create-database-persister.ts';
import type {SqlRow} from '../../../src/persisters/sql/sql-driver.ts';
import {NodeSqliteDriver} from '../../../src/persisters/sqlite-node/driver.ts';
import {
  createSqliteNodePersister,
  type NodeSqliteDatabase,
} from '../../../src/persisters/sqlite-node/index.ts';
import {type FileClient, quickFiles} from './quick-files.ts';

interface OpenedDatabase extends NodeSqliteDatabase {
  close(): void;
}

const MODULE = 'node:sqlite'; // which Node 20 does not have, and so not the types either

const openFile: FileClient['openFile'] = async (path) => {
  const {DatabaseSync} = (await import(MODULE)) as {
    DatabaseSync: new (path: string) => OpenedDatabase;
  };
  const db = new DatabaseSync(path);
  return {
    openAdapter: (store, config, options) =>
      createSqliteAdapter(store, new NodeSqliteDriver(db), config, options),
    createPersister: (store, config, options) =>
      createSqliteNodePersister(store, db, config, undefined, options),
    execute: (sql, params = []) => Promise.resolve(db.prepare(sql).all(...params) as SqlRow[]),
    close: () => db.close(),
  };
};

export const sqliteNode: FileClient = {
  name: 'node:sqlite',
  runtime: 'Node 26',
  real: 'files',
  engine: 'SQLite',
  modes: ['json', 'tabular'],
  notification: 'counters of SQLite',
  isShared: true,
  openFile,
  setUp: () => quickFiles(openFile),
};
