/**
 * Mutual exclusion between tabs and workers, by Web Locks, for work of milliseconds.
 *
 * A tab that the browser has frozen keeps its lock, so one that stays in the same hands for long is broken.
 * What its owner still does when it wakes up must do no harm: it may commit only within `COMMIT_WITHIN_MS` of
 * getting the lock, and who breaks a lock keeps it for longer than that, without doing anything. That is still
 * less than what makes others take it for stuck.
 */
import {host} from './platform.ts';

const COMMIT_WITHIN_MS = 3_000;
/** Leaves time to what was committed in the last moment. */
const BREAK_FOR_MS = 5_000;
/** A lock that has the same owner at so many looks in a row is stuck. */
const STUCK_AFTER_LOOKS = 3;
const LOOK_EVERY_MS = 3_000;

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The owner of a lock; `undefined` if it is free. */
const holderOf = async (locks: LockManager, name: string): Promise<string | undefined> => {
  const {held = []} = await locks.query();
  return held.find((lock) => lock.name === name)?.clientId;
};

/** Looks at the lock now and then, and breaks it if it is stuck. @returns Stops that. */
const breakIfStuck = (locks: LockManager, name: string): (() => void) => {
  let seen: string | undefined;
  let times = 0;
  let timer: ReturnType<typeof setTimeout>;
  let isStopped = false;
  const look = async (): Promise<void> => {
    const holder = await holderOf(locks, name);
    times = holder === seen ? times + 1 : 1;
    seen = holder;
    if (holder === undefined || times < STUCK_AFTER_LOOKS) return;
    times = 0;
    await locks.request(name, {steal: true}, () => delay(BREAK_FOR_MS));
  };
  const plan = (): void => {
    if (isStopped) return;
    // Rejects if somebody breaks the lock in turn, which has then been kept idly: to be looked at again.
    timer = setTimeout(() => void look().then(plan, plan), LOOK_EVERY_MS);
  };
  plan();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
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
  let isLost = false;
  const run = (): Promise<Result> => {
    stopLooking();
    const since = performance.now();
    running = work(() => {
      signal.throwIfAborted();
      if (isLost || performance.now() - since > COMMIT_WITHIN_MS) throw new LockLostError();
    });
    return running;
  };
  try {
    return await locks.request(name, {signal}, run);
  } catch (error) {
    isLost = true;
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
