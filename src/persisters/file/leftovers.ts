/** What processes leave in a folder when they die at work: named after them, so that others can remove it. */
import {lstat, readdir, rm} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {unlessMissing} from './file-errors.ts';
import {readOwner} from './file-lock.ts';
import {createOwner, isGone} from './owner.ts';

/** Whether a process on another host lives cannot be told; no save takes this long. */
const ABANDONED_AFTER_MS = 3_600_000;

/** A name for a draft, beside `target`. */
export const draftOf = (target: string): string => `${target}.${createOwner()}.draft`;

export const lockOf = (target: string): string => `${target}.lock`;

/** Removes drafts, and claims on locks, of processes that have died. */
export const removeLeftovers = async (target: string): Promise<void> => {
  const prefix = `${basename(target)}.`;
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(prefix)) continue;
    const path = join(dirname(target), name);
    const [kind = '', end, ...more] = name.slice(prefix.length).split('.');
    if (end === undefined || more.length > 0) continue;
    const isDraft = end === 'draft' && /^[\da-f]+(-[\da-f]+){4}$/.test(kind);
    if (!isDraft && kind !== 'lock') continue;
    const owner = isDraft ? kind : await readOwner(path);
    const stats = await unlessMissing(lstat(path));
    if (!stats || owner === undefined) continue;
    if (isGone(owner) || Date.now() - stats.mtimeMs > ABANDONED_AFTER_MS) {
      await unlessMissing(rm(path));
    }
  }
};
