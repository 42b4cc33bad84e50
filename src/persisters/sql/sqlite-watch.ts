/** Looks for writes of others in a SQLite database: at intervals, and when the client has word of some. */
import type {StorageAdapter} from '../engine/storage-adapter.ts';
import type {AdapterParts} from './database-adapter.ts';
import type {SqliteTracker} from './sqlite-tracker.ts';

/** @param afterLook What has to be done each time, before what has been seen is acted on. */
export const watchSqlite =
  (
    {driver, transactions, clock, config}: AdapterParts,
    tracker: SqliteTracker,
    afterLook?: () => Promise<void>,
  ): NonNullable<StorageAdapter['watch']> =>
  async (onChange, onError) => {
    let isOver = false;
    let looking: Promise<void> | undefined;
    let cancel = (): void => undefined;
    const announce = (): void => {
      if (!isOver) onChange();
    };
    const fail = (error: unknown): void => {
      if (!isOver) onError(error);
    };

    const seek = async (): Promise<void> => {
      try {
        const {count} = transactions;
        const isValid = (): boolean => !transactions.isOpen && transactions.count === count;
        await transactions.query('listen', () => tracker.look(isValid));
        const hasSeen = isValid();
        await afterLook?.();
        if (hasSeen && tracker.isBehind) announce();
      } catch (error) {
        fail(error);
      }
      looking = undefined;
    };
    const look = async (): Promise<void> => {
      // What comes of a transaction of ours, its end tells.
      if (looking || isOver || transactions.isOpen) return;
      await (looking = seek());
    };
    const wait = (): void => {
      if (isOver) return;
      cancel = clock.delay(config.pollIntervalMs, () => void look().then(wait), 'background');
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
      await looking; // lest a statement of ours is in the app's way
    };
  };
