/** The steps of a peer that keeps each row as a record of its own, under the row's id. */
import {TABLE, makeRow, makeTables} from '../harness/data.mjs';
import {editedRowId, markOf} from './edits.mjs';
import {check as assert, timed, timedEach} from './measure.mjs';

/**
 * @param database `putAll(entries)`, `put(rowId, row)`, and `getAll()`, which resolves to entries or to rows
 *   that have a `rowId`.
 */
export const stepsOf = (database) => {
  let size = 0;
  let loaded;
  const rowIndexOf = (rowId) => Number(rowId.slice(1));
  const edit = (index) => {
    const rowId = editedRowId(size, index);
    return database.put(rowId, {...makeRow(rowIndexOf(rowId)), age: markOf(index)});
  };
  return {
    save: (count) => {
      size = count;
      const entries = Object.entries(makeTables(size)[TABLE]);
      return timed(() => database.putAll(entries));
    },
    editEach: (first, count) => timedEach(first, count, edit),
    editRapidly: (first, count) =>
      timed(() => Promise.all(Array.from({length: count}, (_, index) => edit(first + index)))),
    load: () =>
      timed(async () => {
        loaded = await database.getAll();
      }),
    check: (size, edits) => {
      const rows = new Map(loaded);
      assert(rows.size === size, 'all rows came back');
      for (let index = 0; index < edits; index++) {
        const row = rows.get(editedRowId(size, index));
        assert(row?.age === markOf(index), `edit ${index} came back`);
      }
    },
  };
};
