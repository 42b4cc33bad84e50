/**
 * Replaces a file at once: the bytes go to a draft in the same folder, which is then renamed over the
 * file. Whoever reads, also after a crash, gets the old bytes or the new ones.
 */
import type {BigIntStats} from 'node:fs';
import {type FileHandle, open, rename, rm} from 'node:fs/promises';
import {dirname} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {codeOf} from './file-errors.ts';
import {statOf} from './file-identity.ts';
import {draftOf} from './leftovers.ts';

/** On Windows, others that read a file, such as virus scanners, keep it from being replaced meanwhile. */
const RENAME_DELAYS_MS = [10, 20, 40, 80, 160, 0];

export interface Draft {
  readonly path: string;
  readonly stats: BigIntStats;
}

/** Writes all of `buffers` at the handle's position, or at `position`. */
export const writeAll = async (
  handle: FileHandle,
  buffers: readonly Uint8Array[],
  position: number | null = null,
): Promise<void> => {
  const {bytesWritten} = await handle.writev([...buffers], position ?? undefined);
  let rest = Buffer.alloc(0);
  if (bytesWritten < buffers.reduce((sum, {length}) => sum + length, 0)) {
    rest = Buffer.concat(buffers).subarray(bytesWritten);
  }
  for (let done = bytesWritten; rest.length > 0;) {
    const at = position === null ? null : position + done;
    const written = (await handle.write(rest, 0, rest.length, at)).bytesWritten;
    rest = rest.subarray(written);
    done += written;
  }
};

/**
 * Writes a draft beside `target`, with the mode that `like` has and, if we may, its owner.
 * @param isDurable Whether it must have reached the disk.
 */
export const writeDraft = async (
  target: string,
  like: string,
  batches: Iterable<readonly Uint8Array[]>,
  isDurable: boolean,
  signal: AbortSignal,
): Promise<Draft> => {
  const old = await statOf(like);
  const mode = old && Number(old.mode) & 0o7777;
  const path = draftOf(target);
  const handle = await open(path, 'wx', mode);
  try {
    try {
      if (mode !== undefined) await handle.chmod(mode);
      if (old && process.getuid?.() === 0) await handle.chown(Number(old.uid), Number(old.gid));
      for (const batch of batches) {
        signal.throwIfAborted();
        await writeAll(handle, batch);
      }
      // Clocks of file systems may tick so slowly that two writes get the same time.
      const now = (Date.now() + (performance.now() % 1)) / 1000;
      await handle.utimes(now, now);
      if (isDurable) await handle.sync();
      return {path, stats: await handle.stat({bigint: true})};
    } finally {
      await handle.close();
    }
  } catch (error) {
    await rm(path, {force: true});
    throw error;
  }
};

/**
 * Puts a draft in place; lasting only after {@link syncFolder}. Failing removes the draft.
 * @param assertHeld Called just before; throws if it must not happen any more.
 */
export const commitDraft = async (
  draft: Draft,
  target: string,
  assertHeld: () => void,
): Promise<void> => {
  try {
    for (const delayMs of RENAME_DELAYS_MS) {
      assertHeld();
      try {
        await rename(draft.path, target);
        return;
      } catch (error) {
        if (delayMs === 0 || !['EPERM', 'EBUSY', 'EACCES'].includes(codeOf(error))) throw error;
        await delay(delayMs);
      }
    }
  } catch (error) {
    await rm(draft.path, {force: true});
    throw error;
  }
};

/** Makes what has happened to the names in the folder of `path` last. */
export const syncFolder = async (path: string): Promise<void> => {
  if (process.platform === 'win32') return; // folders cannot be opened there
  const handle = await open(dirname(path), 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (codeOf(error) !== 'EINVAL') throw error; // this file system has no such thing
  } finally {
    await handle.close();
  }
};
