import {describe, expect, it} from 'vitest';
import {turn} from '../../testing/waiting.ts';
import {OperationQueue, queueFor} from './operation-queue.ts';

describe('OperationQueue', () => {
  it('runs one action at a time, in order', async () => {
    const queue = new OperationQueue();
    const seen: string[] = [];
    const action = (name: string) => async (): Promise<void> => {
      seen.push(`${name} begins`);
      await turn();
      seen.push(`${name} ends`);
    };
    await Promise.all(['a', 'b', 'c'].map((name) => queue.run(action(name))));
    expect(seen).toStrictEqual(
      ['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]),
    );
  });

  it('settles as the action does, and goes on after one that fails', async () => {
    const queue = new OperationQueue();
    const failed = queue.run(() => Promise.reject(new Error('no')));
    const next = queue.run(() => Promise.resolve('next'));
    await expect(failed).rejects.toThrow('no');
    await expect(next).resolves.toBe('next');
  });

  it('starts once the caller has done what it does in this turn', async () => {
    const queue = new OperationQueue();
    const seen: string[] = [];
    const done = queue.run(() => Promise.resolve(seen.push('action')));
    seen.push('caller');
    await done;
    expect(seen).toStrictEqual(['caller', 'action']);
  });

  it('is idle when nothing runs or waits', async () => {
    const queue = new OperationQueue();
    expect(queue.isIdle).toBe(true);
    const seen: boolean[] = [];
    const look = (): Promise<unknown> => Promise.resolve(seen.push(queue.isIdle));
    const both = Promise.all([queue.run(look), queue.run(look)]);
    expect(queue.isIdle).toBe(false);
    await both;
    await turn();
    expect(seen).toStrictEqual([false, false]);
    expect(queue.isIdle).toBe(true);
  });

  it('runs what comes when it has drained', async () => {
    const queue = new OperationQueue();
    await queue.run(() => Promise.resolve());
    await turn();
    await expect(queue.run(() => Promise.resolve('later'))).resolves.toBe('later');
  });
});

describe('queueFor', () => {
  it('is the same for the same resource, and one of its own without', () => {
    const [one, other] = [{}, {}];
    expect(queueFor(one)).toBe(queueFor(one));
    expect(queueFor(one)).not.toBe(queueFor(other));
    expect(queueFor(undefined)).not.toBe(queueFor(undefined));
  });
});
