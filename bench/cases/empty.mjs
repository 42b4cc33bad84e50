import {check, heapUsed, timedEach} from '../harness/measure.mjs';

const STORES = 10_000;

const createAndWeigh = async (create) => {
  const stores = new Array(STORES).fill(undefined);
  const before = await heapUsed();
  const time = await timedEach(STORES, (index) => {
    stores[index] = create();
  });
  return {stores, metrics: {time, heap: ((await heapUsed()) - before) / STORES}};
};

export const bench = {
  id: 'empty',
  metrics: [
    {id: 'time', title: 'empty store, time', unit: 'µs', clock: 'CPU', target: 0.05},
    {id: 'heap', title: 'empty store, heap', unit: 'B', target: 0.1},
  ],

  measureLibrary: async ({library}) => {
    const {createStore} = await library.loadStore();
    const {stores, metrics} = await createAndWeigh(createStore);
    const {setValue, getValue} = stores[STORES - 1];
    setValue('open', true);
    check(getValue('open') === true, 'methods work when detached');
    return metrics;
  },

  /** Two plain objects for content and two maps for listeners. */
  measureLimit: async () => {
    const {stores, metrics} = await createAndWeigh(() => ({
      tables: {},
      values: {},
      listeners: new Map(),
      changes: new Map(),
    }));
    check(stores[STORES - 1].listeners.size === 0, 'the parts exist');
    return metrics;
  },
};
