import {expect, it} from 'vitest';
import {getUniqueId} from '../../shared/unique-id.ts';
import {LockLostError, withLock} from './web-lock.ts';

const signal = (): AbortSignal => new AbortController().signal;

it('lets one work at a time', async () => {
  const name = `test:${getUniqueId()}`;
  const events: string[] = [];
  const work = (id: string) => async (): Promise<void> => {
    events.push(`${id} begins`);
    await new Promise((resolve) => setTimeout(resolve, 0));
    events.push(`${id} ends`);
  };
  await Promise.all(['one', 'other'].map((id) => withLock(name, signal(), work(id))));
  expect(events).toStrictEqual(['one begins', 'one ends', 'other begins', 'other ends']);
});

it('gives the result of the work, or its error, and frees the lock', async () => {
  const name = `test:${getUniqueId()}`;
  const failing = withLock(name, signal(), () => Promise.reject(new Error('broken')));
  await expect(failing).rejects.toThrow('broken');
  expect(await withLock(name, signal(), () => Promise.resolve(1))).toBe(1);
});

it('stops waiting when it is told to', async () => {
  const name = `test:${getUniqueId()}`;
  const controller = new AbortController();
  await withLock(name, signal(), async () => {
    const waiting = withLock(name, controller.signal, () => Promise.resolve());
    controller.abort();
    await expect(waiting).rejects.toThrow();
  });
  expect(await withLock(name, signal(), () => Promise.resolve(1))).toBe(1);
});

it('forbids to commit, once the lock has been broken, and waits for the end of the work', async () => {
  const name = `test:${getUniqueId()}`;
  let isOver = false;
  const working = withLock(name, signal(), async (assertHeld) => {
    assertHeld();
    await navigator.locks.request(name, {steal: true}, () => Promise.resolve());
    await new Promise((resolve) => setTimeout(resolve, 0));
    isOver = true;
    assertHeld();
  });
  await expect(working).rejects.toThrow(LockLostError);
  expect(isOver).toBe(true);
});

it('lets work count that was done before the lock was broken', async () => {
  const name = `test:${getUniqueId()}`;
  let breaking: Promise<unknown> | undefined;
  const working = withLock(name, signal(), () => {
    breaking = navigator.locks.request(name, {steal: true}, () => Promise.resolve());
    return Promise.resolve('done');
  });
  expect(await working).toBe('done');
  await breaking;
});
