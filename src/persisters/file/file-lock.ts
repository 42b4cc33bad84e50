/**
 * Mutual exclusion between processes, by a file that only one of them can create. It is meant for work
 * of milliseconds. A lock is broken when its owner has died, or when it has not changed hands for long;
 * an owner that has been held up for half as long stops before it does any harm.
 */
import {readFile, readlink, rm, symlink, writeFile} from 'node:fs/promises';
import {setTimeout as delay} from 'node:timers/promises';
import {crc32} from 'node:zlib';
import {codeOf, unless, unlessMissing} from './file-errors.ts';
import {createOwner, isGone} from './owner.ts';

/** A lock that others see unchanged for so many milliseconds is taken to be abandoned. */
const STALE_AFTER_MS = 10_000;
/** The same for a lock whose owner has not yet written its name. */
const NAMELESS_STALE_AFTER_MS = 1_000;
/** A reservation of which no use has been made by then is given up. */
const RESERVED_FOR_MS = 2_000;
const MAX_PAUSE_MS = 50;

interface HeldLock {
  readonly path: string;
  readonly owner: string;
  /** Milliseconds since the Unix epoch. */
  readonly acquiredAt: number;
}

export class FileLock {
  readonly #onError: (error: unknown) => void;
  /** Whom we are waiting for, and since when. */
  #holder: string | undefined;
  #since = 0;
  #reservation: (HeldLock & {readonly timer: NodeJS.Timeout}) | undefined;

  /** @param onError Told when a lock that was reserved in vain could not be released. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /**
   * Runs `work` while holding the lock at `path`.
   * @param work Is handed a check to call just before it changes anything: throws if it is too late for that.
   */
  async run<Result>(
    path: string,
    signal: AbortSignal,
    work: (assertHeld: () => void) => Promise<Result>,
  ): Promise<Result> {
    const reserved = this.#takeReserved(path);
    const held = reserved ?? (await this.#acquire(path, signal));
    let isReservedYet = reserved !== undefined;
    try {
      const result = await work(() => {
        signal.throwIfAborted();
        if (Date.now() - held.acquiredAt > STALE_AFTER_MS / 2) {
          throw new Error(`${path} was held for too long`);
        }
      });
      isReservedYet = false;
      return result;
    } finally {
      if (isReservedYet) this.#keep(held);
      else await release(held);
    }
  }

  /**
   * Takes the lock at `path` for the next `run` that succeeds, so that nobody comes in between; gives it up if that
   * takes long.
   */
  async reserve(path: string, signal: AbortSignal): Promise<void> {
    if (this.#reservation?.path === path) return;
    await this.cancel();
    this.#keep(await this.#acquire(path, signal));
  }

  /** Gives up what is reserved, and tells, rather than throws, what is in the way of that. */
  giveUp(): Promise<void> {
    return this.cancel().catch(this.#onError);
  }

  /** Gives up what is reserved. */
  async cancel(): Promise<void> {
    const held = this.#takeReserved(this.#reservation?.path);
    if (held) await release(held);
  }

  #keep(held: HeldLock): void {
    const leftMs = RESERVED_FOR_MS - (Date.now() - held.acquiredAt);
    this.#reservation = {...held, timer: setTimeout(() => void this.giveUp(), Math.max(0, leftMs))};
  }

  #takeReserved(path: string | undefined): HeldLock | undefined {
    const reservation = this.#reservation;
    if (!reservation || reservation.path !== path) return undefined;
    clearTimeout(reservation.timer);
    this.#reservation = undefined;
    return reservation;
  }

  async #acquire(path: string, signal: AbortSignal): Promise<HeldLock> {
    const owner = createOwner();
    for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)) {
      signal.throwIfAborted();
      await create(path, owner);
      const holder = await readOwner(path);
      if (holder === owner) return {path, owner, acquiredAt: Date.now()};
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

const release = async ({path, owner}: HeldLock): Promise<void> => {
  if ((await readOwner(path)) === owner) await unlessMissing(rm(path));
};

/** Creates a lock, or a claim on one, unless there is one: {@link readOwner} tells. */
const create = async (path: string, owner: string): Promise<void> => {
  try {
    // A link to nowhere, made and named in one step: whenever we are killed, nobody waits for the nameless.
    await symlink(owner, path);
  } catch (error) {
    // Not everywhere can, or may, links be made; if that is not why it failed, the same comes of a file.
    if (codeOf(error) !== 'EEXIST') await unless(['EEXIST'], writeFile(path, owner, {flag: 'wx'}));
  }
};

/** Systems say in their ways that something is no link. */
const NO_LINK = ['ENOENT', 'EINVAL', 'UNKNOWN'];

/** Who has made the lock at `path`, or the claim on one: `undefined` if there is none, `''` if it is not yet known. */
export const readOwner = async (path: string): Promise<string | undefined> =>
  (await unless(NO_LINK, readlink(path))) ?? unlessMissing(readFile(path, 'utf8'));

/** Of all who find a lock abandoned, the one that creates a claim on it removes it: nobody removes a newer one. */
const breakLock = async (path: string, holder: string, isStale: boolean): Promise<void> => {
  const claim = `${path}.${crc32(holder).toString(16)}`;
  const owner = createOwner();
  await create(claim, owner);
  const claimant = await readOwner(claim);
  if (claimant !== owner) {
    // Whoever claimed it may have died over it.
    if (isStale || isGone(claimant ?? '')) await unlessMissing(rm(claim));
    return;
  }
  try {
    if ((await readOwner(path)) === holder) await unlessMissing(rm(path));
  } finally {
    await unlessMissing(rm(claim));
  }
};
