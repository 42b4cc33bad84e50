/** In a real browser: its quota, its locks, and workers, which have no such storage. */
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {createStore} from '../../store/index.ts';
import type {PersisterError} from '../../errors.ts';
import type {Persister} from '../engine/persister-types.ts';
import {runExclusively} from './exclusively.ts';
import {createLocalPersister, createSessionPersister} from './index.ts';

/** A limit is here to end what hangs. */
const PATIENTLY = {timeout: 30_000, interval: 5};

const errors: PersisterError[] = [];
const onIgnoredError = (error: unknown): void => void errors.push(error as PersisterError);
const persisters: Persister[] = [];

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  errors.length = 0;
});
afterEach(async () => {
  for (const persister of persisters.splice(0)) await persister.destroy();
  localStorage.clear();
  sessionStorage.clear();
});

/** Fills a storage up, to the last few characters. */
const fillUp = (storage: Storage): void => {
  let count = 0;
  for (let length = 1 << 20; length >= 1; length >>= 1) {
    try {
      for (;;) storage.setItem(`ballast${count++}`, 'x'.repeat(length));
    } catch (error) {
      expect(error).toMatchObject({name: 'QuotaExceededError'});
    }
  }
};
const makeRoom = (storage: Storage): void => {
  for (const key of Object.keys(storage)) if (key.startsWith('ballast')) storage.removeItem(key);
};

describe.each([
  {name: 'createLocalPersister', create: createLocalPersister, area: 'localStorage'},
  {name: 'createSessionPersister', create: createSessionPersister, area: 'sessionStorage'},
] as const)('$name, in a storage that is full', ({create, area}) => {
  it('says so, keeps what there is, and saves as soon as there is room', async () => {
    const storage = globalThis[area];
    const store = createStore();
    const retry = {minDelayMs: 1, maxDelayMs: 20};
    const persister = create(store, 'pets', {onIgnoredError, retry});
    persisters.push(persister);
    await persister.startAutoPersisting([{pets: {fido: {age: 1}}}, {}]);
    await persister.whenSaved();
    fillUp(storage);
    const before = storage.getItem('pets');
    const story = 'x'.repeat(100_000);
    store.setCell('pets', 'fido', 'story', story);
    await expect.poll(() => persister.getState().lastError?.code, PATIENTLY).toBe('QUOTA');
    expect(persister.getState().pending).toBe(1);
    expect(storage.getItem('pets')).toBe(before);
    makeRoom(storage);
    await persister.whenSaved();
    expect(persister.getState().lastError).toBeUndefined();
    const other = createStore();
    const reader = create(other, 'pets', {onIgnoredError, strict: true});
    persisters.push(reader);
    await reader.load();
    expect(other.getTables()).toEqual({pets: {fido: {age: 1, story}}});
  });
});

describe('runExclusively', () => {
  it('runs one after the other, and awaits that', async () => {
    const order: number[] = [];
    const runs = [1, 2, 3].map((run) => runExclusively('a', () => void order.push(run)));
    await runs[1];
    expect(order.slice(0, 2)).toStrictEqual([1, 2]);
    await Promise.all(runs);
    expect(order).toStrictEqual([1, 2, 3]);
  });

  it('takes the lock from whoever does not give it back', async () => {
    const held = new Promise<void>((resolve) => {
      const request = navigator.locks.request('b', async () => {
        resolve();
        await new Promise(() => undefined);
      });
      request.catch((error: unknown) => stolen.push(error));
    });
    const stolen: unknown[] = [];
    await held;
    let isRun = false;
    await runExclusively('b', () => {
      isRun = true;
    });
    expect(isRun).toBe(true);
    await expect.poll(() => stolen, PATIENTLY).toMatchObject([{name: 'AbortError'}]);
  });
});

describe('A worker, which has no local storage', () => {
  it('can import the persister, and is told that there is none when it is used', async () => {
    const worker = new Worker(new URL('../../../test/support/storage-worker.ts', import.meta.url), {
      type: 'module',
    });
    try {
      const answer = await new Promise((resolve, reject) => {
        worker.onmessage = ({data}) => resolve(data);
        worker.onerror = ({message}) => reject(new Error(message));
      });
      const expected = {code: 'UNAVAILABLE', retriable: false, load: 'failed', cells: {age: 1}};
      expect(answer).toStrictEqual([expected, expected]);
    } finally {
      worker.terminate();
    }
  });
});
