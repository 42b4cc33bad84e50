/** Notices that a file may have changed: at once where the system tells, by looking now and then elsewhere. */
import {type FSWatcher, watch} from 'node:fs';
import {basename, dirname} from 'node:path';

/** A save makes several events; they are answered together. */
const SETTLE_MS = 10;
/** Network file systems tell nothing of what other hosts do. */
const LOOK_EVERY_MS = 5_000;
/** So often where the system does not tell, e.g. while there is no such folder. */
const LOOK_OFTEN_EVERY_MS = 1_000;

/**
 * Calls `look` when the file at `path`, or one of those with `suffixes`, may have changed; never twice
 * at the same time. Watches the folder, since files are replaced, and creates nothing.
 * @param look Must not reject.
 * @returns Stops it; resolves when no call is running any more.
 */
export const watchFile = (
  path: string,
  suffixes: readonly string[],
  look: () => Promise<void>,
): (() => Promise<void>) => {
  const names = ['', ...suffixes].map((suffix) => basename(path) + suffix);
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let events = 0;
  let isStopped = false;

  const hasEvents = (): boolean => events > 0;
  const stopWatching = (): void => {
    watcher?.close();
    watcher = undefined;
  };
  const startWatching = (): void => {
    try {
      watcher = watch(dirname(path), (_event, name) => {
        if (name !== null && !names.includes(name)) return;
        if (events++ === 0 && !looking) schedule(SETTLE_MS);
      });
      watcher.on('error', stopWatching);
    } catch {
      watcher = undefined; // no such folder yet, or no watches left: looking must do
    }
  };
  const schedule = (delayMs: number): void => {
    clearTimeout(timer);
    if (!isStopped) timer = setTimeout(() => void (looking = run()), delayMs).unref();
  };
  const run = async (): Promise<void> => {
    if (!watcher) startWatching();
    events = 0;
    await look();
    looking = undefined;
    schedule(hasEvents() ? SETTLE_MS : watcher ? LOOK_EVERY_MS : LOOK_OFTEN_EVERY_MS);
  };

  startWatching();
  schedule(SETTLE_MS);
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    stopWatching();
    await looking;
  };
};
