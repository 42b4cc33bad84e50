/** Looks for what others have written: when they say so, and now and then, in case that nobody does. */
import type {Clock} from '../engine/clock.ts';
import type {ChangeSignal} from './change-signal.ts';
import type {WorkQueue} from './work-queue.ts';

export interface WatchSettings {
  readonly clock: Clock;
  /** How often to look even if nobody says that there is something, in milliseconds. */
  readonly pollIntervalMs: number;
}

/**
 * @param look Looks once, in line with other work; must not go on when `signal` has been aborted.
 * @returns What looks at once, and what stops it all.
 */
export const watchOthers = (
  others: ChangeSignal,
  queue: WorkQueue,
  {clock, pollIntervalMs}: WatchSettings,
  look: (signal: AbortSignal) => Promise<void>,
  onError: (error: unknown) => void,
): {readonly lookNow: () => void; readonly stop: () => void} => {
  const stopped = new AbortController();
  const {signal} = stopped;
  let callOff = (): void => undefined;
  const plan = (): void => {
    callOff();
    if (!signal.aborted) callOff = clock.delay(pollIntervalMs, lookNow, 'background');
  };
  const lookNow = (): void => {
    queue
      .run('listen', signal, () => look(signal))
      .catch((error: unknown) => {
        if (!signal.aborted) onError(error);
      })
      .finally(plan);
  };
  const stopListening = others.listen(lookNow);
  plan();
  return {
    lookNow,
    stop: () => {
      stopped.abort();
      callOff();
      stopListening();
    },
  };
};
