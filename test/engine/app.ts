/** An app that keeps a store in memory, with all that a test may want to see, move or break. */
import {createPersister, type StorageAdapter} from '../../src/persisters/index.ts';
import {createStore} from '../../src/store/index.ts';
import type {EncodedContent} from '../../src/store/internals.ts';
import type {Store} from '../../src/store/types.ts';
import {
  createFaults,
  memoryStorage,
  type MemoryStorage,
  virtualClock,
  withFaults,
} from '../../src/testing/index.ts';
import {Session} from '../../src/testing/session.ts';
import type {PersisterOptions} from '../../src/persisters/index.ts';

const PLACE = 'a';

export interface App extends Session {
  readonly storage: MemoryStorage;
}

/** Stores content behind everybody's back: handles are told that something has changed, not what. */
export const put = (storage: MemoryStorage, content: unknown): void => {
  storage.putText(PLACE, JSON.stringify(content));
};

export interface AppOptions {
  /** What is stored at first. Default: nothing. */
  readonly stored?: EncodedContent;
  readonly storage?: MemoryStorage;
  readonly store?: Store;
  readonly options?: PersisterOptions;
  /** Makes another adapter of the one in memory; its calls are recorded, and can be made to fail. */
  readonly adapt?: (adapter: StorageAdapter) => StorageAdapter;
}

export const openApp = ({
  stored,
  storage = memoryStorage(),
  store = createStore(),
  options = {},
  adapt = (adapter) => adapter,
}: AppOptions = {}): App => {
  if (stored) put(storage, stored);
  const errors: unknown[] = [];
  const clock = virtualClock();
  const faults = createFaults();
  const persister = createPersister(store, withFaults(adapt(storage.open(PLACE)), faults), {
    onIgnoredError: (error) => errors.push(error),
    timeoutMs: 1_000,
    clock,
    ...options,
  });
  const session = new Session(store, persister, clock, faults, errors, 3_000);
  return Object.assign(session, {storage});
};
