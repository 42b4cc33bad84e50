/**
 * Replaces a file at once: the bytes go to a draft in the same folder, which is then renamed over the
 * file. Whoever reads, also after a crash, gets the old bytes or the new ones.
 */
import type {BigIntStats} from 'node:fs';
import {type FileHandle, open, rename, rm} from 'node:fs/promises';
import {dirname} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {codeOf, unless} from './file-errors.ts';
import {statOf} from './file-identity.ts';
import {draftOf} from './leftovers.ts';

/** On Windows, others that read a file, such as virus scanners, keep it from being replaced meanwhile. */
const RENAME_DELAYS_MS = [10, 20, 40, 80, 160, 0];

export interface Draft {
  readonly path: string;
  readonly stats: BigIntStats;
}

const writeAll = async (handle: FileHandle, buffers: readonly Uint8Array[]): Promise<void> => {
  const {bytesWritten} = await handle.writev([...buffers]);
  const length = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
  // On a disk that is filling up, say. This writes until all is done, or says why not.
  if (bytesWritten < length) await handle.writeFile(Buffer.concat(buffers).subarray(bytesWritten));
};

/**
 * Writes a draft beside `target`, with the mode that `like` has and, if we may, its owner.
 * @param isDurable Whether it must have reached the disk.
 * @param use Puts it in place. If that fails, the draft is removed.
 */
export const withDraft = async (
  target: string,
  like: string,
  batches: Iterable<readonly Uint8Array[]>,
  isDurable: boolean,
  signal: AbortSignal,
  use: (draft: Draft) => Promise<void>,
): Promise<void> => {
  const old = await statOf(like);
  const mode = old && Number(old.mode) & 0o7777;
  const path = draftOf(target);
  const handle = await open(path, 'wx', mode);
  try {
    let stats;
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
      stats = await handle.stat({bigint: true});
    } finally {
      await handle.close();
    }
    await use({path, stats});
  } catch (error) {
    await rm(path, {force: true});
    throw error;
  }
};

/**
 * Puts a draft in place; lasting only after {@link syncFolder}.
 * @param assertHeld Called just before; throws if it must not happen any more.
 */
export const commitDraft = async (
  {path}: Draft,
  target: string,
  assertHeld: () => void,
): Promise<void> => {
  for (const delayMs of RENAME_DELAYS_MS) {
    assertHeld();
    try {
      await rename(path, target);
      return;
    } catch (error) {
      if (delayMs === 0 || !['EPERM', 'EBUSY', 'EACCES'].includes(codeOf(error))) throw error;
      await delay(delayMs);
    }
  }
};

/** Makes what has happened to the names in the folder of `path` last. */
export const syncFolder = async (path: string): Promise<void> => {
  if (process.platform === 'win32') return; // folders cannot be opened there
  const handle = await open(dirname(path), 'r');
  try {
    await unless(['EINVAL'], handle.sync()); // some file systems have no such thing
  } finally {
    await handle.close();
  }
};
