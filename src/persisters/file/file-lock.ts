/**
 * Mutual exclusion between processes, by a file that only one of them can create. It is meant for work
 * of milliseconds. A lock is broken when its owner has died, or when it has not changed hands for long;
 * an owner that has been held up for half as long stops before it does any harm.
 */
import {open, readFile, rm} from 'node:fs/promises';
import {setTimeout as delay} from 'node:timers/promises';
import {crc32} from 'node:zlib';
import {codeOf, unlessMissing} from './file-errors.ts';
import {createOwner, isGone} from './owner.ts';

/** A lock that others see unchanged for so many milliseconds is taken to be abandoned. */
const STALE_AFTER_MS = 10_000;
/** The same for a lock whose owner has not yet written its name. */
const NAMELESS_STALE_AFTER_MS = 1_000;
const MAX_PAUSE_MS = 50;

export class FileLock {
  /** Whom we are waiting for, and since when. */
  #holder: string | undefined;
  #since = 0;

  /**
   * Runs `work` while holding the lock at `path`.
   * @param work Is handed a check to call just before it changes anything: throws if it is too late for that.
   */
  async run<Result>(
    path: string,
    signal: AbortSignal,
    work: (assertHeld: () => void) => Promise<Result>,
  ): Promise<Result> {
    const owner = createOwner();
    await this.#acquire(path, owner, signal);
    const acquiredAt = Date.now();
    try {
      return await work(() => {
        signal.throwIfAborted();
        if (Date.now() - acquiredAt > STALE_AFTER_MS / 2) {
          throw new Error(`${path} was held for too long`);
        }
      });
    } finally {
      if ((await readOwner(path)) === owner) await unlessMissing(rm(path));
    }
  }

  async #acquire(path: string, owner: string, signal: AbortSignal): Promise<void> {
    for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)) {
      signal.throwIfAborted();
      // Looked at again, for a lock may have been broken before it had a name.
      if ((await create(path, owner)) && (await readOwner(path)) === owner) return;
      const holder = await readOwner(path);
      if (holder === undefined) continue;
      if (holder !== this.#holder) {
        this.#holder = holder;
        this.#since = performance.now();
      }
      const staleAfterMs = holder === '' ? NAMELESS_STALE_AFTER_MS : STALE_AFTER_MS;
      const isStale = performance.now() - this.#since > staleAfterMs;
      if (isStale || isGone(holder)) await breakLock(path, holder, isStale);
      // Some jitter, so that those who wait do not keep meeting.
      await delay(pauseMs * (0.5 + Math.random()), undefined, {signal});
    }
  }
}

const create = async (path: string, owner: string): Promise<boolean> => {
  try {
    const handle = await open(path, 'wx');
    try {
      await handle.write(owner);
    } catch (error) {
      await rm(path, {force: true});
      throw error;
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
};

const readOwner = (path: string): Promise<string | undefined> =>
  unlessMissing(readFile(path, 'utf8'));

/** Of all who find a lock abandoned, the one that creates a claim on it removes it: nobody removes a newer one. */
const breakLock = async (path: string, holder: string, isStale: boolean): Promise<void> => {
  const claim = `${path}.${crc32(holder).toString(16)}`;
  if (!(await create(claim, createOwner()))) {
    // Whoever claimed it may have died over it.
    if (isStale || isGone((await readOwner(claim)) ?? '')) await unlessMissing(rm(claim));
    return;
  }
  try {
    if ((await readOwner(path)) === holder) await unlessMissing(rm(path));
  } finally {
    await unlessMissing(rm(claim));
  }
};
