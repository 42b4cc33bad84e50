/** When what has failed is tried again, beside the back-off that the conformance suite tests. */
import {afterEach, describe, expect, it} from 'vitest';
import {PersisterError} from '../../src/errors.ts';
import {createPersister, type Persister, type StorageAdapter} from '../../src/persisters/index.ts';
import {createStore, type Store} from '../../src/store/index.ts';
import {
  createFaults,
  type Faults,
  memoryStorage,
  type MemoryStorage,
  virtualClock,
  type VirtualClock,
  withFaults,
} from '../../src/testing/index.ts';
import {turn} from '../../src/testing/waiting.ts';
import {withPageEvents} from '../support/page-events.ts';

const failure =
  (details: {retriable: boolean; retryAfterMs?: number; awaitsRetry?: boolean}) =>
  (): PersisterError =>
    new PersisterError(details.retriable ? 'UNAVAILABLE' : 'DENIED', 'A fault was injected', {
      phase: 'load',
      storage: 'memory',
      ...details,
    });

interface App {
  readonly store: Store;
  readonly persister: Persister;
  readonly storage: MemoryStorage;
  readonly faults: Faults;
  readonly clock: VirtualClock;
  /** How often the storage has been asked to do that. */
  countCalls(method: 'read' | 'write' | 'writeChanges' | 'watch'): number;
}

const persisters: Persister[] = [];
afterEach(async () => {
  for (const persister of persisters.splice(0)) await persister.destroy();
});

const createApp = (wrap = (adapter: StorageAdapter): StorageAdapter => adapter): App => {
  const storage = memoryStorage();
  const faults = createFaults();
  const clock = virtualClock();
  const store = createStore();
  const persister = createPersister(store, withFaults(wrap(storage.open('a')), faults), {
    clock,
    retry: {minDelayMs: 10_000},
    onIgnoredError: () => undefined,
  });
  persisters.push(persister);
  const countCalls: App['countCalls'] = (method) =>
    faults.calls.filter((call) => call.method === method).length;
  return {store, persister, storage, faults, clock, countCalls};
};

const STORED: [{pets: {fido: {age: number}}}, Record<string, never>] = [
  {pets: {fido: {age: 3}}},
  {},
];

describe('When the host goes online', () => {
  it('a save that has failed is tried again at once', () =>
    withPageEvents(async (page) => {
      const {store, persister, storage, faults, clock} = createApp();
      await persister.startAutoPersisting();
      faults.fail('write');
      store.setValue('v', 1);
      await turn();
      expect(persister.getState().nextRetryAt).toBe(clock.now() + 5_000);
      page.dispatchEvent(new Event('online'));
      await clock.advance(0);
      expect(storage.getContent('a')).toStrictEqual([{}, {v: 1}]);
      expect(persister.getState()).toMatchObject({pending: 0});
      expect(persister.getState().nextRetryAt).toBeUndefined();
    }));

  it('a load that has failed is tried again at once', () =>
    withPageEvents(async (page) => {
      const {store, persister, storage, faults, clock} = createApp();
      storage.putText('a', JSON.stringify(STORED));
      faults.fail('read', {times: 2}); // by startAutoLoad() and startAutoSave()
      await persister.startAutoPersisting();
      expect(store.hasTable('pets')).toBe(false);
      page.dispatchEvent(new Event('online'));
      await clock.advance(0);
      expect(store.getCell('pets', 'fido', 'age')).toBe(3);
    }));

  it('a storage that wants to be left alone is, and no longer', () =>
    withPageEvents(async (page) => {
      const {store, persister, storage, faults, clock} = createApp();
      await persister.startAutoPersisting();
      faults.fail('write', {error: failure({retriable: true, retryAfterMs: 700})});
      store.setValue('v', 1);
      await turn();
      await clock.advance(100);
      page.dispatchEvent(new Event('online'));
      await clock.advance(599);
      expect(storage.getContent('a')).toStrictEqual([{}, {}]);
      await clock.advance(1);
      expect(storage.getContent('a')).toStrictEqual([{}, {v: 1}]);
    }));

  it('nothing is done if nothing has failed, if there is no hope, or after the end', () =>
    withPageEvents(async (page) => {
      const {store, persister, faults, clock} = createApp();
      await persister.startAutoPersisting();
      page.dispatchEvent(new Event('online'));
      await clock.advance(0);
      const calls = faults.calls.length;
      faults.fail('write', {error: failure({retriable: false})});
      store.setValue('v', 1);
      await turn();
      page.dispatchEvent(new Event('online'));
      await clock.advance(0);
      expect(faults.calls).toHaveLength(calls + 1);
      await persister.destroy();
      const callsInAll = faults.calls.length;
      page.dispatchEvent(new Event('online'));
      await clock.advance(0);
      expect(faults.calls).toHaveLength(callsInAll);
    }));
});

describe('A read which fails with an error that awaits retry()', () => {
  const refusal = failure({retriable: false, awaitsRetry: true});

  it('is not repeated, blocks, and is reported to who waits', async () => {
    const {store, persister, storage, faults, clock, countCalls} = createApp();
    storage.putText('a', JSON.stringify(STORED));
    faults.fail('read', {times: Infinity, error: refusal});
    const starting = persister.startAutoPersisting();
    const loaded = persister.whenLoaded();
    await expect(loaded).rejects.toMatchObject({code: 'DENIED'});
    await starting;
    store.setValue('v', 1);
    const reads = countCalls('read');
    await clock.runAll();
    expect(countCalls('read')).toBe(reads);
    expect(persister.getState()).toMatchObject({blocked: true, pending: 1, load: 'failed'});
    expect(persister.getState().nextRetryAt).toBeUndefined();
    await expect(persister.whenLoaded()).rejects.toMatchObject({code: 'DENIED'});
    await expect(persister.whenSaved()).rejects.toMatchObject({code: 'DENIED'});
    expect(storage.getText('a')).toBe(JSON.stringify(STORED));
  });

  it('is repeated by retry(), and then everything goes on', async () => {
    const {store, persister, storage, faults} = createApp();
    storage.putText('a', JSON.stringify(STORED));
    faults.fail('read', {times: 2, error: refusal});
    await persister.startAutoPersisting();
    store.setValue('v', 1);
    await persister.retry();
    await persister.whenLoaded();
    await persister.whenSaved();
    expect(storage.getContent('a')).toStrictEqual([STORED[0], {v: 1}]);
    expect(persister.getState()).toMatchObject({blocked: false, pending: 0, load: 'loaded'});
  });
});

describe('retry()', () => {
  it('listens anew if listening has failed, and only then', async () => {
    let fail: ((error: unknown) => void) | undefined;
    const {store, persister, storage, countCalls} = createApp((adapter) => {
      const watch = adapter.watch?.bind(adapter);
      if (watch) {
        adapter.watch = (onChange, onError) => {
          fail = onError;
          return watch(onChange, onError);
        };
      }
      return adapter;
    });
    await persister.startAutoPersisting();
    await persister.retry();
    expect(countCalls('watch')).toBe(1);
    fail?.(failure({retriable: false, awaitsRetry: true})());
    expect(persister.getState().lastError).toMatchObject({code: 'DENIED'});
    await persister.retry();
    expect(countCalls('watch')).toBe(2);
    expect(persister.getState().lastError).toBeUndefined();
    storage.putText('a', JSON.stringify(STORED));
    await turn();
    expect(store.getCell('pets', 'fido', 'age')).toBe(3);
    await persister.stopAutoLoad();
    fail?.(failure({retriable: false})());
    await persister.retry();
    expect(countCalls('watch')).toBe(2);
  });
});
