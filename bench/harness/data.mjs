/** The data every case works on: one table of rows with two strings, two numbers and a boolean. */

export const TABLE = 'items';

/**
 * A string of its own in one piece. Concatenation would leave a tree of shared parts, which would
 * make heap figures depend on how the data was made. (No heap is measured in browsers.)
 */
const ownString =
  typeof Buffer === 'undefined' ? String : (text) => Buffer.from(text, 'latin1').latin1Slice();

export const makeRowId = (index) => ownString(`r${index}`);

/** Cities repeat, as categories do; names and row ids do not. */
const CITIES = Array.from({length: 1_000}, (_, index) => ownString(`City number ${index}`));

export const makeRow = (index) => ({
  name: ownString(`Item ${index}`),
  city: CITIES[(index * 7919) % CITIES.length],
  age: (index * 31) % 100,
  score: ((index * 7919) % 1_000_003) / 100,
  active: index % 3 === 0,
});

export const makeTables = (size) => {
  const table = {};
  for (let index = 0; index < size; index++) table[makeRowId(index)] = makeRow(index);
  return {[TABLE]: table};
};

export const SCHEMA = {
  [TABLE]: {
    name: {type: 'string'},
    city: {type: 'string'},
    age: {type: 'number'},
    score: {type: 'number'},
    active: {type: 'boolean', default: false},
  },
};

/** Row ids in an order that defeats caches; the same order in every process. */
export const makeShuffledRowIds = (size, count) => {
  const rowIds = Array.from({length: size}, (_, index) => makeRowId(index));
  let state = 12345;
  for (let index = size - 1; index > 0; index--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = state % (index + 1);
    [rowIds[index], rowIds[other]] = [rowIds[other], rowIds[index]];
  }
  return Array.from({length: count}, (_, index) => rowIds[index % size]);
};
