import {join} from 'node:path';
import {TABLE, makeTables} from '../harness/data.mjs';
import {check, peakMemory, timed} from '../harness/measure.mjs';
import {readJsonFile, writeJsonFile} from '../harness/plain-file.mjs';

const saveAndLoad = async ({library, size, folder}) => {
  const {createStore} = await library.loadStore();
  const {createFilePersister} = await library.loadFilePersister();
  const path = join(folder, 'store.json');
  const first = createFilePersister(createStore().setTables(makeTables(size)), path);
  const save = await timed(() => first.save());
  await first.destroy();
  const store = createStore();
  const second = createFilePersister(store, path);
  const load = await timed(() => second.load());
  check(store.getRowCount(TABLE) === size, 'all rows came back');
  await second.destroy();
  return {
    save: save.cpuMs,
    load: load.cpuMs,
    both: save.cpuMs + load.cpuMs,
    peak: peakMemory() / 1e6,
  };
};

const saveAndLoadPlainly = async ({size, folder}) => {
  const path = join(folder, 'store.json');
  let content = [makeTables(size), {}];
  const save = await timed(() => writeJsonFile(path, content));
  content = undefined;
  const load = await timed(() => readJsonFile(path));
  check(Object.keys(load.result[0][TABLE]).length === size, 'all rows came back');
  return {
    save: save.cpuMs,
    load: load.cpuMs,
    both: save.cpuMs + load.cpuMs,
    peak: peakMemory() / 1e6,
  };
};

export const bench = {
  id: 'file-full',
  size: 100_000,
  metrics: [
    {id: 'save', title: 'file: full save', unit: 'ms', clock: 'CPU', target: 0.5},
    {id: 'load', title: 'file: full load', unit: 'ms', clock: 'CPU', target: 0.18},
    {id: 'peak', title: 'file: peak resident memory of both', unit: 'MB', target: 0.6},
    {
      id: 'both',
      size: 1_000_000,
      title: '1,000,000 rows: load and save',
      unit: 'ms',
      clock: 'CPU',
      target: 0.25,
    },
    {
      id: 'peak',
      size: 1_000_000,
      title: '1,000,000 rows: peak resident memory',
      unit: 'MB',
      target: 0.5,
    },
  ],
  growth: {sizes: [1_000, 10_000, 100_000, 1_000_000], metrics: ['save', 'load', 'peak']},
  measureLibrary: saveAndLoad,
  measureLimit: saveAndLoadPlainly,
};
