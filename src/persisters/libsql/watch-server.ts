/** Listens to a libSQL server: registered as a watcher, for whom writes are counted. */
import {PersisterError} from '../../errors.ts';
import type {StorageAdapter} from '../engine/storage-adapter.ts';
import type {AdapterParts} from '../sql/database-adapter.ts';
import {watchSqlite} from '../sql/sqlite-watch.ts';
import type {ChangeCounter} from './change-counter.ts';

export const watchServer =
  (parts: AdapterParts, counter: ChangeCounter): NonNullable<StorageAdapter['watch']> =>
  async (onChange, onError) => {
    const {transactions} = parts;
    const stopping = new AbortController();
    let registering: Promise<void> | undefined;
    let isRefused = false;

    const register = async (): Promise<void> => {
      try {
        await transactions.run('write', 'listen', stopping.signal, () => counter.register());
      } catch (error) {
        if (stopping.signal.aborted) return;
        // Who may not make triggers hears of new tables only, and has been told so.
        isRefused = error instanceof PersisterError && !error.retriable;
        throw error;
      }
    };
    const stopLooking = await watchSqlite(parts, counter, () => {
      if (isRefused || stopping.signal.aborted || !counter.mustRegister) return Promise.resolve();
      return (registering = register());
    })(onChange, onError);

    return async () => {
      stopping.abort();
      await stopLooking();
      await registering?.catch(() => undefined); // has been reported
      if (!counter.isRegistered) return;
      const {signal} = new AbortController();
      await transactions.run('write', 'listen', signal, () => counter.unregister());
    };
  };
