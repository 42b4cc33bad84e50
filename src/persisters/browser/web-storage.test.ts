// @vitest-environment happy-dom
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {limitStorage} from '../../../test/support/limited-storage.ts';
import {PersisterError} from '../../errors.ts';
import type {EncodedContent} from '../../store/internals.ts';
import type {GetContent} from '../engine/storage-adapter.ts';
import {WebStorage, type WebStorageOptions} from './web-storage.ts';

const DOG: EncodedContent = [{pets: {fido: {species: 'dog'}}}, {}];
const CAT: EncodedContent = [{pets: {felix: {species: 'cat', tags: '\uFFFD["a"]'}}}, {open: true}];

const getter = (content: EncodedContent): GetContent =>
  Object.assign(() => content, {holdsMore: false});

const reported: PersisterError[] = [];
const report = (error: PersisterError): void => void reported.push(error);

const open = (options?: WebStorageOptions): WebStorage =>
  new WebStorage(
    'localStorage',
    'pets',
    {parts: (getContent) => [JSON.stringify(getContent())]},
    report,
    options,
  );

/** What a browser tells the other tabs. */
const announce = (init: StorageEventInit): void => {
  dispatchEvent(new StorageEvent('storage', {storageArea: localStorage, key: 'pets', ...init}));
};

/** What the keys and values in local storage take. */
const usedUnits = (): number =>
  Object.keys(localStorage).reduce(
    (sum, key) => sum + key.length + (localStorage.getItem(key)?.length ?? 0),
    0,
  );

beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

/** Puts `storage` in the place of the host's, as a variable that runs a function. */
const replaceStorage = (get: () => unknown): (() => void) => {
  const original = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
  Object.defineProperty(globalThis, 'localStorage', {configurable: true, get});
  return () => {
    if (original) Object.defineProperty(globalThis, 'localStorage', original);
  };
};

describe('WebStorage.read', () => {
  it('reads what is there', async () => {
    localStorage.setItem('pets', JSON.stringify(CAT));
    expect(await open().read()).toStrictEqual(CAT);
  });

  it('restores what JSON does not have', async () => {
    localStorage.setItem('pets', '[{"t":{"r":{"c":"\uFFFC"}}},{}]');
    expect(await open().read()).toStrictEqual([{t: {r: {c: undefined}}}, {}]);
  });

  it('finds nothing under another key, in the other storage, or in an empty text', async () => {
    localStorage.setItem('pet', JSON.stringify(CAT));
    sessionStorage.setItem('pets', JSON.stringify(CAT));
    expect(await open().read()).toBeUndefined();
    localStorage.setItem('pets', '');
    expect(await open().read()).toBeUndefined();
    sessionStorage.clear();
  });

  it.each(['{', 'pets', '[{"pets":', '\u0000'])('finds %j UNREADABLE', async (text) => {
    localStorage.setItem('pets', text);
    await expect(open().read()).rejects.toMatchObject({
      code: 'UNREADABLE',
      phase: 'load',
      storage: 'localStorage:pets',
      retriable: false,
    });
    expect(localStorage.getItem('pets')).toBe(text);
  });
});

describe('WebStorage.write', () => {
  it('replaces what is there', async () => {
    const storage = open();
    await storage.write(getter(DOG));
    await storage.write(getter(CAT));
    expect(localStorage.getItem('pets')).toBe(JSON.stringify(CAT));
    expect(await storage.read()).toStrictEqual(CAT);
  });

  it('is done in the turn in which it is called, as there may be no other', () => {
    void open().write(getter(CAT));
    expect(localStorage.getItem('pets')).toBe(JSON.stringify(CAT));
  });

  it.each([
    ['changed', () => localStorage.setItem('pets', '[{},{}]'), '[{},{}]'],
    ['removed', () => localStorage.removeItem('pets'), null],
  ])('is a CONFLICT if somebody has %s it', async (_, interfere, left) => {
    const storage = open();
    await storage.write(getter(DOG));
    interfere();
    await expect(storage.write(getter(CAT))).rejects.toMatchObject({
      code: 'CONFLICT',
      phase: 'save',
      retriable: true,
    });
    expect(localStorage.getItem('pets')).toBe(left);
    await storage.read();
    await storage.write(getter(CAT));
    expect(localStorage.getItem('pets')).toBe(JSON.stringify(CAT));
  });

  it('is a CONFLICT if there was nothing before', async () => {
    const storage = open();
    await storage.read();
    localStorage.setItem('pets', JSON.stringify(DOG));
    await expect(storage.write(getter(CAT))).rejects.toMatchObject({code: 'CONFLICT'});
  });

  it('fails with QUOTA if it does not fit, and the old content stays', async () => {
    const storage = open();
    await storage.write(getter(DOG));
    limitStorage('localStorage', usedUnits() + 20);
    await expect(storage.write(getter(CAT))).rejects.toMatchObject({
      code: 'QUOTA',
      phase: 'save',
      retriable: true,
      cause: {name: 'QuotaExceededError'},
    });
    expect(localStorage.getItem('pets')).toBe(JSON.stringify(DOG));
    await storage.write(getter([{}, {}]));
    expect(localStorage.getItem('pets')).toBe('[{},{}]');
  });

  it('lets pass what getContent throws', async () => {
    const storage = open();
    await storage.write(getter(DOG));
    const busy = new PersisterError('UNAVAILABLE', 'A transaction is open', {
      phase: 'save',
      storage: 'localStorage:pets',
      retriable: true,
    });
    const getContent = Object.assign(
      () => {
        throw busy;
      },
      {holdsMore: false},
    );
    await expect(storage.write(getContent)).rejects.toBe(busy);
    expect(localStorage.getItem('pets')).toBe(JSON.stringify(DOG));
  });
});

describe('WebStorage.watch', () => {
  const watch = async (storage = open()): Promise<unknown[]> => {
    const seen: unknown[] = [];
    const stop = await storage.watch((change) => seen.push(change));
    stops.push(stop);
    return seen;
  };
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  it('hands on what the event holds', async () => {
    const seen = await watch();
    const newValue = JSON.stringify(CAT);
    localStorage.setItem('pets', newValue);
    announce({newValue});
    expect(seen).toStrictEqual([CAT]);
  });

  it.each([
    ['does not say what is new', {}],
    ['has been overtaken', {newValue: JSON.stringify(DOG)}],
    ['tells that everything has been removed', {key: null}],
  ])('hands on what is stored by now if the event %s', async (_, init) => {
    const seen = await watch();
    localStorage.setItem('pets', JSON.stringify(CAT));
    announce(init);
    expect(seen).toStrictEqual([CAT]);
  });

  it.each(['<html>', '[1,2]', '"text"'])('asks for a read if the event holds %s', async (text) => {
    const seen = await watch();
    localStorage.setItem('pets', text);
    announce({newValue: text});
    expect(seen).toStrictEqual([undefined]);
  });

  it('does not care about other keys and the other storage', async () => {
    const seen = await watch();
    announce({key: 'pet'});
    announce({storageArea: sessionStorage});
    announce({storageArea: sessionStorage, key: null});
    expect(seen).toStrictEqual([]);
  });

  it('has nothing to tell of what has been read or written since', async () => {
    const storage = open();
    const seen = await watch(storage);
    await storage.write(getter(DOG));
    announce({newValue: JSON.stringify(DOG)});
    localStorage.setItem('pets', JSON.stringify(CAT));
    await storage.read();
    announce({newValue: JSON.stringify(CAT)});
    expect(seen).toStrictEqual([]);
  });

  it('tells that what has been told of is gone again', async () => {
    const storage = open();
    await storage.write(getter(DOG));
    const seen = await watch(storage);
    localStorage.setItem('pets', JSON.stringify(CAT));
    announce({newValue: JSON.stringify(CAT)});
    localStorage.setItem('pets', JSON.stringify(DOG));
    await expect(storage.write(getter(DOG))).rejects.toMatchObject({code: 'CONFLICT'});
    announce({newValue: JSON.stringify(DOG)});
    expect(seen).toStrictEqual([CAT, DOG]);
  });

  it('does not lead the next write into believing that the change is known', async () => {
    const storage = open();
    await storage.write(getter(DOG));
    await watch(storage);
    const newValue = JSON.stringify(CAT);
    localStorage.setItem('pets', newValue);
    announce({newValue});
    await expect(storage.write(getter(DOG))).rejects.toMatchObject({code: 'CONFLICT'});
  });

  it('ends when it is told to', async () => {
    const seen = await watch();
    stops.pop()?.();
    announce({});
    expect(seen).toStrictEqual([]);
  });

  it('is UNAVAILABLE where there are no events', async () => {
    vi.stubGlobal('addEventListener', undefined);
    await expect(watch()).rejects.toMatchObject({code: 'UNAVAILABLE', phase: 'listen'});
  });
});

describe('WebStorage.setAside', () => {
  const GARBAGE = '[{"pets":{"fido":';

  const openUnreadable = async (): Promise<WebStorage> => {
    localStorage.setItem('pets', GARBAGE);
    const storage = open();
    await expect(storage.read()).rejects.toMatchObject({code: 'UNREADABLE'});
    return storage;
  };

  it('moves the text, as it is, to a key with a time stamp', async () => {
    const storage = await openUnreadable();
    const key = await storage.setAside();
    expect(key).toMatch(/^pets\.unreadable-\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(localStorage.getItem(key)).toBe(GARBAGE);
    expect(localStorage.getItem('pets')).toBeNull();
    await storage.write(getter(CAT));
    expect(localStorage.getItem('pets')).toBe(JSON.stringify(CAT));
  });

  it('keeps what was set aside before, be it in the same millisecond', async () => {
    vi.useFakeTimers({toFake: ['Date']});
    try {
      const first = await (await openUnreadable()).setAside();
      const second = await (await openUnreadable()).setAside();
      expect(second).not.toBe(first);
      expect(localStorage.getItem(first)).toBe(GARBAGE);
      expect(localStorage.getItem(second)).toBe(GARBAGE);
    } finally {
      vi.useRealTimers();
    }
  });

  it('does so too if there is no room for a copy', async () => {
    const storage = await openUnreadable();
    limitStorage('localStorage', 70);
    const key = await storage.setAside();
    expect(localStorage.getItem(key)).toBe(GARBAGE);
    expect(localStorage.getItem('pets')).toBeNull();
  });

  it('leaves it where it is if there is no room at all', async () => {
    const storage = await openUnreadable();
    limitStorage('localStorage', 30);
    await expect(storage.setAside()).rejects.toMatchObject({code: 'QUOTA'});
    expect(Object.keys(localStorage)).toStrictEqual(['pets']);
    expect(localStorage.getItem('pets')).toBe(GARBAGE);
  });

  it('is a CONFLICT if somebody has mended it meanwhile', async () => {
    const storage = await openUnreadable();
    localStorage.setItem('pets', JSON.stringify(CAT));
    await expect(storage.setAside()).rejects.toMatchObject({code: 'CONFLICT'});
    expect(localStorage.getItem('pets')).toBe(JSON.stringify(CAT));
  });
});

describe('A WebStorage without storage', () => {
  const blocked = (): never => {
    throw new DOMException('Access is denied for this document.', 'SecurityError');
  };
  it.each([
    ['missing', () => undefined, 'UNAVAILABLE'],
    ['switched off', () => null, 'UNAVAILABLE'],
    ['blocked', blocked, 'DENIED'],
  ])('that is %s says so, whatever is done', async (_, get, code) => {
    const restore = replaceStorage(get);
    try {
      const storage = open();
      const expected = {code, retriable: false, storage: 'localStorage:pets'};
      await expect(storage.read()).rejects.toMatchObject({...expected, phase: 'load'});
      await expect(storage.write(getter(CAT))).rejects.toMatchObject({...expected, phase: 'save'});
      await expect(storage.setAside()).rejects.toMatchObject({...expected, phase: 'save'});
      await expect(storage.watch(() => undefined)).rejects.toMatchObject({
        ...expected,
        phase: 'listen',
      });
    } finally {
      restore();
    }
  });

  it('finds it as soon as there is one', async () => {
    localStorage.setItem('pets', JSON.stringify(CAT));
    const storage = open();
    const restore = replaceStorage(() => undefined);
    try {
      await expect(storage.read()).rejects.toMatchObject({code: 'UNAVAILABLE'});
    } finally {
      restore();
    }
    expect(await storage.read()).toStrictEqual(CAT);
  });

  it('is UNAVAILABLE, retriable, if it fails in a way of its own', async () => {
    const restore = replaceStorage(() => {
      throw new DOMException('The file is corrupt.', 'NS_ERROR_FILE_CORRUPTED');
    });
    try {
      await expect(open().read()).rejects.toMatchObject({code: 'UNAVAILABLE', retriable: true});
    } finally {
      restore();
    }
  });
});
