/** Persisters that break the laws, each in one way, for the test of the suite that must notice. */
import {PersisterError, type PersisterErrorDetails} from '../../src/errors.ts';
import {
  createPersister,
  type Persister,
  type PersisterOptions,
  Status,
  type StorageAdapter,
} from '../../src/persisters/index.ts';
import type {EncodedContent} from '../../src/store/internals.ts';
import {internalsOf} from '../../src/store/store-internals.ts';
import type {Store} from '../../src/store/types.ts';
import type {PersisterHarness} from '../../src/testing/index.ts';
import {altered, type Break} from './broken-adapters.ts';
import {memoryPersisterHarness} from './memory-harness.ts';

type Create = typeof createPersister;
type Options = PersisterOptions;
type SetUp = () => PersisterHarness;

const {signal} = new AbortController();

/** A defect between the engine and the storage. */
export const onAdapter =
  (breakAdapter: Break): SetUp =>
  () =>
    memoryPersisterHarness(breakAdapter);

/** A defect of what creates persisters. */
const onCreation =
  (create: (store: Store, adapter: StorageAdapter, options: Options) => Persister) =>
  (): PersisterHarness =>
    memoryPersisterHarness(undefined, create as Create);

/** The same persister, some methods replaced. */
const onMethods = (
  alter: (persister: Persister, options: Options, adapter: StorageAdapter) => Partial<Persister>,
): SetUp =>
  onCreation((store, adapter, options) => {
    const persister = createPersister(store, adapter, options);
    return {...persister, ...alter(persister, options, adapter)};
  });

const withOptions = (change: (options: Options) => Options): SetUp =>
  onCreation((store, adapter, options) => createPersister(store, adapter, change(options)));

/** Other errors than the storage reports. */
const withErrors = (change: (error: PersisterError) => Partial<PersisterErrorDetails>): SetUp =>
  onAdapter((adapter) => {
    const changed = async (write: Promise<void> | undefined): Promise<void> => {
      try {
        await write;
      } catch (error) {
        if (!(error instanceof PersisterError) || error.code === 'CONFLICT') throw error;
        const {code, message, phase, storage, retriable, retryAfterMs} = error;
        const details = {phase, storage, retriable, ...(retryAfterMs ? {retryAfterMs} : {})};
        throw new PersisterError(code, message, {...details, ...change(error)});
      }
    };
    return altered(adapter, {
      write: (getContent, limit) => changed(adapter.write(getContent, limit)),
      writeChanges: (changes, getContent, limit) =>
        changed(adapter.writeChanges?.(changes, getContent, limit)),
    });
  });

// No law

export const loadsHalf: SetUp = onMethods((persister) => ({
  load: async (initial?: unknown) => {
    await persister.load(initial as never);
    persister.getStore().delTable('pets');
    return persister;
  },
}));

export const hasOnePlace: SetUp = () => {
  const {create, readBack, ...rest} = memoryPersisterHarness();
  return {
    ...rest,
    create: (store, _place, options, faults) => create(store, 'a', options, faults),
    readBack: () => readBack('a'),
  };
};

// L1

export const prefersInitialContent: SetUp = onMethods((persister) => ({
  startAutoPersisting: async (initial?: unknown) => {
    await persister.startAutoPersisting();
    if (initial !== undefined) persister.getStore().setContent(initial as never);
    return persister;
  },
}));

export const overwritesAtTheStart: SetUp = onMethods((persister) => ({
  startAutoSave: async () => {
    await persister.discardPersisted();
    return persister.startAutoSave();
  },
  startAutoPersisting: async (initial?: unknown) => {
    await persister.startAutoLoad(initial as never);
    await persister.discardPersisted();
    return persister.startAutoSave();
  },
}));

export const forgetsInitialContent: SetUp = onMethods((persister) => ({
  startAutoPersisting: () => persister.startAutoPersisting(),
}));

export const doesNotRetry: SetUp = withOptions((options) => ({
  ...options,
  retry: {maxAttempts: 1},
}));

export const retryDoesNothing: SetUp = onMethods((persister) => ({
  retry: () => Promise.resolve(persister),
}));

export const discardDoesNothing: SetUp = onMethods((persister) => ({
  discardPersisted: () => Promise.resolve(persister),
}));

// L2

export const loadsOverChanges: SetUp = onCreation((store, adapter, options) => {
  const read = async (): Promise<unknown> => {
    const content = await adapter.read(signal);
    if (content) store.setContent(structuredClone(content) as never);
    return content;
  };
  return createPersister(store, altered(adapter, {read}), options);
});

export const loadsOverListeners: SetUp = onMethods((persister, _options, adapter) => ({
  startAutoPersisting: async (initial?: unknown) => {
    await persister.startAutoLoad(initial as never);
    const content = await adapter.read(signal).catch(() => undefined);
    if (content) internalsOf(persister.getStore()).setContent(content as EncodedContent);
    return persister.startAutoSave();
  },
}));

export const writesHalfTransactions: SetUp = onCreation((store, adapter, options) => {
  const getContent = Object.assign(() => internalsOf(store).getContent(), {holdsMore: true});
  const write = (): Promise<void> => adapter.write(getContent, signal);
  return createPersister(store, altered(adapter, {write}), options);
});

export const savesPastTransactions: SetUp = onMethods((persister, _options, adapter) => ({
  save: async () => {
    const getContent = (): EncodedContent => internalsOf(persister.getStore()).getContent();
    await adapter.write(Object.assign(getContent, {holdsMore: true}), signal);
    return persister;
  },
}));

export const refusesToWatch: SetUp = onMethods((persister) => ({
  startAutoPersisting: async (initial?: unknown) => {
    await persister.load(initial as never);
    return persister.startAutoSave();
  },
}));

export const dropsChangesDuringWrites: SetUp = onCreation((store, adapter, options) => {
  const writeChanges: StorageAdapter['writeChanges'] = async (changes, getContent, limit) => {
    await adapter.writeChanges?.(changes, getContent, limit);
    const content = await adapter.read(signal);
    internalsOf(store).setContent(content as EncodedContent);
  };
  return createPersister(store, altered(adapter, {writeChanges}), options);
});

// L3

export const retriesForEver: SetUp = withErrors(() => ({retriable: true}));
export const ignoresRetryAfter: SetUp = withErrors(() => ({retryAfterMs: 0}));
export const neverRetries: SetUp = withErrors(() => ({retriable: false}));

export const countsWhatIsWaitingOnly: SetUp = onMethods((persister) => ({
  getState: () => {
    const state = persister.getState();
    return state.saving ? {...state, pending: 0} : state;
  },
}));

/** What was lost once is not written again. */
export const forgetsWhatFailed: SetUp = onAdapter((adapter) => {
  let lost: string[] = [];
  return altered(adapter, {
    writeChanges: async (changes, getContent, limit) => {
      const [tables, values] = structuredClone(changes);
      for (const id of lost) delete values[id];
      for (const id of lost) delete tables[id];
      try {
        await adapter.writeChanges?.([tables, values, 1], getContent, limit);
      } catch (error) {
        lost = [...Object.keys(tables), ...Object.keys(values)];
        throw error;
      }
      lost = [];
    },
  });
});

export const repairsByChanges: SetUp = onAdapter((adapter) => {
  let hasFailed = false;
  return altered(adapter, {
    write: async (getContent, limit) => {
      if (hasFailed) return;
      hasFailed = true;
      await adapter.write(getContent, limit);
    },
  });
});

// L4

export const savesEachTransaction: SetUp = onCreation((store, adapter, options) => {
  const persister = createPersister(store, adapter, options);
  // Two of them that hear each other would never stop.
  let left = 200;
  const save = (): void => {
    if (persister.isAutoSaving() && left-- > 0) persister.save().catch(() => undefined);
  };
  const listenerId = store.addDidFinishTransactionListener(save);
  return {
    ...persister,
    destroy: () => {
      store.delListener(listenerId);
      return persister.destroy();
    },
  };
});

export const countsWritesOnly: SetUp = onMethods((persister, _options, adapter) => {
  let writes = 0;
  const {write} = adapter;
  adapter.write = (...args) => {
    writes++;
    return write(...args);
  };
  return {getStats: () => ({...persister.getStats(), saves: writes})};
});

// L5

export const promisesTooMuch: SetUp = onMethods((persister) => ({
  whenSaved: () => Promise.resolve(persister),
}));

export const savesLater: SetUp = onMethods((persister) => ({
  save: () => {
    persister.save().catch(() => undefined);
    return Promise.resolve(persister);
  },
}));

export const neverRejectsReceipts: SetUp = onMethods((persister) => ({
  whenSaved: () => persister.whenSaved().catch(() => persister),
}));

export const refusesToOverlap: SetUp = onMethods((persister) => ({
  save: () =>
    persister.getStatus() === Status.Loading ? Promise.resolve(persister) : persister.save(),
  load: (initial?: unknown) =>
    persister.getStatus() === Status.Saving
      ? Promise.resolve(persister)
      : persister.load(initial as never),
}));

export const isNeverStrict: SetUp = withOptions((options) => ({...options, strict: false}));
export const isAlwaysStrict: SetUp = withOptions((options) => ({...options, strict: true}));

export const isLoadedAtOnce: SetUp = onMethods((persister) => ({
  whenLoaded: () => Promise.resolve(persister),
}));

export const pretendsAfterItsEnd: SetUp = onMethods((persister) => {
  const quietly = (work: Promise<Persister>): Promise<Persister> => work.catch(() => persister);
  return {
    save: () => quietly(persister.save()),
    load: () => quietly(persister.load()),
  };
});

// L6

export const writesWithoutNeed: SetUp = onMethods((persister) => ({
  startAutoSave: async () => {
    await persister.startAutoSave();
    return persister.save();
  },
  startAutoPersisting: async (initial?: unknown) => {
    await persister.startAutoPersisting(initial as never);
    return persister.save();
  },
}));

// L7

export const keepsWhatItShouldDiscard: SetUp = onMethods((persister) => ({
  discardRefused: () => persister,
}));

export const reportsNothing: SetUp = withOptions((options) => ({
  ...options,
  onIgnoredError: () => undefined,
}));

// L8

export const passesHandlersErrorsOn: SetUp = onCreation((store, adapter, options) => {
  let thrown: unknown;
  const onIgnoredError = (error: unknown): void => {
    try {
      options.onIgnoredError?.(error);
    } catch (handlerError) {
      thrown = handlerError;
    }
  };
  const persister = createPersister(store, adapter, {...options, onIgnoredError});
  const load = async (initial?: unknown): Promise<Persister> => {
    await persister.load(initial as never);
    if (thrown !== undefined) throw thrown as Error;
    return persister;
  };
  return {...persister, load};
});

export const passesListenersErrorsOn: SetUp = onMethods((persister) => {
  const listeners: (() => void)[] = [];
  return {
    addStateListener: (listener) => {
      listeners.push(() => listener(persister, persister.getState()));
      return '0';
    },
    startAutoPersisting: async (initial?: unknown) => {
      for (const listener of listeners) listener();
      return persister.startAutoPersisting(initial as never);
    },
  };
});

export const callsInitialContentAtOnce: SetUp = onMethods((persister) => ({
  load: async (initial?: unknown) => {
    const content: unknown = typeof initial === 'function' ? (initial as () => unknown)() : initial;
    return persister.load(content as never);
  },
}));

export const hasNoDeadlines: SetUp = withOptions((options) => ({...options, timeoutMs: 2 ** 30}));

/** Hangs when it is to end for a third time, so that the suite itself can end it. */
export const endsTwice: SetUp = onMethods((persister) => {
  let count = 0;
  return {
    destroy: () => {
      count++;
      return count === 3 ? new Promise(() => undefined) : persister.destroy();
    },
  };
});

// L9

export const leavesInHaste: SetUp = onCreation((store, adapter, options) => {
  let isLeaving = false;
  const persister = createPersister(
    store,
    altered(adapter, {
      write: async (...args) => (isLeaving ? undefined : adapter.write(...args)),
      writeChanges: async (...args) => (isLeaving ? undefined : adapter.writeChanges?.(...args)),
    }),
    options,
  );
  const leave = (): void => {
    isLeaving = true;
  };
  return {
    ...persister,
    destroy: () => {
      leave();
      return persister.destroy();
    },
    stopAutoSave: () => {
      leave();
      return persister.stopAutoSave();
    },
  };
});

export const leavesWithoutRetry: SetUp = onMethods((persister) => ({
  destroy: async () => {
    if (persister.getState().lastError === undefined) return persister.destroy();
    return persister;
  },
}));

export const savesAfterStop: SetUp = onMethods((persister) => ({
  stopAutoSave: () => Promise.resolve(persister),
}));
