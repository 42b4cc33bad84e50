/** The numbered edits that the demonstration makes, and how to tell afterwards which of them are there. */

/** A step that spreads edits over the table; prime, so that no row comes again before all have had their turn. */
const STEP = 7919;

const rowOf = (number, rowCount) => String((number * STEP) % rowCount);

/** Makes edit `number`: one transaction that marks one place, and counts. */
export const makeEdit = (store, number) => {
  const rowId = rowOf(number, store.getRowCount('places'));
  store.transaction(() => {
    store.setCell('places', rowId, 'editedBy', number);
    store.setValue('edits', number);
  });
};

/** @returns The number of the last edit that the store has; 0 if there is none. */
export const lastEdit = (store) => store.getValue('edits') ?? 0;

/** @returns How many of the edits up to number `last` the store does not have. */
export const countMissing = (store, last) => {
  const rowCount = store.getRowCount('places');
  let missing = 0;
  for (let number = 1; number <= last; number++) {
    if (store.getCell('places', rowOf(number, rowCount), 'editedBy') !== number) missing++;
  }
  return missing;
};
