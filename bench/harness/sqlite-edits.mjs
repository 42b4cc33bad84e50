/** A table that is edited cell by cell, by a library and plainly: neither has just been started. */
import {TABLE, makeShuffledRowIds, makeTables} from './data.mjs';
import {TABULAR, createTable, insertRows, openDatabase} from './sqlite.mjs';

/** So many edits come first, one after the other. */
const WARM_UPS = 40;

/** What the cell of an edit gets. */
export const valueOf = (index) => 7_000_000 + index;

/** @returns The ids of rows to edit: each has one edit, and none yet. */
const warmUp = async (size, count, edit) => {
  globalThis.gc();
  const rowIds = makeShuffledRowIds(size, WARM_UPS + count);
  for (const rowId of rowIds.splice(0, WARM_UPS)) await edit(rowId);
  return rowIds;
};

export const isStored = (db, rowId, index) =>
  db.prepare(`SELECT age FROM "${TABLE}" WHERE _id = ?`).get(rowId).age === valueOf(index);

/** @param onRead Called when rows of the table are read. */
export const openEdited = async (library, folder, size, count, onRead = () => undefined) => {
  const {createStore} = await library.loadStore();
  const {createBetterSqlite3Persister} = await library.loadBetterSqlite3Persister();
  const db = openDatabase(folder);
  const store = createStore().setTables(makeTables(size));
  const config = {...TABULAR, autoLoadIntervalSeconds: 0.01};
  const persister = createBetterSqlite3Persister(store, db, config, (sql) => {
    if (sql.startsWith('SELECT') && sql.includes(`FROM"${TABLE}"`)) onRead();
  });
  await persister.save();
  await persister.startAutoLoad();
  await persister.startAutoSave();
  const untilSaved = () => library.untilSaved(persister);
  await untilSaved();
  const rowIds = await warmUp(size, count, (rowId) => {
    store.setCell(TABLE, rowId, 'age', 0);
    return untilSaved();
  });
  return {db, store, persister, rowIds, untilSaved};
};

/** The least that does it: one prepared statement. */
export const openPlain = async (folder, size, count) => {
  const db = openDatabase(folder);
  createTable(db);
  insertRows(db, makeTables(size)[TABLE]);
  const update = db.prepare(`UPDATE "${TABLE}" SET age = ? WHERE _id = ?`);
  return {db, update, rowIds: await warmUp(size, count, (rowId) => update.run(0, rowId))};
};
