/** Notices that files may have changed: at once where the browser tells, by hints and by looking elsewhere. */
import type {OpfsFiles} from './opfs-files.ts';
import {host} from './platform.ts';

const channelOf = (files: OpfsFiles): string => `cellar:${files.path}`;

/** Tells others that look for changes themselves. */
export const announceWrite = (files: OpfsFiles): void => {
  const {FileSystemObserver, BroadcastChannel} = host;
  if (FileSystemObserver || !BroadcastChannel) return;
  const channel = new BroadcastChannel(channelOf(files));
  channel.postMessage(null);
  channel.close();
};

/**
 * Calls `look` when the file or its journal may have changed; never twice at the same time.
 * @param pollMs How often to look where the browser does not tell, for what others than we write.
 * @param look Must not reject.
 * @returns Stops it.
 */
export const watchFiles = async (
  files: OpfsFiles,
  pollMs: number,
  look: () => Promise<void>,
): Promise<() => void> => {
  let isLooking = false;
  let isStale = false;
  const onEvent = async (): Promise<void> => {
    isStale = true;
    if (isLooking) return;
    isLooking = true;
    while (isStale) {
      isStale = false;
      await look();
    }
    isLooking = false;
  };
  const stop = await (host.FileSystemObserver ? observe : poll)(
    files,
    pollMs,
    () => void onEvent(),
  );
  void onEvent(); // for what has changed until now
  return stop;
};

const observe = async (
  files: OpfsFiles,
  pollMs: number,
  onEvent: () => void,
): Promise<() => void> => {
  const {FileSystemObserver} = host;
  if (!FileSystemObserver) return poll(files, pollMs, onEvent);
  let stopPolling: (() => void) | undefined;
  const observer = new FileSystemObserver((records) => {
    const concerns = records.filter(({relativePathComponents: [name]}) => files.isOurs(name));
    // The folder has been removed, or the browser cannot go on.
    if (records.some(({type}) => type === 'errored')) stopPolling ??= poll(files, pollMs, onEvent);
    if (concerns.length > 0) onEvent();
  });
  await observer.observe(await files.observable());
  return () => {
    observer.disconnect();
    stopPolling?.();
  };
};

const poll = (files: OpfsFiles, pollMs: number, onEvent: () => void): (() => void) => {
  const timer = setInterval(onEvent, pollMs);
  const channel = host.BroadcastChannel && new host.BroadcastChannel(channelOf(files));
  channel?.addEventListener('message', onEvent);
  return () => {
    clearInterval(timer);
    channel?.close();
  };
};
