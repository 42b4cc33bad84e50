// @vitest-environment happy-dom
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {limitStorage} from '../../../test/support/limited-storage.ts';
import type {PersisterError} from '../../errors.ts';
import type {EncodedChanges, EncodedContent} from '../../store/internals.ts';
import type {GetContent} from '../engine/storage-adapter.ts';
import type {StorageArea} from './storage-access.ts';
import {WebStorage, type WebStorageOptions} from './web-storage.ts';

const SETTLED_MS = 5_001;
const IDLE_MS = 30_000;
const LARGE: WebStorageOptions = {journalThresholdLength: 10};

const content = (age: number): EncodedContent => [{pets: {fido: {species: 'dog', age}}}, {}];
const text = (age: number): string => JSON.stringify(content(age));
const age = (value: number): EncodedChanges => [{pets: {fido: {age: value}}}, {}, 1];
const set = (id: string, value: string | number): EncodedChanges => [{}, {[id]: value}, 1];
const getter = (whole: EncodedContent): GetContent =>
  Object.assign(() => structuredClone(whole), {holdsMore: false});

let reported: PersisterError[];
const open = (options?: WebStorageOptions, area: StorageArea = 'localStorage'): WebStorage =>
  new WebStorage(
    area,
    'pets',
    {parts: (getContent) => [JSON.stringify(getContent())]},
    (error) => reported.push(error),
    options,
  );

/** Another tab, and what it has read. */
const openAnother = async (options?: WebStorageOptions): Promise<WebStorage> => {
  const storage = open(options);
  await storage.read();
  return storage;
};

const stored = (): Promise<unknown> => open().read();
const keys = (storage = localStorage): string[] =>
  Object.keys(storage).filter((key) => key !== 'pets');
const later = (milliseconds: number): void => void vi.setSystemTime(Date.now() + milliseconds);

/** Calls `intercept` before anything is written to local storage, until `vi.unstubAllGlobals()`. */
const interceptWrites = (intercept: (key: string, value: string) => void): void => {
  const storage = localStorage;
  const setItem = (key: string, value: string): void => {
    intercept(key, value);
    storage.setItem(key, value);
  };
  const get = (target: Storage, property: string): unknown =>
    property === 'setItem' ? setItem : Reflect.get(target, property);
  vi.stubGlobal('localStorage', new Proxy(storage, {get}));
};

beforeEach(() => {
  vi.useFakeTimers({toFake: ['Date'], now: 1_795_000_000_000});
  localStorage.clear();
  sessionStorage.clear();
  reported = [];
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('A small text in local storage', () => {
  it('holds each change at once, and after a while there is nothing beside it', async () => {
    const storage = open();
    await storage.write(getter(content(1)));
    await storage.writeChanges(age(2), getter(content(2)));
    expect(localStorage.getItem('pets')).toBe(text(2));
    expect(keys().length).toBeGreaterThan(0);
    later(IDLE_MS);
    await storage.tidy(getter(content(2)));
    expect(Object.keys(localStorage)).toStrictEqual(['pets']);
    expect(await stored()).toStrictEqual(content(2));
    expect(reported).toStrictEqual([]);
  });

  it('has few records beside it, however many changes there are', async () => {
    const storage = open();
    await storage.write(getter(content(0)));
    for (let value = 1; value <= 50; value++) {
      later(SETTLED_MS);
      await storage.writeChanges(age(value), getter(content(value)));
    }
    expect(keys().length).toBeLessThan(5);
  });

  it('can be overwritten by a tab that does not know of a change: nothing is lost', async () => {
    await open().write(getter(content(0)));
    const [one, other] = [await openAnother(), await openAnother()];
    await one.writeChanges(age(5), getter(content(5)));
    const before = localStorage.getItem('pets') ?? '';
    await other.read();
    await other.writeChanges(set('open', 1), getter([content(5)[0], {open: 1}]));
    localStorage.setItem('pets', before);
    expect(await stored()).toStrictEqual([content(5)[0], {open: 1}]);

    localStorage.setItem('pets', text(0));
    expect(await stored()).not.toStrictEqual(content(0));
    await other.tidy(getter(content(99)));
    expect(localStorage.getItem('pets')).toBe(JSON.stringify([content(5)[0], {open: 1}]));
    expect(reported).toStrictEqual([]);
  });

  it('does not come back when it has been removed', async () => {
    const storage = open();
    await storage.write(getter(content(1)));
    localStorage.removeItem('pets');
    expect(await stored()).toBeUndefined();
    await expect(storage.writeChanges(age(2), getter(content(2)))).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await storage.read();
    await storage.write(getter([{}, {open: 1}]));
    expect(await stored()).toStrictEqual([{}, {open: 1}]);
    expect(reported).toStrictEqual([]);
  });

  it('is told from that of a stranger by tabs that look at any moment while it is stored first', async () => {
    const storage = open();
    const looks: Promise<unknown>[] = [];
    interceptWrites((key) => {
      if (!key.includes('unreadable')) looks.push(stored());
    });
    await storage.write(getter(content(1)));
    vi.unstubAllGlobals();
    looks.push(stored());
    const [before, ...seen] = await Promise.all(looks);
    expect(before).toBeUndefined();
    expect(seen.length).toBeGreaterThan(2);
    for (const one of seen) expect(one).toStrictEqual(content(1));
    expect(reported).toStrictEqual([]);
  });

  it('is found, if the tab that stores it first is killed before it is written', async () => {
    const storage = open();
    interceptWrites((key) => {
      if (key === 'pets') throw new Error('killed');
    });
    await storage.write(getter(content(1)));
    vi.unstubAllGlobals();
    expect(localStorage.getItem('pets')).toBeNull();
    expect(reported).toMatchObject([{code: 'UNAVAILABLE', cause: {message: 'killed'}}]);
    expect(await stored()).toStrictEqual(content(1));
  });
});

describe('A large text', () => {
  it('is not replaced for a change, which takes a short record', async () => {
    const storage = open(LARGE);
    await storage.write(getter(content(1)));
    const before = keys();
    const written: string[] = [];
    interceptWrites((key, value) => written.push(key, value));
    await storage.writeChanges(age(2), getter(content(2)));
    expect(localStorage.getItem('pets')).toBe(text(1));
    expect([written[0]]).toStrictEqual(keys().filter((key) => !before.includes(key)));
    expect(written.join('').length).toBeLessThan(130);
    expect(await stored()).toStrictEqual(content(2));
  });

  it('holds all changes when it has been tidied, and after a while there is nothing beside it', async () => {
    const storage = open(LARGE);
    await storage.write(getter(content(1)));
    await storage.writeChanges(age(2), getter(content(2)));
    later(IDLE_MS);
    await storage.tidy(getter(content(2)));
    expect(localStorage.getItem('pets')).toBe(text(2));
    expect(keys()).toHaveLength(1);
    later(IDLE_MS);
    await storage.tidy(getter(content(2)));
    expect(keys()).toStrictEqual([]);
  });

  it('is replaced when a hundred changes have come together', async () => {
    const storage = open(LARGE);
    await storage.write(getter(content(0)));
    for (let value = 1; value <= 99; value++) {
      await storage.writeChanges(age(value), getter(content(value)));
    }
    later(2 * SETTLED_MS);
    expect(localStorage.getItem('pets')).toBe(text(0));
    await storage.writeChanges(age(100), getter(content(100)));
    expect(localStorage.getItem('pets')).toBe(text(100));
    expect(keys().length).toBeLessThan(5);
    expect(await stored()).toStrictEqual(content(100));
  });

  it('is tidied with what is stored while a transaction is open', async () => {
    const storage = open(LARGE);
    await storage.write(getter(content(1)));
    await storage.writeChanges(age(2), getter(content(2)));
    const busy = Object.assign(
      () => {
        throw new Error('A transaction is open');
      },
      {holdsMore: false},
    );
    await storage.tidy(busy);
    expect(localStorage.getItem('pets')).toBe(text(2));
  });

  it('gives the changes of others, in the order in which they were made', async () => {
    await open(LARGE).write(getter(content(0)));
    const [one, other] = [await openAnother(LARGE), await openAnother(LARGE)];
    await other.writeChanges(age(1), getter(content(1)));
    await other.writeChanges(age(2), getter(content(2)));
    const attempt = one.writeChanges(set('open', 1), getter([content(0)[0], {open: 1}]));
    await expect(attempt).rejects.toMatchObject({code: 'CONFLICT', changes: [age(1), age(2)]});
    await one.writeChanges(set('open', 1), getter([content(2)[0], {open: 1}]));
    expect(await stored()).toStrictEqual([content(2)[0], {open: 1}]);
  });

  it('is to be read if a change of others came before one of ours', async () => {
    await open(LARGE).write(getter(content(0)));
    const [one, other] = [await openAnother(LARGE), await openAnother(LARGE)];
    await other.writeChanges(age(1), getter(content(1)));
    const [theirs = ''] = keys().filter((key) => localStorage.getItem(key)?.includes('"age":1'));
    const record = localStorage.getItem(theirs) ?? '';
    localStorage.removeItem(theirs); // has not got here yet
    later(5);
    await one.writeChanges(age(2), getter(content(2)));
    localStorage.setItem(theirs, record);
    const attempt = one.writeChanges(age(3), getter(content(3)));
    await expect(attempt).rejects.toMatchObject({code: 'CONFLICT'});
    await expect(attempt).rejects.not.toHaveProperty('changes');
    expect(await one.read()).toStrictEqual(content(2));
  });

  it('tells of the changes of others as such', async () => {
    await open(LARGE).write(getter(content(0)));
    const [one, other] = [await openAnother(LARGE), await openAnother(LARGE)];
    const seen: unknown[] = [];
    const stop = await one.watch((change) => seen.push(change));
    for (const value of [1, 2]) {
      await other.writeChanges(age(value), getter(content(value)));
      const key = keys().at(-1) ?? '';
      dispatchEvent(new StorageEvent('storage', {storageArea: localStorage, key}));
    }
    expect(seen).toStrictEqual([age(1), age(2)]);
    stop();
  });

  it.each([
    ['has been replaced by a program that knows of no journal', '[{},{"other":1}]', {other: 1}],
    ['has been replaced by another of the same length', text(3), {}],
  ])('that %s keeps apart from it what was in the journal', async (_, theirs, values) => {
    const storage = open(LARGE);
    await storage.write(getter(content(1)));
    await storage.writeChanges(age(2), getter(content(2)));
    localStorage.setItem('pets', theirs);
    expect(await stored()).toStrictEqual([(JSON.parse(theirs) as unknown[])[0], values]);
    expect(reported).toMatchObject([{code: 'UNREADABLE', phase: 'load'}]);
    const aside = localStorage.getItem(reported[0]?.setAsideAs ?? '') ?? '';
    expect(reported[0]?.setAsideAs).toMatch(/^pets\.journal\.unreadable-/);
    expect(aside.split('\n').at(-1)).toContain('"age":2');
    await stored();
    expect(reported).toHaveLength(1);
  });

  it.each(['{"base":"', 'null', '{"base":1}', '{"bases":1}'])(
    'has a record %s set aside, and takes the others',
    async (damaged) => {
      const storage = open(LARGE);
      await storage.write(getter(content(1)));
      await storage.writeChanges(age(2), getter(content(2)));
      const key = keys().at(-1) ?? '';
      await storage.writeChanges(set('open', 1), getter([content(2)[0], {open: 1}]));
      localStorage.setItem(key, damaged);
      expect(await stored()).toStrictEqual([content(1)[0], {open: 1}]);
      expect(localStorage.getItem(reported[0]?.setAsideAs ?? '')).toBe(damaged);
    },
  );
});

describe('A storage that is full', () => {
  it('takes a text of which there is no room for two', async () => {
    limitStorage('localStorage', 1_500);
    const whole: EncodedContent = [content(1)[0], {story: 'x'.repeat(1_000)}];
    await open(LARGE).write(getter(whole));
    expect(localStorage.getItem('pets')).toBe(JSON.stringify(whole));
    const other = await openAnother(LARGE);
    await other.write(getter([content(1)[0], {story: 'y'.repeat(1_100)}]));
    expect(localStorage.getItem('pets')).toContain('yyy');
    expect(reported).toStrictEqual([]);
  });

  /** What the keys and values in local storage take. */
  const used = (): number =>
    Object.keys(localStorage).reduce(
      (sum, key) => sum + key.length + (localStorage.getItem(key)?.length ?? 0),
      0,
    );

  it('fails with QUOTA, and all stays as it was', async () => {
    const storage = open(LARGE);
    await storage.write(getter(content(1)));
    limitStorage('localStorage', used() + 10);
    const whole: EncodedContent = [content(1)[0], {story: 'x'.repeat(500)}];
    const change = set('story', 'x'.repeat(500));
    await expect(storage.writeChanges(change, getter(whole))).rejects.toMatchObject({
      code: 'QUOTA',
    });
    expect(await stored()).toStrictEqual(content(1));
    vi.unstubAllGlobals();
    await storage.writeChanges(change, getter(whole));
    expect(await stored()).toStrictEqual(whole);
  });

  it('takes what makes room', async () => {
    const storage = open(LARGE);
    const whole: EncodedContent = [content(1)[0], {story: 'x'.repeat(500)}];
    await storage.write(getter(whole));
    limitStorage('localStorage', used());
    await storage.writeChanges([{}, {story: undefined}, 1], getter(content(1)));
    expect(localStorage.getItem('pets')).toBe(text(1));
    expect(keys().filter((key) => !key.endsWith('.mark'))).toStrictEqual([]);
    expect(await stored()).toStrictEqual(content(1));
  });

  it('has a change as soon as its record fits, and says that the text does not', async () => {
    const storage = open();
    await storage.write(getter(content(1)));
    const story = 'x'.repeat(500);
    const whole: EncodedContent = [content(1)[0], {story}];
    limitStorage('localStorage', used() + 700);
    await storage.writeChanges(set('story', story), getter(whole));
    expect(reported).toMatchObject([{code: 'QUOTA', phase: 'save'}]);
    expect(localStorage.getItem('pets')).toBe(text(1));
    expect(await stored()).toStrictEqual(whole);
  });
});

describe('A text so long that there cannot be room for two', () => {
  const story = 'x'.repeat(2_600_000);

  it('is replaced at once, and what another tab changes meanwhile goes on with it', async () => {
    await open().write(getter(content(1)));
    const [one, other] = [await openAnother(), await openAnother()];
    const before = keys();
    await other.writeChanges(set('open', 1), getter([content(1)[0], {open: 1}]));
    const theirs = keys().filter((key) => !before.includes(key) && !key.endsWith('.mark'));
    const records = theirs.map((key) => [key, localStorage.getItem(key) ?? ''] as const);
    // None of this has got here yet.
    for (const key of keys()) if (!before.includes(key)) localStorage.removeItem(key);
    localStorage.setItem('pets', text(1));
    await one.write(getter([content(1)[0], {story}]));
    for (const [key, record] of records) localStorage.setItem(key, record);
    expect(await stored()).toStrictEqual([content(1)[0], {story, open: 1}]);
    expect(reported).toStrictEqual([]);
  });
});

describe("The format 'compatible'", () => {
  const compatible: WebStorageOptions = {...LARGE, format: 'compatible'};

  it('is always one key', async () => {
    const storage = open(compatible);
    await storage.write(getter(content(1)));
    await storage.writeChanges(age(2), getter(content(2)));
    await storage.tidy(getter(content(2)));
    expect(localStorage.getItem('pets')).toBe(text(2));
    expect(keys()).toStrictEqual([]);
  });

  it('takes over what is in a journal', async () => {
    const other = open(LARGE);
    await other.write(getter(content(1)));
    await other.writeChanges(age(2), getter(content(2)));
    const storage = open(compatible);
    expect(await storage.read()).toStrictEqual(content(2));
    await storage.writeChanges(age(3), getter(content(3)));
    expect(localStorage.getItem('pets')).toBe(text(3));
    expect(keys()).toStrictEqual([]);
  });
});

describe('Session storage, which is of one tab', () => {
  it('has a small text under one key only', async () => {
    const storage = open({}, 'sessionStorage');
    await storage.write(getter(content(1)));
    await storage.writeChanges(age(2), getter(content(2)));
    expect(sessionStorage.getItem('pets')).toBe(text(2));
    expect(keys(sessionStorage)).toStrictEqual([]);
  });

  it('has a journal beside a large text until it is tidied', async () => {
    const storage = open(LARGE, 'sessionStorage');
    await storage.write(getter(content(1)));
    await storage.writeChanges(age(2), getter(content(2)));
    expect(sessionStorage.getItem('pets')).toBe(text(1));
    expect(keys(sessionStorage)).toHaveLength(1);
    expect(await open(LARGE, 'sessionStorage').read()).toStrictEqual(content(2));
    later(IDLE_MS);
    await storage.tidy(getter(content(2)));
    expect(sessionStorage.getItem('pets')).toBe(text(2));
  });
});
