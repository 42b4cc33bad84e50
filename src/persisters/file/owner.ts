/**
 * Names for what a process leaves in a folder while it works there (drafts, locks), by which others
 * can tell that it has died and clean up after it.
 */
import {randomBytes} from 'node:crypto';
import {hostname} from 'node:os';
import {threadId} from 'node:worker_threads';
import {crc32} from 'node:zlib';
import {codeOf} from './file-errors.ts';

const random = (): string => randomBytes(8).toString('hex');

/** Shared by all copies of this module in one thread: process ids are used again, often so in containers. */
const SESSION_KEY = Symbol.for('cellar.session');
const globals = globalThis as Record<symbol, string | undefined>;
const session = (globals[SESSION_KEY] ??= random());

const host = crc32(hostname()).toString(16);

/** A name that nothing else has: letters, digits and dashes. */
export const createOwner = (): string => [host, process.pid, threadId, session, random()].join('-');

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
};

/** Whether whoever made this name has certainly died; `false` if that cannot be told from here. */
export const isGone = (owner: string): boolean => {
  const [itsHost, itsPid, itsThread, itsSession] = owner.split('-');
  const pid = Number(itsPid);
  if (itsHost !== host || !(pid > 0)) return false;
  if (pid !== process.pid) return !isRunning(pid);
  return Number(itsThread) === threadId && itsSession !== session;
};
