/** Asks again and again, never twice at a time. */
import type {PersisterError} from '../../errors.ts';
import type {Clock} from '../engine/clock.ts';
import {isOffline, whenOnline} from '../engine/going-online.ts';

export interface PollingSettings {
  readonly clock: Clock;
  /** How long to wait after an answer. A failure may ask for more. */
  readonly intervalMs: number;
  readonly onError: (error: unknown) => void;
}

/**
 * Polls until the function that is returned is called: after each interval, and at once when the host goes
 * online; not while it is certain to be offline.
 * @param ask Its signal aborts when polling is stopped; what it throws then is not reported.
 */
export const startPolling = (
  ask: (signal: AbortSignal) => Promise<void>,
  {clock, intervalMs, onError}: PollingSettings,
): (() => void) => {
  const stopped = new AbortController();
  let callOff: (() => void) | undefined;
  let isAsking = false;
  const poll = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    callOff?.();
    let waitMs = intervalMs;
    try {
      if (!isOffline()) await ask(stopped.signal);
    } catch (error) {
      waitMs = Math.max(waitMs, (error as Partial<PersisterError>).retryAfterMs ?? 0);
      if (!stopped.signal.aborted) onError(error);
    }
    isAsking = false;
    if (!stopped.signal.aborted) callOff = clock.delay(waitMs, () => void poll());
  };
  const stopWaitingForNetwork = whenOnline(() => void poll());
  callOff = clock.delay(intervalMs, () => void poll());
  return () => {
    stopped.abort();
    callOff?.();
    stopWaitingForNetwork();
  };
};
