/** What runs in the tabs of `opfs.test.ts`: a store in a private file, and what the test does to it. */
import {createOpfsPersister, type OpfsPersister} from '../../src/persisters/opfs/index.ts';
import {createStore} from '../../src/store/index.ts';
import type {NoSchemas} from '../../src/store/types.ts';

const store = createStore();
const errors: string[] = [];
let persister: OpfsPersister<NoSchemas>;

const edit = (cell: string, value: number): void => {
  store.setCell('pets', 'edits', cell, value);
};

/** Whether this tab holds a lock. */
let isInside = false;
/** While this is so, the tab stops at the last step before it commits what it writes. */
let isHeld = false;

const {locks} = navigator;
const request = locks.request.bind(locks) as (
  name: string,
  options: LockOptions,
  work: () => Promise<unknown>,
) => Promise<unknown>;
Object.defineProperty(locks, 'request', {
  value: (name: string, options: LockOptions, work: () => Promise<unknown>) =>
    request(name, options, async () => {
      isInside = options.steal !== true;
      try {
        return await work();
      } finally {
        isInside = false;
      }
    }),
});

const letGo = async (): Promise<void> => {
  const isStillHeld = (): boolean => isHeld;
  if (!isInside || !isHeld) return;
  console.log('inside');
  while (isStillHeld()) await new Promise((resolve) => setTimeout(resolve, 10));
};

/** Has a method wait, if it is called while this tab holds a lock and is to be held. */
const holdIn = (prototype: object, name: string): void => {
  const method = Reflect.get(prototype, name) as (...args: unknown[]) => Promise<unknown>;
  const holding = {
    async method(...args: unknown[]): Promise<unknown> {
      await letGo();
      return method.apply(this, args);
    },
  };
  Object.defineProperty(prototype, name, {value: holding.method});
};
holdIn(FileSystemFileHandle.prototype, 'getFile');
holdIn(FileSystemWritableFileStream.prototype, 'write');

Object.assign(globalThis, {
  start: async (name: string): Promise<void> => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('folder', {create: true});
    const handle = await folder.getFileHandle(name, {create: true});
    persister = createOpfsPersister(store, handle, {
      onIgnoredError: (error) => errors.push(String(error)),
    });
    await persister.startAutoPersisting();
    await persister.whenSaved();
  },
  /** At a given time, so that several tabs do it at once, and resolves when it is safe. */
  writeRowsAt: async (tab: string, count: number, at: number): Promise<void> => {
    while (Date.now() < at); // so that nothing of this tab comes in between
    store.transaction(() => {
      for (let row = 0; row < count; row++) store.setRow('pets', `${tab}-${row}`, {tab, row});
    });
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
  setHeld: (isNowHeld: boolean): void => {
    isHeld = isNowHeld;
  },
  edit,
  whenSaved: async (): Promise<void> => {
    await persister.whenSaved();
  },
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
  /** A store that is so large that its file has a journal. */
  fill: async (length: number): Promise<void> => {
    store.setValue('ballast', 'x'.repeat(length));
    await persister.whenSaved();
  },
  fileNames: async (): Promise<string[]> => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('folder');
    const names: string[] = [];
    for await (const name of folder.keys()) names.push(name);
    return names.sort();
  },
  state: () => {
    const {pending, blocked, lastError} = persister.getState();
    return {pending, blocked, code: lastError?.code};
  },
  errors: () => errors,
});
