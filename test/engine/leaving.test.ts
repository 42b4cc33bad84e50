// @vitest-environment happy-dom
/** Pages that go before the storage has answered. */
import {afterEach, describe, expect, it, vi} from 'vitest';
import {
  createPersister,
  type Persister,
  PersisterError,
  type StorageAdapter,
} from '../../src/persisters/index.ts';
import {createStore, type Store} from '../../src/store/index.ts';
import type {EncodedChanges} from '../../src/store/internals.ts';
import {
  createFaults,
  describePersister,
  type Faults,
  memoryStorage,
  withFaults,
} from '../../src/testing/index.ts';
import * as broken from './broken-adapters.ts';
import {memoryPersisterHarness} from './memory-harness.ts';
import {runSuite} from './recording-runner.ts';
import {turn} from '../../src/testing/waiting.ts';

const LEFT = [
  'L9 leaves behind when the page goes what cannot be written in time',
  'L9 leaves nothing behind that has been written after all',
];

const failuresWith = async (breakAdapter?: broken.Break): Promise<string[]> => {
  const {passed, failed} = await runSuite((runner) => {
    const setUp = () => memoryPersisterHarness(breakAdapter);
    describePersister(runner, 'in a page', ['faults', 'carry', 'external'], setUp, {
      patienceMs: 100,
    });
  });
  const titles = [...passed, ...failed.keys()];
  expect(LEFT.filter((title) => !titles.includes(title))).toStrictEqual([]);
  return [...failed.keys()];
};

describe('describePersister, in a page', () => {
  it('finds nothing wrong with a good persister', async () => {
    expect(await failuresWith()).toStrictEqual([]);
  });

  it('notices that nothing is left behind', async () => {
    expect(await failuresWith(broken.carriesNothing)).toStrictEqual([LEFT[0]]);
  });

  it('notices that something is left behind for ever', async () => {
    const carriesAgain: broken.Break = (adapter) => {
      let carry = (): void => undefined;
      return broken.altered(adapter, {
        carry: (changes, inFlight) => {
          if (changes) carry = () => adapter.carry?.(changes, inFlight);
          carry();
        },
        writeChanges: async (changes, getContent, signal) => {
          await adapter.writeChanges?.(changes, getContent, signal);
          carry();
        },
      });
    };
    expect(await failuresWith(carriesAgain)).toStrictEqual([LEFT[1]]);
  });
});

type Carried = Parameters<NonNullable<StorageAdapter['carry']>>;

interface App {
  readonly store: Store;
  readonly persister: Persister;
  readonly faults: Faults;
  /** What `carry` was called with. */
  readonly carried: Carried[];
  readonly errors: unknown[];
}

const apps: App[] = [];
const startApp = async (carry?: () => void): Promise<App> => {
  const [store, faults, carried, errors] = [
    createStore(),
    createFaults(),
    [] as Carried[],
    [] as unknown[],
  ];
  const adapter = withFaults(memoryStorage().open('a'), faults);
  const persister = createPersister(
    store,
    broken.altered(adapter, {
      carry: (...unsaved) => {
        carried.push(structuredClone(unsaved));
        carry?.();
      },
    }),
    {onIgnoredError: (error) => errors.push(error)},
  );
  const app = {store, persister, faults, carried, errors};
  apps.push(app);
  await persister.startAutoPersisting();
  await persister.whenSaved();
  return app;
};
afterEach(async () => {
  vi.restoreAllMocks();
  for (const {faults, persister} of apps.splice(0)) {
    faults.heal();
    await persister.destroy();
  }
});

const hide = (): void => {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  document.dispatchEvent(new Event('visibilitychange'));
};
const show = (): void => {
  vi.restoreAllMocks();
  document.dispatchEvent(new Event('visibilitychange'));
};
const values = (changed: EncodedChanges[1]): EncodedChanges => [{}, changed, 1];

describe('A page that may be about to go', () => {
  it('leaves behind what waits, and what is being written', async () => {
    const {store, faults, carried} = await startApp();
    faults.hold('write');
    store.setValue('a', 1);
    await turn();
    store.setValue('b', 2).setValue('a', 3);
    dispatchEvent(new Event('pagehide'));
    expect(carried).toStrictEqual([[values({b: 2, a: 3}), values({a: 3})]]);
  });

  it('leaves nothing behind if all is written, but says that it may', async () => {
    const {carried} = await startApp();
    dispatchEvent(new Event('pagehide'));
    hide();
    expect(carried).toStrictEqual([[undefined], [undefined]]);
  });

  it('leaves behind what changes while it is hidden, once a turn', async () => {
    const {store, faults, carried} = await startApp();
    faults.hold('write');
    hide();
    store.setValue('a', 1);
    store.setValue('b', 2);
    await turn();
    expect(carried).toStrictEqual([[undefined], [values({a: 1, b: 2})]]);
    show();
    store.setValue('c', 3);
    await turn();
    expect(carried).toHaveLength(2);
  });

  it('leaves behind at once what changes while it goes, as nothing is certain to come after that', async () => {
    const {store, carried} = await startApp();
    hide();
    dispatchEvent(new Event('pagehide'));
    store.setValue('a', 1);
    expect(carried.slice(2)).toStrictEqual([[values({a: 1})]]);
    store.setValue('b', 2);
    expect(carried.slice(3)).toStrictEqual([[values({a: 1, b: 2})]]);
  });

  it('needs it no more once all of it has been written, whatever has changed since', async () => {
    const {store, persister, faults, carried} = await startApp();
    let release = faults.hold('write');
    store.setValue('a', 1);
    await turn();
    store.setValue('b', 2);
    hide();
    show();
    const releaseFirst = release;
    release = faults.hold('write');
    releaseFirst();
    await expect
      .poll(() => faults.calls.filter(({outcome}) => outcome === 'running').length)
      .toBe(1);
    expect(carried).toStrictEqual([[values({b: 2}), values({a: 1})]]);
    store.setValue('c', 3);
    release();
    await persister.whenSaved();
    expect(carried.slice(1)).toStrictEqual([[undefined]]);
  });

  it('leaves nothing behind that nobody has asked to be saved', async () => {
    const {store, persister, carried} = await startApp();
    await persister.stopAutoSave();
    store.setValue('a', 1);
    dispatchEvent(new Event('pagehide'));
    expect(carried).toStrictEqual([]);
  });

  it('leaves behind what destroy() is still writing', async () => {
    const {store, persister, faults, carried} = await startApp();
    const release = faults.hold('write');
    store.setValue('a', 1);
    const destroying = persister.destroy();
    await turn();
    dispatchEvent(new Event('pagehide'));
    expect(carried).toStrictEqual([[values({}), values({a: 1})]]);
    release();
    await destroying;
    expect(carried.slice(1)).toStrictEqual([[undefined]]);
  });

  it('leaves no half of a transaction behind', async () => {
    const {store, carried} = await startApp();
    store.setValue('a', 1);
    store.startTransaction();
    store.setValue('a', 2);
    dispatchEvent(new Event('pagehide'));
    expect(carried).toStrictEqual([]);
    store.finishTransaction();
    expect(carried).toStrictEqual([[values({a: 2})]]);
  });

  it('tells of what cannot be left behind, and saves it if there is time', async () => {
    const full = new PersisterError('QUOTA', 'full', {
      phase: 'save',
      storage: 'a',
      retriable: true,
    });
    const {store, persister, carried, errors} = await startApp(() => {
      throw full;
    });
    store.setValue('a', 1);
    dispatchEvent(new Event('pagehide'));
    expect(errors).toStrictEqual([full]);
    await persister.whenSaved();
    expect(carried).toHaveLength(1);
  });
});
