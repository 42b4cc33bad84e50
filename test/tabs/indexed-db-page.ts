/** What runs in the tabs of `indexed-db.test.ts`: a store in IndexedDB, and what the test does to it. */
import {createIndexedDbPersister} from '../../src/persisters/indexed-db/index.ts';
import {createStore} from '../../src/store/index.ts';

const store = createStore();
const errors: string[] = [];
const persister = createIndexedDbPersister(store, 'pets', undefined, {
  onIgnoredError: (error) => errors.push(String(error)),
  retry: {maxDelayMs: 100},
});

const setRows = (tab: string, count: number): void => {
  store.transaction(() => {
    for (let row = 0; row < count; row++) store.setRow('pets', `${tab}-${row}`, {tab, row});
  });
};

const edit = (cell: string, value: number): void => {
  store.setCell('pets', 'edits', cell, value);
};

Object.assign(globalThis, {
  start: async (): Promise<void> => {
    await persister.startAutoPersisting();
    await persister.whenSaved();
  },
  /** At a given time, so that several tabs do it at once, and resolves when it is safe. */
  writeRowsAt: async (tab: string, count: number, at: number): Promise<void> => {
    while (Date.now() < at); // so that nothing of this tab comes in between
    setRows(tab, count);
    await persister.whenSaved();
  },
  /** Sets one cell after the other for ever; what is safe is told to the test. */
  writeForEver: async (tab: string): Promise<never> => {
    for (let cell = 0; ; cell++) {
      store.setCell('pets', tab, `c${cell}`, cell);
      await persister.whenSaved();
      console.log(`saved ${cell}`);
    }
  },
  /** Saves everything for ever: the tab is most likely killed in the middle of that. */
  saveForEver: async (): Promise<never> => {
    for (;;) {
      await persister.save();
      console.log('saved');
    }
  },
  edit,
  /** The last thing that the page does. */
  editOnLeaving: (cell: string, value: number): void =>
    addEventListener('pagehide', () => edit(cell, value)),
  /** The page gets no time to do more. */
  editAndHide: (cell: string, value: number): void => {
    edit(cell, value);
    dispatchEvent(new PageTransitionEvent('pagehide'));
  },
  rowCounts: () => {
    const counts: Record<string, number> = {};
    store.forEachRow('pets', (rowId) => {
      const tab = store.getCell('pets', rowId, 'tab') as string;
      counts[tab] = (counts[tab] ?? 0) + 1;
    });
    return counts;
  },
  getRow: (rowId: string) => ({...store.getRow('pets', rowId)}),
  /** As many rows as are stored in several steps. */
  fill: async (count: number): Promise<void> => {
    setRows('ballast', count);
    await persister.save();
  },
  /** A row that cannot be compressed. */
  addNoise: (rowId: string, length: number): void => {
    const bytes = new Uint8Array(length);
    for (let start = 0; start < length; start += 65_536) {
      crypto.getRandomValues(bytes.subarray(start, start + 65_536));
    }
    store.setCell(
      'noise',
      rowId,
      'bytes',
      Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''),
    );
  },
  whenSaved: async (): Promise<void> => {
    await persister.whenSaved();
  },
  getState: () => {
    const {lastError, ...state} = persister.getState();
    return {...state, lastError: lastError?.code};
  },
  getStats: () => persister.getStats(),
  noiseLengths: () =>
    store
      .getRowIds('noise')
      .map((rowId) => (store.getCell('noise', rowId, 'bytes') as string).length),
  deleteDatabase: (): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase('pets');
      request.onsuccess = () => resolve();
      request.onblocked = () => reject(new Error('blocked'));
      request.onerror = () => reject(new Error('failed'));
    }),
  errors: () => errors,
});
