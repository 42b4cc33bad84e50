import {TABLE, makeShuffledRowIds, makeTables} from '../harness/data.mjs';
import {check, timedOften} from '../harness/measure.mjs';

const TRANSACTIONS = 1_000;

export const bench = {
  id: 'engine-rapid',
  size: 100_000,
  metrics: [
    {
      id: 'perTransaction',
      title: 'auto-save to a storage that does nothing, 1,000 rapid transactions, each',
      unit: 'µs',
      clock: 'CPU',
      target: 0.1,
    },
    {id: 'writes', title: 'the same: writes in all', unit: '', atMost: 10},
  ],

  measureLibrary: async ({library, size}) => {
    const {createStore} = await library.loadStore();
    const {createCustomPersister} = await library.loadPersisters();
    const store = createStore().setTables(makeTables(size));
    const rowIds = makeShuffledRowIds(size, TRANSACTIONS);
    let writes = 0;
    const persister = createCustomPersister(
      store,
      async () => undefined,
      async () => {
        writes++;
      },
      () => undefined,
      () => undefined,
    );
    await persister.startAutoSave();
    await library.untilSaved(persister);
    const {cpuMs} = await timedOften((round) => {
      writes = 0;
      for (let index = 0; index < TRANSACTIONS; index++) {
        store.setCell(TABLE, rowIds[index], 'age', round * 1_000_000 + index + 1_000);
      }
      return library.untilSaved(persister);
    });
    check(writes > 0, 'the changes were handed to the storage');
    await persister.destroy();
    return {perTransaction: (cpuMs * 1000) / TRANSACTIONS, writes};
  },
};
