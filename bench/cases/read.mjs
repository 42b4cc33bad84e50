import {TABLE, makeTables} from '../harness/data.mjs';
import {check, timed} from '../harness/measure.mjs';

const copyTable = (table) => {
  const copy = {};
  for (const rowId in table) copy[rowId] = {...table[rowId]};
  return copy;
};

export const bench = {
  id: 'read',
  size: 100_000,
  metrics: [
    {id: 'getTable', title: '`getTable`', unit: 'ms', clock: 'CPU', target: 0.3},
    {id: 'getContent', title: '`getContent`', unit: 'ms', clock: 'CPU', target: 0.3},
    {id: 'getJson', title: '`getJson`', unit: 'ms', clock: 'CPU', target: 0.65},
  ],

  measureLibrary: async ({library, size}) => {
    const {createStore} = await library.loadStore();
    const store = createStore().setTables(makeTables(size));
    const getTable = await timed(() => store.getTable(TABLE));
    check(Object.keys(getTable.result).length === size, 'getTable returned all rows');
    const getContent = await timed(() => store.getContent());
    check(Object.keys(getContent.result[0][TABLE]).length === size, 'getContent returned all rows');
    const getJson = await timed(() => store.getJson());
    check(getJson.result.length > size * 50, 'getJson returned all rows');
    return {getTable: getTable.cpuMs, getContent: getContent.cpuMs, getJson: getJson.cpuMs};
  },

  measureLimit: async ({size}) => {
    const tables = makeTables(size);
    const getTable = await timed(() => copyTable(tables[TABLE]));
    check(Object.keys(getTable.result).length === size, 'all rows were copied');
    const getContent = await timed(() => [{[TABLE]: copyTable(tables[TABLE])}, {}]);
    check(Object.keys(getContent.result[0][TABLE]).length === size, 'all rows were copied');
    const getJson = await timed(() => JSON.stringify([tables, {}]));
    check(getJson.result.length > size * 50, 'all rows were written');
    return {getTable: getTable.cpuMs, getContent: getContent.cpuMs, getJson: getJson.cpuMs};
  },
};
