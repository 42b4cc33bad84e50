/** Puts a persister together: the loading and the saving side of the engine behind the public interface. */
import {PersisterError} from '../../errors.ts';
import type {Content, OptionalSchemas, Store, Tables, Values} from '../../store/types.ts';
import {withDeadline} from './deadline.ts';
import {callAdapter, type EngineContext} from './engine-context.ts';
import {ErrorReporter} from './error-reporter.ts';
import {whenOnline} from './going-online.ts';
import {Loader} from './loader.ts';
import {Operations} from './operations.ts';
import {resolveOptions} from './options.ts';
import {onLeave} from './page-leave.ts';
import {
  type InitialContent,
  type Persister,
  type PersisterOptions,
  type PersisterState,
  Status,
} from './persister-types.ts';
import {Saver} from './saver.ts';
import type {StorageAdapter} from './storage-adapter.ts';
import {StoreBinding} from './store-binding.ts';

type Initial<Schemas extends OptionalSchemas> = InitialContent<Schemas> | Tables<Schemas[0], true>;

/**
 * A persister that keeps `store` in what `adapter` reaches.
 * @param extras Further members of the persister, such as `getPath`.
 * @throws TypeError that names the option which is no good.
 */
export const createPersister = <Schemas extends OptionalSchemas, Extras extends object = object>(
  store: Store<Schemas>,
  adapter: StorageAdapter,
  options: PersisterOptions = {},
  extras: Extras = {} as Extras,
): Persister<Schemas> & Extras => {
  const resolved = resolveOptions(options);
  const {strict} = resolved;
  const statusListeners = new Map<string, (status: Status) => void>();
  const stateListeners = new Map<string, (state: PersisterState) => void>();
  let listenerCount = 0;
  let isStateChanged = false;
  let destroying: Promise<void> | undefined;

  const onStateChange = (): void => {
    if (isStateChanged || stateListeners.size === 0) return;
    isStateChanged = true;
    queueMicrotask(() => {
      isStateChanged = false;
      const state = persister.getState();
      for (const listener of [...stateListeners.values()]) {
        reporter.contain(() => listener(state), 'listen');
      }
    });
  };
  const reporter = new ErrorReporter(adapter.name, resolved.onIgnoredError);
  const operations = new Operations(adapter.resource, (status) => {
    onStateChange();
    for (const listener of [...statusListeners.values()]) {
      reporter.contain(() => listener(status), 'listen');
    }
  });
  const binding = new StoreBinding(store, adapter, {
    onLocalChange: () => {
      saver.noteChange();
      onStateChange();
    },
    onReconsidered: () => saver.plan(),
    onRefused: (refusal) => reporter.reportRefusal(refusal),
    onListenerError: (error) => reporter.reportHandler(error, 'load'),
  });
  const context: EngineContext = {
    adapter,
    options: resolved,
    reporter,
    binding,
    operations,
    onStateChange,
  };
  const loader: Loader = new Loader(
    context,
    () => !destroying && (saver.isAuto || loader.isWatching),
    () => saver.plan(),
    (error) => saver.giveUp(error),
  );
  const saver: Saver = new Saver(context, loader);
  const stopListeningToPage = onLeave((isGoing) => saver.leave(isGoing));
  const stopWaitingForNetwork = whenOnline(() => {
    loader.backOff.hurry();
    saver.backOff.hurry();
  });

  const destroyedError = (): PersisterError =>
    new PersisterError('DESTROYED', `The persister of ${adapter.name} has been destroyed`, {
      phase: 'save',
      storage: adapter.name,
      retriable: false,
    });

  /** Starts work and turns its failure into what the app wants of it. */
  const attempt = async (
    work: () => Promise<PersisterError | undefined>,
  ): Promise<typeof persister> => {
    if (destroying) throw destroyedError();
    const error = await work();
    if (error && strict) throw error;
    return persister;
  };

  const toSetInitial = (
    initial: Initial<Schemas> | undefined,
    values?: Values<Schemas[1], true>,
  ): (() => void) | undefined => {
    if (initial === undefined) return undefined;
    const getContent = (): Content<Schemas, true> => {
      const content: unknown = typeof initial === 'function' ? initial() : initial;
      if (content instanceof Promise) {
        reporter.contain(() => content, 'load');
        throw new TypeError('initialContent: expected content, not a promise');
      }
      return (Array.isArray(content) ? content : [content, values ?? {}]) as Content<Schemas, true>;
    };
    return () => store.setContent(getContent());
  };

  const load = (
    initial?: Initial<Schemas>,
    values?: Values<Schemas[1], true>,
  ): Promise<PersisterError | undefined> => {
    // An app that does not auto-save and loads wants what is stored, not what it has changed before.
    if (!saver.isAuto && !saver.isOwed) binding.forgetPending();
    return loader.load(toSetInitial(initial, values));
  };

  const startAutoLoad = (
    initial?: Initial<Schemas>,
    values?: Values<Schemas[1], true>,
  ): Promise<typeof persister> =>
    attempt(async () => {
      const watching = loader.watch();
      if (!saver.isAuto && !saver.isOwed) binding.forgetPending();
      await watching;
      return loader.load(toSetInitial(initial, values));
    });

  const stopAutoSave = async (): Promise<void> => {
    if (!saver.isAuto) return;
    saver.isAuto = false;
    saver.callOff();
    onStateChange();
    if (binding.isUnsaved) await saver.saveChanges();
  };

  const release = async (): Promise<void> => {
    await stopAutoSave();
    await loader.unwatch();
    loader.backOff.cancel();
    await saver.tidy();
    await operations.run(Status.Idle, () => callAdapter(context, 'save', () => adapter.close?.()));
  };

  const persister: Persister<Schemas> & Extras = Object.freeze({
    load: (initial?: Initial<Schemas>, values?: Values<Schemas[1], true>) =>
      attempt(() => load(initial, values)),
    startAutoLoad,
    stopAutoLoad: async () => {
      await loader.unwatch();
      return persister;
    },
    isAutoLoading: () => loader.isWatching,
    save: () =>
      attempt(() => {
        saver.saves++;
        return saver.saveAll();
      }),
    startAutoSave: () =>
      attempt(() => {
        saver.isAuto = true;
        saver.saves++;
        onStateChange();
        return saver.saveChanges();
      }),
    stopAutoSave: async () => {
      await stopAutoSave();
      return persister;
    },
    isAutoSaving: () => saver.isAuto,
    startAutoPersisting: async (initial?: Initial<Schemas>, startSaveFirst = false) => {
      const starts = [() => startAutoLoad(initial), () => persister.startAutoSave()];
      if (startSaveFirst) starts.reverse();
      try {
        for (const start of starts) await start();
      } catch (error) {
        await persister.stopAutoPersisting();
        throw error;
      }
      return persister;
    },
    stopAutoPersisting: async (stopSaveFirst = false) => {
      const stops = [loader.unwatch.bind(loader), stopAutoSave];
      if (stopSaveFirst) stops.reverse();
      for (const stop of stops) await stop();
      return persister;
    },
    getStatus: () => operations.status,
    addStatusListener: (listener) => {
      const id = String(listenerCount++);
      statusListeners.set(id, (status) => listener(persister, status));
      return id;
    },
    delListener: (id) => {
      statusListeners.delete(id);
      stateListeners.delete(id);
      return persister;
    },
    schedule: async (...actions) => {
      const run = (action: () => Promise<unknown>): Promise<void> =>
        operations.run(Status.Idle, async () => {
          try {
            await action();
          } catch (error) {
            reporter.reportHandler(error, 'save');
          }
        });
      await Promise.all(actions.map(run));
      return persister;
    },
    getStore: () => store,
    getStats: () => ({loads: loader.loads, saves: saver.saves}),
    getState: () => {
      const nextRetryAt = Math.min(
        loader.backOff.dueAt ?? Infinity,
        saver.backOff.dueAt ?? Infinity,
      );
      const lastError = saver.error ?? loader.unread ?? loader.listenError;
      return {
        load: loader.state,
        pending: binding.countPending(),
        saving: operations.has(Status.Saving),
        ...(saver.lastSavedAt === undefined ? {} : {lastSavedAt: saver.lastSavedAt}),
        ...(lastError ? {lastError} : {}),
        ...(nextRetryAt < Infinity ? {nextRetryAt} : {}),
        blocked:
          saver.isHalted ||
          (saver.isAuto && loader.unread !== undefined) ||
          (binding.deniedError !== undefined && !binding.isUnsaved),
      };
    },
    addStateListener: (listener) => {
      const id = String(listenerCount++);
      stateListeners.set(id, (state) => listener(persister, state));
      return id;
    },
    whenLoaded: async () => {
      if (destroying) throw destroyedError();
      const isTrying = loader.backOff.dueAt !== undefined || operations.has(Status.Loading);
      if (loader.unread && !isTrying && loader.state !== 'loading') throw loader.unread;
      if (loader.state !== 'loaded' && loader.state !== 'empty') await loader.receipts.wait(0);
      return persister;
    },
    whenSaved: async () => {
      const {isUnsaved, deniedError} = binding;
      if (!isUnsaved && !deniedError) return persister;
      if (destroying) throw destroyedError();
      if (!isUnsaved && deniedError && saver.isAuto) throw deniedError;
      if (saver.isAuto) {
        const hopeless = saver.isHalted ? saver.error : loader.unread;
        if (hopeless && (saver.isHalted || !hopeless.retriable)) throw hopeless;
        const saved = saver.whenSaved();
        saver.flush();
        await saved;
      } else {
        await Promise.all([saver.whenSaved(), saver.saveAll()]);
      }
      return persister;
    },
    retry: () =>
      attempt(async () => {
        await loader.rewatch();
        return saver.isAuto || saver.isOwed ? saver.retry() : loader.retry();
      }),
    discardPersisted: () =>
      attempt(() => {
        saver.saves++;
        return saver.overwrite();
      }),
    getRefused: () => binding.getRefused(),
    discardRefused: (tableId, rowId, cellId) => {
      binding.discardRefused(tableId, rowId, cellId);
      return persister;
    },
    ...extras,
    destroy: async () => {
      destroying ??= (async () => {
        stopWaitingForNetwork();
        try {
          // Whatever hangs, be it a transaction that is never finished.
          const patience = {...resolved, timeoutMs: resolved.timeoutMs * 4};
          await withDeadline(release, patience, 'save', adapter.name);
        } catch (error) {
          reporter.report(error, 'save');
          // What hangs need not keep a connection that listens, too.
          void loader.unwatch();
        }
        stopListeningToPage();
        binding.stop();
        saver.stop(destroyedError());
        loader.receipts.reject(destroyedError());
        stateListeners.clear();
        statusListeners.clear();
      })();
      await destroying;
      return persister;
    },
  } satisfies Persister<Schemas>);
  return persister;
};
