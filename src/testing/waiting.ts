/** Waiting for what will come, in turns of the event loop: no test sleeps for a fixed time. */
import {ConformanceError} from './assertions.ts';

/** Resolves in a later turn of the event loop, when all promises that can settle have done so. */
export const turn = (): Promise<void> =>
  new Promise((resolve) => {
    const {setImmediate: later} = globalThis as {setImmediate?: (action: () => void) => unknown};
    if (later) later(resolve);
    else setTimeout(resolve, 0);
  });

/** Resolves after so many microtasks. */
export const microtasks = async (count: number): Promise<void> => {
  for (let index = 0; index < count; index++) await Promise.resolve();
};

/** How long to wait for what should come, at most, and what moves time on meanwhile. */
export interface Patience {
  readonly patienceMs: number;
  /** Called between two looks. */
  readonly poke?: () => Promise<void> | void;
}

/** So many rounds there are in any case: on a machine that is busy, time may pass without any. */
const MIN_ROUNDS = 50;

/**
 * Resolves as soon as `condition` holds.
 * @throws ConformanceError if it does not within `patienceMs`: a limit on what hangs, not a measurement.
 */
export const until = async (
  condition: () => boolean | Promise<boolean>,
  what: string,
  {patienceMs, poke}: Patience,
): Promise<void> => {
  const deadline = Date.now() + patienceMs;
  for (let round = 0; !(await condition()); round++) {
    if (Date.now() > deadline && round >= MIN_ROUNDS)
      throw new ConformanceError(`Waited in vain: ${what}`);
    await poke?.();
    // The first rounds are for what needs no time, the others leave time to a real storage.
    if (round < 20) await turn();
    else await new Promise((resolve) => setTimeout(resolve, 2));
  }
};

/** Settles as `promise` does. @throws ConformanceError if that hangs. */
export const settled = async <Result>(
  promise: Promise<Result>,
  what: string,
  patience: Patience,
): Promise<Result> => {
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  promise.then(settle, settle);
  await until(() => isSettled, what, patience);
  return promise;
};
