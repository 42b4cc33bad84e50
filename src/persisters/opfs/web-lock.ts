/**
 * Mutual exclusion between tabs and workers, by Web Locks, for work of milliseconds.
 *
 * A tab that the browser has frozen keeps its lock, so one that stays in the same hands for long is broken.
 * What its owner still does when it wakes up must not do harm: it may commit only within `COMMIT_WITHIN_MS` of
 * getting the lock, and who breaks a lock keeps it for longer than that, without doing anything.
 */
import {host} from './platform.ts';

const COMMIT_WITHIN_MS = 3_000;
const LOOK_EVERY_MS = 3_000;
/** Leaves time to what was committed in the last moment. */
const BREAK_FOR_MS = 6_000;

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The owner of a lock; `undefined` if it is free. */
const holderOf = async (locks: LockManager, name: string): Promise<string | undefined> => {
  const {held = []} = await locks.query();
  return held.find((lock) => lock.name === name)?.clientId;
};

/** Breaks the lock if its owner is the same at two looks in a row. @returns Stops looking. */
const breakIfStuck = (locks: LockManager, name: string): (() => void) => {
  let seen: string | undefined;
  const look = async (): Promise<void> => {
    const holder = await holderOf(locks, name);
    const isStuck = holder !== undefined && holder === seen;
    seen = isStuck ? undefined : holder;
    if (isStuck) await locks.request(name, {steal: true}, () => delay(BREAK_FOR_MS));
  };
  // Who has been robbed of a lock is told so by a rejection; here it was kept idly.
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS);
  return () => clearInterval(timer);
};

/**
 * Runs `work` while holding the lock.
 * @param work Is handed a check to call just before it changes anything: throws if it is too late for that.
 */
export const withLock = async <Result>(
  name: string,
  signal: AbortSignal,
  work: (assertHeld: () => void) => Promise<Result>,
): Promise<Result> => {
  const locks = host.navigator?.locks;
  if (!locks) throw new Error('There are no Web Locks here');
  const stopLooking = breakIfStuck(locks, name);
  let running: Promise<Result> | undefined;
  const run = (): Promise<Result> => {
    stopLooking();
    const since = performance.now();
    running = work(() => {
      signal.throwIfAborted();
      if (performance.now() - since > COMMIT_WITHIN_MS) throw new LockLostError();
    });
    return running;
  };
  try {
    return await locks.request(name, {signal}, run);
  } catch (error) {
    // Somebody may have broken the lock; what counts is whether the work was done in time.
    if (running) return await running;
    throw error;
  } finally {
    stopLooking();
  }
};

/** The lock was held for so long that others may have it by now. Nothing has been changed. */
export class LockLostError extends Error {
  override readonly name = 'LockLostError';
  constructor() {
    super('The lock was held for too long');
  }
}
