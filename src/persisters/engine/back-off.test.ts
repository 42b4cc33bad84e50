import {describe, expect, it} from 'vitest';
import {PersisterError} from '../../errors.ts';
import {virtualClock, type VirtualClock} from '../../testing/index.ts';
import {BackOff} from './back-off.ts';
import {type Clock, MAX_TIMEOUT_MS} from './clock.ts';

const failure = (details: {retriable?: boolean; retryAfterMs?: number} = {}): PersisterError =>
  new PersisterError('UNAVAILABLE', 'no', {
    phase: 'save',
    storage: 'a',
    retriable: true,
    ...details,
  });

interface Subject {
  readonly clock: VirtualClock;
  readonly backOff: BackOff;
  /** When attempts were made, counted from the start. */
  readonly attempts: number[];
  /** How long the attempt that is planned is away. */
  readonly delay: () => number | undefined;
}

const subject = (random = 0.5, {minDelayMs = 100, maxDelayMs = 1_000} = {}): Subject => {
  const clock = virtualClock({now: 0, random: () => random});
  const attempts: number[] = [];
  const backOff = new BackOff({clock, minDelayMs, maxDelayMs}, () => attempts.push(clock.now()));
  const delay = (): number | undefined =>
    backOff.dueAt === undefined ? undefined : backOff.dueAt - clock.now();
  return {clock, backOff, attempts, delay};
};

const delaysOf = ({backOff, delay}: Subject, count: number): (number | undefined)[] =>
  Array.from({length: count}, () => {
    backOff.retryAfter(failure());
    return delay();
  });

describe('BackOff', () => {
  it('doubles the bound of the delay with each failure, up to the greatest', () => {
    expect(delaysOf(subject(0.5), 6)).toStrictEqual([50, 100, 200, 400, 500, 500]);
  });

  it('spreads delays over all that is below the bound', () => {
    expect(delaysOf(subject(0), 3)).toStrictEqual([0, 0, 0]);
    expect(delaysOf(subject(0.75), 3)).toStrictEqual([75, 150, 300]);
  });

  it('makes one attempt when it is due, not before, and plans none by itself', async () => {
    const {clock, backOff, attempts} = subject();
    backOff.retryAfter(failure());
    await clock.advance(49);
    expect(attempts).toStrictEqual([]);
    await clock.advance(1_000);
    expect(attempts).toStrictEqual([50]);
    expect(backOff.dueAt).toBeUndefined();
    expect(clock.planned).toBe(0);
  });

  it('has nothing due while it makes the attempt', async () => {
    const clock = virtualClock();
    const seen: unknown[] = [];
    const backOff: BackOff = new BackOff({clock, minDelayMs: 1, maxDelayMs: 1}, () =>
      seen.push(backOff.dueAt),
    );
    backOff.retryAfter(failure());
    await clock.runAll();
    expect(seen).toStrictEqual([undefined]);
  });

  it('waits for as long as the storage asks to be left alone, beyond the greatest delay', () => {
    const {backOff, delay} = subject();
    backOff.retryAfter(failure({retryAfterMs: 60_000}));
    expect(delay()).toBe(60_000);
  });

  it('waits longer than the storage asks for if that is due', () => {
    const {backOff, delay} = subject();
    backOff.retryAfter(failure({retryAfterMs: 1}));
    expect(delay()).toBe(50);
  });

  it('waits no longer than a timer can', () => {
    const {backOff, delay} = subject();
    backOff.retryAfter(failure({retryAfterMs: 2 ** 40}));
    expect(delay()).toBe(MAX_TIMEOUT_MS);
  });

  it('plans one attempt, whatever fails meanwhile', async () => {
    const {clock, backOff, attempts} = subject();
    backOff.retryAfter(failure());
    backOff.retryAfter(failure());
    expect(clock.planned).toBe(1);
    await clock.runAll();
    expect(attempts).toStrictEqual([100]);
  });

  it('counts failures until one attempt succeeds, and starts anew then', () => {
    const {clock, backOff, delay} = subject();
    backOff.retryAfter(failure());
    backOff.retryAfter(failure());
    expect(backOff.failures).toBe(2);
    backOff.succeed();
    expect(backOff.failures).toBe(0);
    expect(backOff.dueAt).toBeUndefined();
    expect(clock.planned).toBe(0);
    backOff.retryAfter(failure());
    expect(delay()).toBe(50);
  });

  it('calls an attempt off, and counts on', () => {
    const {clock, backOff, delay} = subject();
    backOff.retryAfter(failure());
    backOff.cancel();
    expect(clock.planned).toBe(0);
    expect(backOff.dueAt).toBeUndefined();
    backOff.retryAfter(failure());
    expect(delay()).toBe(100);
  });

  it('keeps a process alive for what may succeed, and for nothing else', () => {
    const kinds: unknown[] = [];
    const clock: Clock = {
      now: () => 0,
      random: () => 0,
      delay: (_delayMs, _action, background) => {
        kinds.push(background);
        return () => undefined;
      },
    };
    const backOff = new BackOff({clock, minDelayMs: 1, maxDelayMs: 1}, () => undefined);
    backOff.retryAfter(failure());
    backOff.retryAfter(failure({retriable: false}));
    expect(kinds).toStrictEqual([undefined, 'background']);
  });
});
