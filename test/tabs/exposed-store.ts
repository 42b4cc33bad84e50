/** What runs in the tabs of tests: a store that is kept in a storage, and what tests do to it. */
import type {Persister, PersisterOptions} from '../../src/persisters/index.ts';
import {createStore, type Store} from '../../src/store/index.ts';

const store = createStore();
const errors: string[] = [];
let persister: Persister;

const edit = (cell: string, value: number): void => {
  store.setCell('pets', 'edits', cell, value);
};

const setRows = (tab: string, count: number): void => {
  store.transaction(() => {
    for (let row = 0; row < count; row++) store.setRow('pets', `${tab}-${row}`, {tab, row});
  });
};

/** Text that cannot be compressed. */
const noise = (length: number): string => {
  const bytes = new Uint8Array(length);
  for (let start = 0; start < length; start += 65_536) {
    crypto.getRandomValues(bytes.subarray(start, start + 65_536));
  }
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
};

const api = {
  whenSaved: async (): Promise<void> => {
    await persister.whenSaved();
  },
  /** At a given time, so that several tabs do it at once, and resolves when it is safe. */
  writeRowsAt: async (tab: string, count: number, at: number): Promise<void> => {
    while (Date.now() < at); // so that nothing of this tab comes in between
    setRows(tab, count);
    await persister.whenSaved();
  },
  /** So much that it is stored in another way than little is. */
  fill: async (rows: number): Promise<void> => {
    setRows('ballast', rows);
    await persister.whenSaved();
  },
  /** Sets one cell after the other for ever; what is safe is told to the test. */
  writeForEver: async (tab: string): Promise<never> => {
    for (let cell = 0; ; cell++) {
      store.setCell('pets', tab, `c${cell}`, cell);
      await persister.whenSaved();
      console.log(`saved ${cell}`);
      // Other tabs are heard of between turns only.
      await new Promise((resolve) => setTimeout(resolve));
    }
  },
  edit,
  /** The last things that the page does, each in a turn of its own. */
  editOnLeaving: (cells: Record<string, number>): void => {
    for (const [cell, value] of Object.entries(cells)) {
      addEventListener('pagehide', () => edit(cell, value));
    }
  },
  /** The page gets no time to do more. */
  editAndHide: (cell: string, value: number): void => {
    edit(cell, value);
    dispatchEvent(new PageTransitionEvent('pagehide'));
  },
  /** How many rows there are of each tab. */
  rowCounts: (): Record<string, number> => {
    const counts: Record<string, number> = {};
    store.forEachRow('pets', (rowId) => {
      const tab = store.getCell('pets', rowId, 'tab');
      if (typeof tab === 'string') counts[tab] = (counts[tab] ?? 0) + 1;
    });
    return counts;
  },
  getRow: (rowId: string) => ({...store.getRow('pets', rowId)}),
  addNoise: (rowId: string, length: number): void => {
    store.setCell('noise', rowId, 'text', noise(length));
  },
  noiseLengths: () =>
    store
      .getRowIds('noise')
      .map((rowId) => (store.getCell('noise', rowId, 'text') as string).length),
  getStats: () => persister.getStats(),
  getState: () => {
    const {lastError, ...state} = persister.getState();
    return {...state, lastError: lastError?.code};
  },
  errors: () => errors,
};

/**
 * Puts functions on `globalThis`, for `Tab.call`; `start` comes before all others.
 * @param create Makes the persister.
 * @param more Other functions for tests.
 */
export const exposeStore = (
  create: (store: Store, options: PersisterOptions) => Promise<Persister> | Persister,
  more: Readonly<Record<string, (...args: never) => unknown>> = {},
): void => {
  const start = async (): Promise<void> => {
    persister = await create(store, {
      onIgnoredError: (error) => errors.push(String(error)),
      retry: {maxDelayMs: 100},
    });
    await persister.startAutoPersisting();
    await persister.whenSaved();
  };
  Object.assign(globalThis, {...api, start, ...more});
};
