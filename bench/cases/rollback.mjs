import {TABLE, makeShuffledRowIds, makeTables} from '../harness/data.mjs';
import {check, timedOften} from '../harness/measure.mjs';

const CELLS = 10_000;

export const bench = {
  id: 'rollback',
  size: 100_000,
  metrics: [
    {
      id: 'perCell',
      title: '10,000 × `setCell`, then rollback, per cell',
      unit: 'µs',
      clock: 'CPU',
      target: 0.25,
    },
  ],

  measureLibrary: async ({library, size}) => {
    const {createStore} = await library.loadStore();
    const store = createStore().setTables(makeTables(size));
    const rowIds = makeShuffledRowIds(size, CELLS);
    const before = store.getCell(TABLE, rowIds[0], 'age');
    let during;
    const {cpuMs} = await timedOften(() =>
      store.transaction(
        () => {
          for (const rowId of rowIds) store.setCell(TABLE, rowId, 'age', 1_000_000);
          during = store.getCell(TABLE, rowIds[0], 'age');
        },
        () => true,
      ),
    );
    check(during === 1_000_000, 'the cells were set');
    check(store.getCell(TABLE, rowIds[0], 'age') === before, 'the cells were set back');
    return {perCell: (cpuMs * 1000) / CELLS};
  },
};
