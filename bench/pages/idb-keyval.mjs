import {entries, set, setMany} from 'idb-keyval';
import {stepsOf} from './keyed-rows.mjs';

export const {save, editEach, editRapidly, load, check} = stepsOf({
  putAll: (rows) => setMany(rows),
  put: (rowId, row) => set(rowId, row),
  getAll: () => entries(),
});
