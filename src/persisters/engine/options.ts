/** Checks the options of a persister, which may come from plain JavaScript. */
import {type Clock, MAX_TIMEOUT_MS, systemClock} from './clock.ts';
import type {PersisterOptions} from './persister-types.ts';

export interface ResolvedOptions {
  readonly onIgnoredError: ((error: unknown) => void) | undefined;
  readonly strict: boolean;
  readonly minIntervalMs: number;
  readonly maxWaitMs: number;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** The last argument of the functions that create persisters: a handler, as in older versions, or options. */
export type OptionsOrHandler<Options extends PersisterOptions = PersisterOptions> =
  Options | ((error: unknown) => void) | undefined;

/** The same as an object. */
export const toOptions = <Options extends PersisterOptions>(
  optionsOrHandler: OptionsOrHandler<Options>,
): Options | PersisterOptions => {
  if (typeof optionsOrHandler === 'function') return {onIgnoredError: optionsOrHandler};
  if (optionsOrHandler === undefined) return {};
  if (typeof optionsOrHandler !== 'object' || (optionsOrHandler as unknown) === null) {
    throw new TypeError('options: expected an object or a function');
  }
  return optionsOrHandler;
};

const typed = (value: unknown, name: string, type: 'boolean' | 'function' | 'object'): void => {
  if (value !== undefined && (typeof value !== type || value === null)) {
    throw new TypeError(`${name}: expected ${type === 'object' ? 'an' : 'a'} ${type}`);
  }
};

/** A number of at least `min`, or `fallback` for `undefined`. */
export const numberOption = (
  value: number | undefined,
  name: string,
  fallback: number,
  min = 0,
): number => {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || !(value >= min)) {
    throw new TypeError(`${name}: expected a number of at least ${String(min)}`);
  }
  return value;
};

/** @throws TypeError that names the option which is no good. */
export const resolveOptions = (options: PersisterOptions): ResolvedOptions => {
  const {onIgnoredError, strict, save, retry, timeoutMs, clock = systemClock} = options;
  typed(onIgnoredError, 'onIgnoredError', 'function');
  typed(strict, 'strict', 'boolean');
  typed(save, 'save', 'object');
  typed(retry, 'retry', 'object');
  typed(clock, 'clock', 'object');
  return {
    onIgnoredError,
    strict: strict === true,
    minIntervalMs: numberOption(save?.minIntervalMs, 'save.minIntervalMs', 0),
    maxWaitMs: numberOption(save?.maxWaitMs, 'save.maxWaitMs', Infinity),
    minDelayMs: numberOption(retry?.minDelayMs, 'retry.minDelayMs', 100, 1),
    maxDelayMs: numberOption(retry?.maxDelayMs, 'retry.maxDelayMs', 30_000, 1),
    maxAttempts: numberOption(retry?.maxAttempts, 'retry.maxAttempts', Infinity, 1),
    timeoutMs: Math.min(numberOption(timeoutMs, 'timeoutMs', 30_000, 1), MAX_TIMEOUT_MS),
    clock,
  };
};
