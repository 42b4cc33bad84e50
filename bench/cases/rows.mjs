import {TABLE, makeRow, makeRowId} from '../harness/data.mjs';
import {check, timedEach} from '../harness/measure.mjs';

const makeRows = (size) => {
  const rows = Array.from({length: size}, (_, index) => makeRow(index));
  return {rows, rowIds: Array.from({length: size}, (_, index) => makeRowId(index))};
};

export const bench = {
  id: 'rows',
  size: 100_000,
  metrics: [
    {id: 'setRow', title: '`setRow`, each', unit: 'µs', clock: 'CPU', target: 0.15},
    {id: 'delRow', title: '`delRow`, each', unit: 'µs', clock: 'CPU', target: 0.1},
    {id: 'addRow', title: '`addRow`, each', unit: 'µs', clock: 'CPU', target: 0.15},
  ],

  measureLibrary: async ({library, size}) => {
    const {createStore} = await library.loadStore();
    const store = createStore();
    const {rows, rowIds} = makeRows(size);
    const setRow = await timedEach(size, (index) =>
      store.setRow(TABLE, rowIds[index], rows[index]),
    );
    check(store.getRowCount(TABLE) === size, 'all rows were set');
    const delRow = await timedEach(size, (index) => store.delRow(TABLE, rowIds[index]));
    check(store.getRowCount(TABLE) === 0, 'all rows were deleted');
    const addRow = await timedEach(size, (index) => store.addRow(TABLE, rows[index]));
    check(store.getRowCount(TABLE) === size, 'all rows were added');
    return {setRow, delRow, addRow};
  },

  measureLimit: async ({size}) => {
    const {rows, rowIds} = makeRows(size);
    let table = {};
    const setRow = await timedEach(size, (index) => (table[rowIds[index]] = {...rows[index]}));
    const delRow = await timedEach(size, (index) => delete table[rowIds[index]]);
    check(Object.keys(table).length === 0, 'all rows were deleted');
    table = {};
    const addRow = await timedEach(size, (index) => (table[`${index}`] = {...rows[index]}));
    check(Object.keys(table).length === size, 'all rows were added');
    return {setRow, delRow, addRow};
  },
};
