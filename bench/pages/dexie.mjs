import {Dexie} from 'dexie';
import {stepsOf} from './keyed-rows.mjs';

const database = new Dexie('bench');
database.version(1).stores({rows: 'rowId'});

export const {save, editEach, editRapidly, load, check} = stepsOf({
  putAll: (entries) =>
    database.table('rows').bulkPut(entries.map(([rowId, row]) => ({rowId, ...row}))),
  put: (rowId, row) => database.table('rows').put({rowId, ...row}),
  getAll: async () => {
    const rows = await database.table('rows').toArray();
    return rows.map((row) => [row.rowId, row]);
  },
});
