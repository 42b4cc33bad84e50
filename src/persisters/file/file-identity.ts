/** Which file a path leads to, and whether it is still the one it was. */
import type {BigIntStats} from 'node:fs';
import {open, readlink, realpath, stat} from 'node:fs/promises';
import {dirname, resolve} from 'node:path';
import {unless, unlessMissing} from './file-errors.ts';

export const journalOf = (target: string): string => `${target}.journal`;

/** Changes with every write of the file: own ones give each file a time of its own, see `withDraft`. */
export const identityOf = (stats: BigIntStats | undefined): string =>
  stats ? `${inodeOf(stats)}:${stats.size}:${stats.mtimeNs}` : '';

/** Stays the same while a file grows. */
export const inodeOf = (stats: BigIntStats | undefined): string =>
  stats ? `${stats.dev}:${stats.ino}` : '';

export const statOf = (path: string): Promise<BigIntStats | undefined> =>
  unlessMissing(stat(path, {bigint: true}));

/** The file that `path` stands for, links followed, whether it exists or not. */
export const resolveTarget = async (path: string): Promise<string> => {
  const target = await unlessMissing(realpath(path));
  if (target !== undefined) return target;
  // Nothing there, or it is no link; but a file that has appeared since is found by its name too.
  const link = await unless(['ENOENT', 'EINVAL'], readlink(path));
  return link === undefined ? path : resolveTarget(resolve(dirname(path), link));
};

export interface ReadFile {
  readonly stats: BigIntStats;
  readonly bytes: Buffer;
}

/** The bytes of a file after the first `from`, and which file that was; `undefined` if there is none. */
export const readBytes = async (path: string, from = 0): Promise<ReadFile | undefined> => {
  const handle = await unlessMissing(open(path, 'r'));
  if (!handle) return undefined;
  try {
    const stats = await handle.stat({bigint: true});
    if (from === 0) return {stats, bytes: await handle.readFile()};
    const bytes = Buffer.alloc(Math.max(Number(stats.size) - from, 0));
    const {bytesRead} = await handle.read(bytes, 0, bytes.length, from);
    return {stats, bytes: bytes.subarray(0, bytesRead)};
  } finally {
    await handle.close();
  }
};
