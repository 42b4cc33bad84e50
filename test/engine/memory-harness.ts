/** The suites' harnesses over storage in memory, and their variants that a test may break. */
import {
  createCustomPersister,
  createPersister,
  type StorageAdapter,
} from '../../src/persisters/index.ts';
import type {Changes, Content} from '../../src/store/types.ts';
import {
  memoryStorage,
  type MemoryStorage,
  type PersisterHarness,
  type StorageHarness,
  withFaults,
} from '../../src/testing/index.ts';

import {picky} from './picky.ts';

const corruptor =
  (storage: MemoryStorage) =>
  async (place: string): Promise<void> => {
    const text = storage.getText(place) ?? '';
    storage.putText(place, text.slice(0, text.length / 2));
    await Promise.resolve();
  };

const keep = (adapter: StorageAdapter): StorageAdapter => adapter;

/** @param change Makes another adapter of each that is opened. */
export const memoryStorageHarness = (
  change: (adapter: StorageAdapter, storage: MemoryStorage) => StorageAdapter = keep,
): StorageHarness => {
  const storage = memoryStorage();
  let refuses = false;
  const open = (place: string): StorageAdapter =>
    picky(storage.open(place), (id) => refuses && id === 'refused');
  return {
    open: (place) => change(open(place), storage),
    refuse: () => {
      refuses = true;
      return Promise.resolve();
    },
    corrupt: corruptor(storage),
    readRaw: (place) => Promise.resolve(storage.getText(place)),
    readSetAside: (place) => Promise.resolve(storage.getSetAside(place).at(-1)),
    cleanUp: () => Promise.resolve(),
  };
};

const inspections = (storage: MemoryStorage): Omit<PersisterHarness, 'create'> => ({
  readBack: (place) => Promise.resolve(storage.getContent(place)),
  writeExternally: async (place, content) => {
    const other = storage.open(place);
    await other.write(
      Object.assign(() => content, {holdsMore: false}),
      new AbortController().signal,
    );
  },
  corrupt: corruptor(storage),
  readRaw: (place) => Promise.resolve(storage.getText(place)),
  getSetAside: (place) => Promise.resolve(storage.getSetAside(place)),
  cleanUp: () => Promise.resolve(),
});

/**
 * @param breakAdapter Makes another adapter of each, between the engine and the faults.
 * @param create Makes the persister.
 */
export const memoryPersisterHarness = (
  breakAdapter: (adapter: StorageAdapter) => StorageAdapter = keep,
  create: typeof createPersister = createPersister,
): PersisterHarness => {
  const storage = memoryStorage();
  return {
    ...inspections(storage),
    create: (store, place, options, faults) =>
      create(store, breakAdapter(withFaults(storage.open(place), faults)), options),
  };
};

/** Four functions over a place in memory; what they store is content, text or changes. */
export const customPersisterHarness = (kind: 'content' | 'changes' | 'text'): PersisterHarness => {
  const storage = memoryStorage();
  return {
    ...inspections(storage),
    create: (store, place, options, faults) => {
      const {signal} = new AbortController();
      const adapter = withFaults(storage.open(place), faults);
      const getPersisted = async (): Promise<unknown> => {
        const content = await adapter.read(signal);
        return kind === 'text' && content !== undefined ? JSON.stringify(content) : content;
      };
      const setPersisted = async (getContent: () => Content, changes?: Changes): Promise<void> => {
        const getEncoded = Object.assign(() => getContent() as never, {holdsMore: true});
        if (changes && kind === 'changes') {
          await adapter.writeChanges?.(changes as never, getEncoded, signal);
        } else {
          await adapter.write(getEncoded, signal);
        }
      };
      return createCustomPersister(
        store,
        getPersisted,
        setPersisted,
        (listener) =>
          adapter.watch?.(
            (change) => listener(kind === 'text' ? undefined : (change as Content | undefined)),
            (error) => options.onIgnoredError?.(error),
          ),
        async (stop) => stop?.(),
        options,
      );
    },
  };
};
