/** A SQLite database for each contender: the same client, the same settings. */
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {TABLE} from './data.mjs';

const require = createRequire(new URL('../../test/sql/', import.meta.url));

/** In write-ahead mode; a commit is on the disk when it returns. */
export const openDatabase = (folder) => {
  const Database = require('better-sqlite3');
  const db = new Database(join(folder, 'store.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  return db;
};

export const TABULAR = {
  mode: 'tabular',
  tables: {load: {[TABLE]: TABLE}, save: {[TABLE]: TABLE}},
};

/** Rows of the bench's data, as they lie in a table. */
export const COLUMNS = ['name', 'city', 'age', 'score', 'active'];

export const createTable = (db) =>
  db.exec(`CREATE TABLE "${TABLE}"("_id" PRIMARY KEY,${COLUMNS.join()})`);

export const insertRows = (db, rows) => {
  const insert = db.prepare(`INSERT INTO "${TABLE}" VALUES(?,?,?,?,?,?)`);
  db.transaction(() => {
    for (const [rowId, {name, city, age, score, active}] of Object.entries(rows)) {
      insert.run(rowId, name, city, age, score, active ? 1 : 0);
    }
  })();
};
