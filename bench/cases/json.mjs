import {TABLE, makeTables} from '../harness/data.mjs';
import {check, timed} from '../harness/measure.mjs';

export const bench = {
  id: 'json',
  size: 100_000,
  metrics: [{id: 'setJson', title: '`setJson`', unit: 'ms', clock: 'CPU', target: 0.18}],

  measureLibrary: async ({library, size}) => {
    const {createStore} = await library.loadStore();
    const text = JSON.stringify([makeTables(size), {}]);
    const store = createStore();
    const {cpuMs} = await timed(() => store.setJson(text));
    check(store.getRowCount(TABLE) === size, 'all rows are in the store');
    return {setJson: cpuMs};
  },

  measureLimit: async ({size}) => {
    const text = JSON.stringify([makeTables(size), {}]);
    const {cpuMs, result} = await timed(() => JSON.parse(text));
    check(Object.keys(result[0][TABLE]).length === size, 'all rows are parsed');
    return {setJson: cpuMs};
  },
};
