import {describe, expect, it} from 'vitest';
import {virtualClock} from '../../testing/index.ts';
import {turn} from '../../testing/waiting.ts';
import {withDeadline} from './deadline.ts';

const TIMEOUT_MS = 100;

describe('withDeadline', () => {
  it('settles as the work does, and calls the deadline off', async () => {
    const clock = virtualClock();
    const patience = {clock, timeoutMs: TIMEOUT_MS};
    await expect(withDeadline(() => 1, patience, 'load', 'a')).resolves.toBe(1);
    await expect(withDeadline(() => Promise.resolve(2), patience, 'load', 'a')).resolves.toBe(2);
    await expect(
      withDeadline(() => Promise.reject(new Error('no')), patience, 'load', 'a'),
    ).rejects.toThrow('no');
    const throwing = (): never => {
      throw new Error('at once');
    };
    await expect(withDeadline(throwing, patience, 'load', 'a')).rejects.toThrow('at once');
    await turn();
    expect(clock.planned).toBe(0);
  });

  it('rejects when the time is over, and aborts the work with the reason', async () => {
    const clock = virtualClock();
    let seen: AbortSignal | undefined;
    const work = (signal: AbortSignal): Promise<never> => {
      seen = signal;
      return new Promise(() => undefined);
    };
    const result = withDeadline(work, {clock, timeoutMs: TIMEOUT_MS}, 'save', 'file:a').then(
      () => 'resolved',
      (reason: unknown) => reason,
    );
    await clock.advance(TIMEOUT_MS - 1);
    expect(seen?.aborted).toBe(false);
    await clock.advance(1);
    const reason = await result;
    expect(reason).toMatchObject({
      code: 'TIMEOUT',
      phase: 'save',
      storage: 'file:a',
      retriable: true,
      message: 'file:a did not answer within 100 ms',
    });
    expect(seen?.aborted).toBe(true);
    expect(seen?.reason).toBe(reason);
  });

  it('says when late work has settled all the same, and nothing of work in time', async () => {
    const clock = virtualClock();
    const patience = {clock, timeoutMs: TIMEOUT_MS};
    let lates = 0;
    const onLate = (): void => {
      lates++;
    };
    await withDeadline(() => 1, patience, 'save', 'a', onLate);
    await turn();
    expect(lates).toBe(0);

    let finish = (): void => undefined;
    const work = (): Promise<void> =>
      new Promise((resolve) => {
        finish = resolve;
      });
    const late = withDeadline(work, patience, 'save', 'a', onLate);
    const rejected = expect(late).rejects.toMatchObject({code: 'TIMEOUT'});
    await clock.advance(TIMEOUT_MS);
    await rejected;
    expect(lates).toBe(0);
    finish();
    await turn();
    expect(lates).toBe(1);
  });

  it('needs nobody who is told of late work', async () => {
    const clock = virtualClock();
    let fail = (_reason: Error): void => undefined;
    const work = (): Promise<void> =>
      new Promise((_resolve, reject) => {
        fail = reject;
      });
    const late = withDeadline(work, {clock, timeoutMs: TIMEOUT_MS}, 'save', 'a');
    const rejected = expect(late).rejects.toMatchObject({code: 'TIMEOUT'});
    await clock.advance(TIMEOUT_MS);
    fail(new Error('late'));
    await turn();
    await rejected;
  });
});
