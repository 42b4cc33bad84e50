import {TABLE, makeShuffledRowIds, makeTables} from '../harness/data.mjs';
import {check, median} from '../harness/measure.mjs';

const CHANGES = 30;
const PAGE = 50;

/** Median wall time of one call, in ms: single calls are too short for the CPU clock. */
const medianOfCalls = (count, work) =>
  median(
    Array.from({length: count}, (_, index) => {
      const startedAt = performance.now();
      work(index);
      return performance.now() - startedAt;
    }),
  );

export const bench = {
  id: 'sorted',
  size: 100_000,
  metrics: [
    {
      id: 'once',
      title: 'first 50 sorted row ids after one change, asked once of each order',
      unit: 'ms',
      clock: 'wall',
      target: 0.05,
    },
    {
      id: 'repeated',
      title: 'the same, asked again and again',
      unit: 'ms',
      clock: 'wall',
      target: 0.001,
    },
    {id: 'listener', title: 'the same, with a listener', unit: 'ms', clock: 'wall', target: 0.001},
  ],

  measureLibrary: async ({library, size}) => {
    const {createStore} = await library.loadStore();
    const store = createStore().setTables(makeTables(size));
    const rowIds = makeShuffledRowIds(size, 4 * CHANGES);
    // Each change puts another row at the top.
    let lowest = -1;
    const change = () => {
      const rowId = rowIds[-lowest];
      store.setCell(TABLE, rowId, 'score', lowest--);
      return rowId;
    };
    const getPage = () => store.getSortedRowIds(TABLE, 'score', false, 0, PAGE);

    const lowestOf = {name: '', city: '', age: -1, score: lowest};
    const cellIds = Object.keys(lowestOf);
    const once = medianOfCalls(cellIds.length, (index) => {
      const cellId = cellIds[index];
      store.setCell(TABLE, rowIds[1], cellId, lowestOf[cellId]);
      const page = store.getSortedRowIds(TABLE, cellId, false, 0, PAGE);
      check(page.length === PAGE && page[0] === rowIds[1], 'the page is right');
    });
    change();

    const changeAndGetPage = () => {
      const rowId = change();
      check(getPage()[0] === rowId, 'the page is right');
    };
    const repeated = medianOfCalls(CHANGES, changeAndGetPage);

    let top;
    store.addSortedRowIdsListener(
      TABLE,
      'score',
      false,
      0,
      PAGE,
      (_store, _tableId, _cellId, _descending, _offset, _limit, sortedRowIds) => {
        top = sortedRowIds[0];
      },
    );
    const listener = medianOfCalls(CHANGES, () => {
      const rowId = change();
      check(top === rowId, 'the listener was given the right page');
    });
    return {once, repeated, listener};
  },
};
