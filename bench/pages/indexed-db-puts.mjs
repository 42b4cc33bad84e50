/**
 * The least that keeps rows in IndexedDB: 1,000 of them in a record, and edits in records of their own beside
 * those. Like Cellar, and unlike the reference, it waits until what it writes has reached the disk.
 */
import {TABLE, makeTables} from '../harness/data.mjs';
import {editedRowId, markOf} from './edits.mjs';
import {check as assert, timed, timedEach} from './measure.mjs';

const ROWS_PER_RECORD = 1_000;

const opened = new Promise((resolve, reject) => {
  const request = indexedDB.open('bench', 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore('rows');
    request.result.createObjectStore('edits');
  };
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

const write = async (storeName, records) => {
  const database = await opened;
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(storeName, 'readwrite', {durability: 'strict'});
    const objects = transaction.objectStore(storeName);
    for (const [key, record] of records) objects.put(record, key);
    transaction.commit();
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
};

const readAll = async () => {
  const database = await opened;
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(['rows', 'edits']);
    const requests = ['rows', 'edits'].map((name) => transaction.objectStore(name).getAll());
    transaction.oncomplete = () => resolve(requests.map(({result}) => result));
    transaction.onabort = () => reject(transaction.error);
  });
};

let loaded;
let size = 0;
let nextChange = 0;
const changeOf = (index) => [nextChange++, [editedRowId(size, index), {age: markOf(index)}]];

export const save = (count) => {
  size = count;
  const rows = Object.entries(makeTables(size)[TABLE]);
  const records = [];
  for (let start = 0; start < size; start += ROWS_PER_RECORD) {
    records.push([start, rows.slice(start, start + ROWS_PER_RECORD)]);
  }
  return timed(() => write('rows', records));
};

export const editEach = (first, count) =>
  timedEach(first, count, (index) => write('edits', [changeOf(index)]));

export const editRapidly = (first, count) =>
  timed(() =>
    write(
      'edits',
      Array.from({length: count}, (_, index) => changeOf(first + index)),
    ),
  );

export const load = () =>
  timed(async () => {
    loaded = await readAll();
  });

export const check = (size, edits) => {
  const [rows, changes] = loaded;
  assert(rows.flat().length === size, 'all rows came back');
  const edited = new Map(changes);
  for (let index = 0; index < edits; index++) {
    assert(edited.get(editedRowId(size, index))?.age === markOf(index), `edit ${index} came back`);
  }
};
