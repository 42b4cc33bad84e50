import {TABLE, makeShuffledRowIds, makeTables} from '../harness/data.mjs';
import {check, timedEach} from '../harness/measure.mjs';

const OPERATIONS = 100_000;
const EXACT_LISTENERS = 1_000;

/** Every write is a change: each pass over the rows has another base. */
const agesFrom = (base) => (index) => base + index;

export const bench = {
  id: 'set-cell',
  size: 100_000,
  metrics: [
    {id: 'alone', title: '`setCell`, no listener', unit: 'µs', clock: 'CPU', target: 0.18},
    {
      id: 'inTransaction',
      title: '`setCell` in a transaction',
      unit: 'µs',
      clock: 'CPU',
      target: 0.45,
    },
    {
      id: 'wildcard',
      title: '`setCell`, one wildcard listener',
      unit: 'µs',
      clock: 'CPU',
      target: 0.2,
    },
    {
      id: 'exact',
      title: '`setCell`, 1,000 exact listeners',
      unit: 'µs',
      clock: 'CPU',
      target: 0.2,
    },
    {id: 'getCell', title: '`getCell`, random rows', unit: 'µs', clock: 'CPU', target: 1},
  ],
  growth: {sizes: [1_000, 10_000, 100_000, 1_000_000], metrics: ['alone', 'getCell']},

  measureLibrary: async ({library, size}) => {
    const {createStore} = await library.loadStore();
    const store = createStore().setTables(makeTables(size));
    const rowIds = makeShuffledRowIds(size, OPERATIONS);
    const lastRowId = rowIds[OPERATIONS - 1];
    const setAges = (base) => {
      const age = agesFrom(base);
      return (index) => store.setCell(TABLE, rowIds[index], 'age', age(index));
    };
    let calls = 0;
    const countCall = () => calls++;

    const alone = await timedEach(OPERATIONS, setAges(1_000_000));

    store.startTransaction();
    const inTransaction = await timedEach(OPERATIONS, setAges(2_000_000));
    store.finishTransaction();
    check(
      store.getCell(TABLE, lastRowId, 'age') === agesFrom(2_000_000)(OPERATIONS - 1),
      'the last write can be read',
    );

    const wildcardId = store.addCellListener(null, null, null, countCall);
    const wildcard = await timedEach(OPERATIONS, setAges(3_000_000));
    check(calls === OPERATIONS, 'the wildcard listener heard each change');
    store.delListener(wildcardId);

    calls = 0;
    const listenedTo = new Set(rowIds.slice(0, EXACT_LISTENERS));
    for (const rowId of listenedTo) store.addCellListener(TABLE, rowId, 'age', countCall);
    const exact = await timedEach(OPERATIONS, setAges(4_000_000));
    check(
      calls === rowIds.filter((rowId) => listenedTo.has(rowId)).length,
      'the exact listeners heard their changes',
    );

    let sum = 0;
    const getCell = await timedEach(OPERATIONS, (index) => {
      sum += store.getCell(TABLE, rowIds[index], 'age');
    });
    check(sum > OPERATIONS * 4_000_000, 'the cells were read');
    return {alone, inTransaction, wildcard, exact, getCell};
  },

  /** The cells of plain objects; no listeners, no transactions. */
  measureLimit: async ({size}) => {
    const table = makeTables(size)[TABLE];
    const rowIds = makeShuffledRowIds(size, OPERATIONS);
    const age = agesFrom(1_000_000);
    const set = await timedEach(OPERATIONS, (index) => {
      table[rowIds[index]].age = age(index);
    });
    let sum = 0;
    const getCell = await timedEach(OPERATIONS, (index) => {
      sum += table[rowIds[index]].age;
    });
    check(sum > OPERATIONS * 1_000_000, 'the cells were read');
    return {alone: set, inTransaction: set, wildcard: set, exact: set, getCell};
  },
};
