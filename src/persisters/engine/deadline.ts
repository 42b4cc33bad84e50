import {PersisterError, type PersisterPhase} from '../../errors.ts';
import type {Clock} from './clock.ts';

/**
 * Gives `work` so many milliseconds, then aborts its signal.
 * @param onLate Called if it settles all the same, after that.
 * @throws PersisterError `TIMEOUT`, retriable, if it has not settled by then.
 */
export const withDeadline = <Result>(
  work: (signal: AbortSignal) => Promise<Result> | Result,
  {clock, timeoutMs}: {readonly clock: Clock; readonly timeoutMs: number},
  phase: PersisterPhase,
  storage: string,
  onLate?: () => void,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    const controller = new AbortController();
    const callOff = clock.delay(timeoutMs, () => {
      const message = `${storage} did not answer within ${String(timeoutMs)} ms`;
      const error = new PersisterError('TIMEOUT', message, {phase, storage, retriable: true});
      reject(error);
      controller.abort(error);
    });
    const settle = (): void => {
      callOff();
      if (controller.signal.aborted) onLate?.();
    };
    // A synchronous throw is a rejection, too.
    const run = async (): Promise<Result> => await work(controller.signal);
    void run().then(resolve, reject).then(settle);
  });
