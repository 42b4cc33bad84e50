import {describe, expect, it} from 'vitest';
import {MAX_TIMEOUT_MS, systemClock} from './clock.ts';

/** How many timers keep this process alive. */
const countTimers = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

const nothing = (): void => undefined;

describe('MAX_TIMEOUT_MS', () => {
  it('is the longest delay that the timers of hosts hold', () => {
    expect(MAX_TIMEOUT_MS).toBe(2_147_483_647);
  });
});

describe('The clock of the system', () => {
  it('calls an action once, later', async () => {
    const seen: string[] = [];
    const called = new Promise<void>((resolve) => {
      systemClock.delay(1, () => {
        seen.push('action');
        resolve();
      });
    });
    seen.push('caller');
    await called;
    expect(seen).toStrictEqual(['caller', 'action']);
  });

  it('keeps a process alive for what it is to do, unless it is called off', () => {
    const before = countTimers();
    const callOff = systemClock.delay(1_000_000, nothing);
    expect(countTimers()).toBe(before + 1);
    callOff();
    expect(countTimers()).toBe(before);
  });

  it('keeps no process alive for what is done in the background', () => {
    const before = countTimers();
    const callOff = systemClock.delay(1_000_000, nothing, 'background');
    expect(countTimers()).toBe(before);
    callOff();
  });

  it('tells the time and leaves things to chance', () => {
    const [before, now, after] = [Date.now(), systemClock.now(), Date.now()];
    expect(before <= now && now <= after).toBe(true);
    const numbers = Array.from({length: 20}, () => systemClock.random());
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(new Set(numbers).size).toBeGreaterThan(1);
  });
});
