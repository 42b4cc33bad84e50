import {TABLE, makeTables} from '../harness/data.mjs';
import {check, heapUsed, timed} from '../harness/measure.mjs';

const CELLS_PER_ROW = 5;

/** Fills something with rows and weighs it; the data's own containers are released first. */
const fillAndWeigh = async (size, fill) => {
  const before = await heapUsed();
  let tables = makeTables(size);
  const {cpuMs, result} = await timed(() => fill(tables));
  tables = undefined;
  const heap = (await heapUsed()) - before;
  return {filled: result, metrics: {setTables: cpuMs, heapPerCell: heap / (size * CELLS_PER_ROW)}};
};

export const bench = {
  id: 'bulk',
  size: 100_000,
  metrics: [
    {id: 'setTables', title: '`setTables`', unit: 'ms', clock: 'CPU', target: 0.12},
    {id: 'heapPerCell', title: 'heap per cell, strings and ids included', unit: 'B', target: 0.4},
  ],
  growth: {sizes: [1_000, 10_000, 100_000, 1_000_000], metrics: ['setTables', 'heapPerCell']},

  measureLibrary: async ({library, size}) => {
    const {createStore} = await library.loadStore();
    const {filled: store, metrics} = await fillAndWeigh(size, (tables) =>
      createStore().setTables(tables),
    );
    check(store.getRowCount(TABLE) === size, 'all rows are in the store');
    return metrics;
  },

  /** A copy of the plain objects. */
  measureLimit: async ({size}) => {
    const {filled, metrics} = await fillAndWeigh(size, (tables) => {
      const copy = {};
      for (const rowId in tables[TABLE]) copy[rowId] = {...tables[TABLE][rowId]};
      return copy;
    });
    check(Object.keys(filled).length === size, 'all rows are in the copy');
    return metrics;
  },
};
