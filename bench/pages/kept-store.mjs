/** A store that a persister keeps, of whichever library is measured. */
import {createStore} from 'library/store';
import {TABLE, makeTables} from '../harness/data.mjs';
import {editedRowId, markOf} from './edits.mjs';
import {check} from './measure.mjs';

/**
 * @param library What a page must know of the library, see harness/library.mjs.
 * @param create Makes the persister of a store, with these options.
 */
export const keepStore = ({isReference, format}, create) => {
  const store = createStore();
  const persister = create(store, format && {format});
  return {
    persister,
    fill: (size) => void store.setTables(makeTables(size)),
    edit: (index) =>
      void store.setCell(TABLE, editedRowId(store.getRowCount(TABLE), index), 'age', markOf(index)),
    /** See `untilSaved` in harness/library.mjs. */
    untilSaved: () =>
      isReference
        ? new Promise((resolve) => void persister.schedule(async () => resolve()))
        : persister.whenSaved(),
    /** That all rows are here, with the first `edits` edits. */
    check: (size, edits) => {
      check(store.getRowCount(TABLE) === size, 'all rows came back');
      for (let index = 0; index < edits; index++) {
        const cell = store.getCell(TABLE, editedRowId(size, index), 'age');
        check(cell === markOf(index), `edit ${index} came back`);
      }
    },
  };
};
