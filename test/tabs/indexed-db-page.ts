/** What runs in the tabs of `indexed-db.test.ts`. */
import {
  createIndexedDbPersister,
  type IndexedDbPersister,
} from '../../src/persisters/indexed-db/index.ts';
import type {NoSchemas} from '../../src/store/types.ts';
import {exposeStore} from './exposed-store.ts';

let persister: IndexedDbPersister<NoSchemas>;

exposeStore(
  (store, options) => {
    persister = createIndexedDbPersister(store, 'pets', undefined, options);
    return persister;
  },
  {
    /** Saves everything for ever: the tab is most likely killed in the middle of that. */
    saveForEver: async (): Promise<never> => {
      for (;;) {
        await persister.save();
        console.log('saved');
      }
    },
    deleteDatabase: (): Promise<void> =>
      new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase('pets');
        request.onsuccess = () => resolve();
        request.onblocked = () => reject(new Error('blocked'));
        request.onerror = () => reject(new Error('failed'));
      }),
  },
);
