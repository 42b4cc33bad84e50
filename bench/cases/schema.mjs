import {SCHEMA, TABLE, makeTables} from '../harness/data.mjs';
import {check, timed} from '../harness/measure.mjs';

export const bench = {
  id: 'schema',
  size: 100_000,
  metrics: [
    {id: 'setTables', title: '`setTables` with a schema', unit: 'ms', clock: 'CPU', target: 0.1},
  ],

  measureLibrary: async ({library, size}) => {
    const {createStore} = await library.loadStore();
    const tables = makeTables(size);
    const store = createStore().setTablesSchema(SCHEMA);
    const {cpuMs} = await timed(() => store.setTables(tables));
    check(store.getRowCount(TABLE) === size, 'all rows are in the store');
    return {setTables: cpuMs};
  },
};
