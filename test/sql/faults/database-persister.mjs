/** A persister for a database in place of one for a file, for programs that are made to be killed. */
import {createBetterSqlite3Persister} from '../../../dist/persisters/better-sqlite3/index.js';
import {createSqliteBunPersister} from '../../../dist/persisters/sqlite-bun/index.js';
import {createSqliteNodePersister} from '../../../dist/persisters/sqlite-node/index.js';
import {createSqlite3Persister} from '../../../dist/persisters/sqlite3/index.js';
import {openRaw} from './raw-database.mjs';

const creators = {
  'better-sqlite3': createBetterSqlite3Persister,
  sqlite3: createSqlite3Persister,
  'node:sqlite': createSqliteNodePersister,
  'bun:sqlite': createSqliteBunPersister,
};

export const createFilePersister = (store, path, {database, ...options}) => {
  const {client, config, journalMode} = database;
  const {db, run} = openRaw(client, path);
  if (client === 'sqlite3') db.serialize();
  void run('PRAGMA busy_timeout=5000');
  void run('PRAGMA synchronous=FULL');
  void run(`PRAGMA journal_mode=${journalMode}`);
  return creators[client](store, db, config, undefined, options);
};
