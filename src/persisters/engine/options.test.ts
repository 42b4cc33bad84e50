import {describe, expect, it} from 'vitest';
import {MAX_TIMEOUT_MS, systemClock} from './clock.ts';
import {numberOption, type OptionsOrHandler, resolveOptions, toOptions} from './options.ts';
import type {PersisterOptions} from './persister-types.ts';

/** As plain JavaScript would hand them in. */
const resolveAny = (options: unknown): unknown => resolveOptions(options as PersisterOptions);

describe('resolveOptions', () => {
  it('has documented defaults', () => {
    const defaults = {
      onIgnoredError: undefined,
      strict: false,
      minIntervalMs: 0,
      maxWaitMs: Infinity,
      minDelayMs: 100,
      maxDelayMs: 30_000,
      maxAttempts: Infinity,
      timeoutMs: 30_000,
      clock: systemClock,
    };
    expect(resolveOptions({})).toStrictEqual(defaults);
    expect(resolveOptions({save: {}, retry: {}})).toStrictEqual(defaults);
    expect(resolveOptions({strict: undefined, save: undefined, retry: undefined})).toStrictEqual(
      defaults,
    );
  });

  it('takes what it is given', () => {
    const onIgnoredError = (): void => undefined;
    const clock = {...systemClock};
    expect(
      resolveOptions({
        onIgnoredError,
        strict: true,
        save: {minIntervalMs: 1, maxWaitMs: 2},
        retry: {minDelayMs: 3, maxDelayMs: 4, maxAttempts: 5},
        timeoutMs: 6,
        clock,
      }),
    ).toStrictEqual({
      onIgnoredError,
      strict: true,
      minIntervalMs: 1,
      maxWaitMs: 2,
      minDelayMs: 3,
      maxDelayMs: 4,
      maxAttempts: 5,
      timeoutMs: 6,
      clock,
    });
  });

  it('waits no longer than a timer can', () => {
    expect(resolveOptions({timeoutMs: Infinity}).timeoutMs).toBe(MAX_TIMEOUT_MS);
  });

  it.each([
    [{onIgnoredError: {}}, 'onIgnoredError: expected a function'],
    [{strict: 1}, 'strict: expected a boolean'],
    [{strict: null}, 'strict: expected a boolean'],
    [{save: 5}, 'save: expected an object'],
    [{save: null}, 'save: expected an object'],
    [{retry: 'often'}, 'retry: expected an object'],
    [{clock: () => 0}, 'clock: expected an object'],
    [{save: {minIntervalMs: -1}}, 'save.minIntervalMs: expected a number of at least 0'],
    [{save: {maxWaitMs: '1'}}, 'save.maxWaitMs: expected a number of at least 0'],
    [{retry: {minDelayMs: 0}}, 'retry.minDelayMs: expected a number of at least 1'],
    [{retry: {maxDelayMs: 0.5}}, 'retry.maxDelayMs: expected a number of at least 1'],
    [{retry: {maxAttempts: 0}}, 'retry.maxAttempts: expected a number of at least 1'],
    [{timeoutMs: NaN}, 'timeoutMs: expected a number of at least 1'],
    [{timeoutMs: 0}, 'timeoutMs: expected a number of at least 1'],
  ])('refuses %j', (options, message) => {
    expect(() => resolveAny(options)).toThrow(new TypeError(message));
  });

  it('takes the least that is allowed', () => {
    const options = {
      save: {minIntervalMs: 0, maxWaitMs: 0},
      retry: {minDelayMs: 1, maxDelayMs: 1, maxAttempts: 1},
      timeoutMs: 1,
    };
    expect(resolveOptions(options)).toMatchObject({
      ...options.save,
      ...options.retry,
      timeoutMs: 1,
    });
  });
});

describe('numberOption', () => {
  it('has no least number but 0 if none is named', () => {
    expect(numberOption(0, 'n', 5)).toBe(0);
    expect(numberOption(undefined, 'n', 5)).toBe(5);
    expect(() => numberOption(-0.1, 'n', 5)).toThrow(
      new TypeError('n: expected a number of at least 0'),
    );
  });
});

describe('toOptions', () => {
  it('makes options of a handler, as older versions have it', () => {
    const handler = (): void => undefined;
    expect(toOptions(handler)).toStrictEqual({onIgnoredError: handler});
  });

  it('gives options back, and none for nothing', () => {
    const options = {strict: true};
    expect(toOptions(options)).toBe(options);
    expect(toOptions(undefined)).toStrictEqual({});
  });

  it.each([[null], ['handler'], [5], [true]])('refuses %j', (wrong) => {
    expect(() => toOptions(wrong as unknown as OptionsOrHandler)).toThrow(
      new TypeError('options: expected an object or a function'),
    );
  });
});
