// @vitest-environment happy-dom
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {limitStorage} from '../../../test/support/limited-storage.ts';
import type {PersisterError} from '../../errors.ts';
import {createStore} from '../../store/index.ts';
import type {Persister} from '../engine/persister-types.ts';
import {createLocalPersister, createSessionPersister} from './index.ts';

/** A limit is here to end what hangs. */
const PATIENTLY = {timeout: 30_000, interval: 5};
const AT_ONCE = {retry: {minDelayMs: 1, maxDelayMs: 2}};

const errors: PersisterError[] = [];
const onIgnoredError = (error: unknown): void => void errors.push(error as PersisterError);

const persisters: {destroy(): Promise<unknown>}[] = [];
const ended = <P extends Persister>(persister: P): P => {
  persisters.push(persister);
  return persister;
};

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  errors.length = 0;
});
afterEach(async () => {
  await Promise.all(persisters.splice(0).map((persister) => persister.destroy()));
  vi.unstubAllGlobals();
});

/** What a browser tells the other tabs after a write. */
const announce = (key: string | null, storageArea = localStorage): void => {
  const newValue = key === null ? null : storageArea.getItem(key);
  dispatchEvent(new StorageEvent('storage', {storageArea, key, newValue}));
};

const both = [
  {name: 'createSessionPersister', create: createSessionPersister, area: 'sessionStorage'},
  {name: 'createLocalPersister', create: createLocalPersister, area: 'localStorage'},
] as const;

describe.each(both)('$name', ({create, area}) => {
  it('keeps what the store holds under its name, as JSON', async () => {
    const store = createStore()
      .setTables({
        pets: {
          fido: {species: 'dog', age: 4, sold: true, price: 5.5, nick: null, tags: ['a', 'b']},
          felix: {species: 'cat', sold: false, meta: {k: 1}},
        },
      })
      .setValues({open: true, employees: 3, theme: {dark: true}});
    await ended(create(store, 'petStore', {strict: true})).save();
    const text =
      '[{"pets":{"fido":{"species":"dog","age":4,"sold":true,"price":5.5,"nick":null,' +
      '"tags":"\uFFFD[\\"a\\",\\"b\\"]"},"felix":{"species":"cat","sold":false,' +
      '"meta":"\uFFFD{\\"k\\":1}"}}},{"open":true,"employees":3,"theme":"\uFFFD{\\"dark\\":true}"}]';
    expect(globalThis[area].getItem('petStore')).toBe(text);
    const others = [...Object.keys(localStorage), ...Object.keys(sessionStorage)];
    expect(others.filter((key) => !key.startsWith('petStore.journal.'))).toStrictEqual([
      'petStore',
    ]);
    expect(sessionStorage.length).toBe(area === 'sessionStorage' ? 1 : 0);

    const other = createStore();
    await ended(create(other, 'petStore', {strict: true})).load();
    expect(other.getContent()).toEqual(store.getContent());
  });

  it('can be asked for its name', () => {
    expect(ended(create(createStore(), 'petStore')).getStorageName()).toBe('petStore');
  });

  it.each([
    [undefined, undefined],
    [7, undefined],
    ['pets', 'options'],
    ['pets', {timeoutMs: 'long'}],
  ])('refuses (store, %j, %j)', (storageName, options) => {
    expect(() => create(createStore(), storageName as string, options as never)).toThrow(TypeError);
  });

  it('finds nothing on the first run without calling that an error', async () => {
    const store = createStore();
    const persister = ended(create(store, 'petStore', onIgnoredError));
    await persister.startAutoPersisting([{pets: {fido: {species: 'dog'}}}, {}]);
    expect(persister.getState()).toMatchObject({load: 'empty', pending: 0});
    expect(globalThis[area].getItem('petStore')).toBe('[{"pets":{"fido":{"species":"dog"}}},{}]');
    expect(errors).toStrictEqual([]);
  });

  it('saves what changes, and does not load that again', async () => {
    const store = createStore();
    const persister = ended(create(store, 'petStore', onIgnoredError));
    await persister.startAutoPersisting();
    for (let age = 0; age < 100; age++) store.setCell('pets', 'fido', 'age', age);
    await persister.whenSaved();
    expect(globalThis[area].getItem('petStore')).toBe('[{"pets":{"fido":{"age":99}}},{}]');
    expect(persister.getStats()).toStrictEqual({loads: 1, saves: 101});
  });

  it('works on without storage, and says what is wrong', async () => {
    vi.stubGlobal(area, undefined);
    const store = createStore();
    const persister = ended(create(store, 'petStore', onIgnoredError));
    await persister.startAutoPersisting([{pets: {fido: {species: 'dog'}}}, {}]);
    expect(store.getCell('pets', 'fido', 'species')).toBe('dog');
    store.setCell('pets', 'fido', 'age', 4);
    await expect(persister.whenSaved()).rejects.toMatchObject({code: 'UNAVAILABLE'});
    expect(persister.isAutoLoading()).toBe(false);
    expect(persister.getState()).toMatchObject({load: 'failed', blocked: true});
    expect(errors.map(({code}) => code)).toContain('UNAVAILABLE');
  });

  it('never writes over what it cannot read, unless it is told to: then it keeps it', async () => {
    const storage = globalThis[area];
    storage.setItem('petStore', '[{"pets":{"fido":{"spec');
    const store = createStore();
    const persister = ended(create(store, 'petStore', onIgnoredError));
    await persister.startAutoPersisting([{pets: {felix: {species: 'cat'}}}, {}]);
    store.setCell('pets', 'felix', 'age', 4);
    await expect(persister.whenSaved()).rejects.toMatchObject({code: 'UNREADABLE'});
    expect(Object.keys(storage)).toStrictEqual(['petStore']);
    expect(storage.getItem('petStore')).toBe('[{"pets":{"fido":{"spec');

    await persister.save();
    expect(storage.getItem('petStore')).toBe('[{"pets":{"felix":{"species":"cat","age":4}}},{}]');
    const setAsideAs = errors.at(-1)?.setAsideAs ?? '';
    expect(setAsideAs).toMatch(/^petStore\.unreadable-/);
    expect(storage.getItem(setAsideAs)).toBe('[{"pets":{"fido":{"spec');
  });

  it('keeps the old content if the new does not fit, and saves as soon as it does', async () => {
    const store = createStore().setTables({pets: {fido: {species: 'dog'}}});
    const persister = ended(create(store, 'petStore', {...AT_ONCE, onIgnoredError}));
    await persister.startAutoSave();
    limitStorage(area, 60);
    store.setCell('pets', 'fido', 'story', 'x'.repeat(60));
    await expect.poll(() => persister.getState().lastError?.code, PATIENTLY).toBe('QUOTA');
    expect(persister.getState().pending).toBe(1);
    expect(globalThis[area].getItem('petStore')).toBe('[{"pets":{"fido":{"species":"dog"}}},{}]');

    const saved = persister.whenSaved();
    vi.unstubAllGlobals();
    await saved;
    expect(globalThis[area].getItem('petStore')).toBe(
      `[{"pets":{"fido":{"species":"dog","story":"${'x'.repeat(60)}"}}},{}]`,
    );
    expect(persister.getState().lastError).toBeUndefined();
  });

  it('loads what another tab has stored', async () => {
    const store = createStore();
    const persister = ended(create(store, 'petStore', onIgnoredError));
    await persister.startAutoLoad();
    globalThis[area].setItem('petStore', '[{"pets":{"toto":{"species":"dog"}}},{}]');
    announce('petStore', globalThis[area]);
    expect(store.getTables()).toEqual({pets: {toto: {species: 'dog'}}});
    globalThis[area].removeItem('petStore');
    announce('petStore', globalThis[area]);
    await expect.poll(() => persister.getState().load, PATIENTLY).toBe('empty');
    expect(store.getTables()).toEqual({pets: {toto: {species: 'dog'}}});
    await persister.stopAutoLoad();
    globalThis[area].setItem('petStore', '[{},{}]');
    announce('petStore', globalThis[area]);
    expect(store.getTables()).toEqual({pets: {toto: {species: 'dog'}}});
    expect(errors).toStrictEqual([]);
  });

  it.each([
    ['tells', true],
    ['does not tell', false],
  ])('loses nothing of two tabs that write at once, if the browser %s them', async (_, isTold) => {
    const stores = [createStore(), createStore()] as const;
    const tabs = stores.map((store) => ended(create(store, 'petStore', onIgnoredError)));
    for (const tab of tabs) await tab.startAutoPersisting();
    for (let round = 0; round < 10; round++) {
      stores.forEach((store, tab) => store.setCell('pets', `tab${tab}`, `cell${round}`, round));
      await Promise.all(tabs.map((tab) => tab.whenSaved()));
      if (isTold) announce('petStore', globalThis[area]);
    }
    const cells = Object.fromEntries(
      Array.from({length: 10}, (_, round) => [`cell${round}`, round]),
    );
    expect(JSON.parse(globalThis[area].getItem('petStore') ?? '')).toStrictEqual([
      {pets: {tab0: cells, tab1: cells}},
      {},
    ]);
    await Promise.all(tabs.map((tab) => tab.load()));
    for (const store of stores) expect(store.getTable('pets')).toEqual({tab0: cells, tab1: cells});
    expect(errors).toStrictEqual([]);
  });
});
