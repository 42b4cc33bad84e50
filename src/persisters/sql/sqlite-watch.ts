/** Looks for writes of others in a SQLite database: at intervals, and when the client has word of some. */
import type {Clock} from '../engine/clock.ts';
import type {StorageAdapter} from '../engine/storage-adapter.ts';
import type {SqlDriver} from './sql-driver.ts';
import {type SqliteTracker, VERSION} from './sqlite-tracker.ts';
import type {Transactions} from './transactions.ts';

export const watchSqlite =
  (
    driver: SqlDriver,
    transactions: Transactions,
    tracker: SqliteTracker,
    clock: Clock,
    intervalMs: number,
  ): NonNullable<StorageAdapter['watch']> =>
  async (onChange, onError) => {
    let isOver = false;
    let isLooking = false;
    let cancel = (): void => undefined;
    const announce = (): void => {
      if (!isOver) onChange();
    };
    const fail = (error: unknown): void => {
      if (!isOver) onError(error);
    };

    const look = async (): Promise<void> => {
      // What comes of a transaction of ours, its end tells.
      if (isLooking || isOver || transactions.isOpen) return;
      isLooking = true;
      try {
        const isBehind = await transactions.query('listen', function* () {
          const rows = yield VERSION;
          return !transactions.isOpen && tracker.see(rows);
        });
        if (isBehind) announce();
      } catch (error) {
        fail(error);
      } finally {
        isLooking = false;
      }
    };
    const wait = (): void => {
      if (isOver) return;
      cancel = clock.delay(intervalMs, () => void look().then(wait), 'background');
    };

    // Before anything else: some clients never answer again if they are listened to before the database is open.
    await look();
    const unsubscribe = await driver.subscribe?.(() => {
      // The client may tell of a write before it is over.
      if (!transactions.isOpen) queueMicrotask(() => void look());
    }, onError);
    wait();
    return async () => {
      isOver = true;
      cancel();
      await unsubscribe?.();
    };
  };
