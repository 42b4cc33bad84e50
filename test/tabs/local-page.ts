/** What runs in the tabs of `local.test.ts`: a store in local storage, and what the test does to it. */
import {createLocalPersister} from '../../src/persisters/browser/index.ts';
import {createStore} from '../../src/store/index.ts';

const store = createStore();
const errors: string[] = [];
const persister = createLocalPersister(store, 'pets', {
  onIgnoredError: (error) => errors.push(String(error)),
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
      // Other tabs are heard of between turns only.
      await new Promise((resolve) => setTimeout(resolve));
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
  /** A store whose text is so long that its changes stay in the journal. */
  fill: async (length: number): Promise<void> => {
    store.setValue('ballast', 'x'.repeat(length));
    await persister.whenSaved();
  },
  errors: () => errors,
});
