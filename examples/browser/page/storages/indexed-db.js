/** IndexedDB. */
import {createIndexedDbPersister} from 'cellar/persisters/persister-indexed-db';
import {setFull, unmetered} from '../platform.js';
import {clearLeftBehind, NAME} from './names.js';

/** Where the library keeps its records; a program that damages them need not know more. */
const RECORDS = 'cellar-journal';
const SET_ASIDE = 'cellar-unreadable';

const settle = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('Another tab does not let go of the database'));
  });

const withRecords = async (storeName, mode, action) => {
  const database = await settle(indexedDB.open(NAME));
  try {
    return await action(database.transaction(storeName, mode).objectStore(storeName));
  } finally {
    database.close();
  }
};

/** Puts something in the place of the last record. @returns What was there. */
const replaceLast = (replace) =>
  withRecords(RECORDS, 'readwrite', async (records) => {
    const cursor = await settle(records.openCursor(null, 'prev'));
    await unmetered(() => settle(cursor.update(replace(cursor.value))));
    return cursor.value;
  });

let intact;
let isFull = false;

export const indexedDbDemo = {
  id: 'indexed-db',
  label: 'IndexedDB',
  about: 'A database of the browser, which all tabs share. An edit adds one small record.',
  lacks: () => (globalThis.indexedDB ? undefined : 'This browser has none here.'),
  createPersister: (store, options) => createIndexedDbPersister(store, NAME, 1, options),
  canFill: 'Pretended: this tab is told that there is no room left.',
  setFull: (full) => setFull((isFull = full)),
  isFull: () => isFull,
  damages: 'Overwrites the newest record with one that means nothing, and reads it again.',
  damage: async () => {
    intact = await replaceLast((record) => ({...record, kind: '#@!?'}));
  },
  mend: () => replaceLast(() => intact),
  readSetAside: async (name) =>
    JSON.stringify(await withRecords(SET_ASIDE, 'readonly', (all) => settle(all.get(name)))),
  clear: async () => {
    await settle(indexedDB.deleteDatabase(NAME));
    clearLeftBehind('indexedDB');
  },
};
