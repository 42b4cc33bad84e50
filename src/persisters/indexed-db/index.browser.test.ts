/** What is particular to IndexedDB, in a real browser. */
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {deleteDatabase, dump, makeDatabase, putRecord} from '../../../test/support/raw-database.ts';
import type {PersisterError} from '../../errors.ts';
import {createStore} from '../../store/index.ts';
import {virtualClock} from '../../testing/index.ts';
import {createIndexedDbPersister, type IndexedDbPersisterOptions} from './index.ts';
import {JOURNAL, type JournalRecord, ROWS} from './layout.ts';

/** A limit is here to end what hangs. */
const PATIENTLY = {timeout: 30_000, interval: 5};

let test = 0;
let dbName = '';
const persisters: {destroy(): Promise<unknown>}[] = [];
const errors: PersisterError[] = [];

beforeEach(() => {
  dbName = `particular-${++test}`;
  errors.length = 0;
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await Promise.all(persisters.splice(0).map((persister) => persister.destroy()));
  await deleteDatabase(dbName);
});

const open = (options: IndexedDbPersisterOptions = {}) => {
  const store = createStore();
  const persister = createIndexedDbPersister(store, dbName, undefined, {
    onIgnoredError: (error) => errors.push(error as PersisterError),
    retry: {minDelayMs: 1, maxDelayMs: 20},
    ...options,
  });
  persisters.push(persister);
  return {store, persister};
};

const start = async (options: IndexedDbPersisterOptions = {}) => {
  const app = open(options);
  await app.persister.startAutoPersisting();
  await app.persister.whenSaved();
  return app;
};

const load = async () => {
  const {store, persister} = open();
  await persister.load();
  return store;
};

const journal = async (): Promise<JournalRecord[]> =>
  ((await dump(dbName))[JOURNAL] ?? []).map(([, record]) => record as JournalRecord);

const fill = (store: ReturnType<typeof createStore>, count: number): void => {
  store.transaction(() => {
    for (let row = 0; row < count; row++) store.setRow('pets', `row${row}`, {row});
  });
};

describe('createIndexedDbPersister', () => {
  it.each([
    [undefined, undefined, undefined],
    [7, undefined, undefined],
    ['pets', -1, undefined],
    ['pets', 'often', undefined],
    ['pets', undefined, 'options'],
    ['pets', undefined, {durability: 'forever'}],
    ['pets', undefined, {format: 'old'}],
  ])('refuses (store, %j, %j, %j)', (name, interval, options) => {
    const create = (): unknown =>
      createIndexedDbPersister(
        createStore(),
        name as string,
        interval as number,
        options as IndexedDbPersisterOptions,
      );
    expect(create).toThrow(TypeError);
  });

  it('can be asked for its name', () => {
    expect(open().persister.getDbName()).toBe(dbName);
  });

  it('makes no database by loading', async () => {
    const {persister} = open();
    await persister.startAutoLoad([{}, {open: true}]);
    expect(persister.isAutoLoading()).toBe(true);
    expect(persister.getState().load).toBe('empty');
    const databases = await indexedDB.databases();
    expect(databases.map(({name}) => name)).not.toContain(dbName);
    expect(errors).toStrictEqual([]);
  });

  it.each([
    ['is missing', undefined, 'UNAVAILABLE'],
    [
      'is blocked',
      {
        open: () => {
          throw new DOMException('Not here', 'SecurityError');
        },
      },
      'DENIED',
    ],
  ])('works on where IndexedDB %s, and says so', async (_, indexedDb, code) => {
    vi.stubGlobal('indexedDB', indexedDb);
    const {store, persister} = open();
    await persister.startAutoPersisting([{pets: {fido: {age: 4}}}, {}]);
    store.setCell('pets', 'fido', 'age', 5);
    await expect(persister.whenSaved()).rejects.toMatchObject({code});
    expect(persister.getState()).toMatchObject({load: 'failed', blocked: true});
    await persister.destroy();
    vi.unstubAllGlobals();
  });
});

describe('The journal', () => {
  it('gets one small record for a changed cell', async () => {
    const {store, persister} = await start();
    fill(store, 2_000);
    await persister.save();
    const before = await dump(dbName);
    store.setCell('pets', 'row7', 'row', -7);
    await persister.whenSaved();
    const after = await dump(dbName);
    expect(after[ROWS]).toEqual(before[ROWS]);
    const records = await journal();
    expect(records).toHaveLength((before[JOURNAL]?.length ?? 0) + 1);
    expect(records.at(-1)).toMatchObject({
      kind: 'changes',
      changes: '[{"pets":{"row7":{"row":-7}}},{},1]',
    });
  });

  it('is folded in when it has grown, unseen by others', async () => {
    const {store, persister} = await start();
    fill(store, 2_000);
    await persister.save();
    const other = await start();
    for (let round = 0; round < 20; round++) {
      store.setCell('pets', 'row0', 'text', `${round}${'x'.repeat(1_000)}`);
      await persister.whenSaved();
    }
    await expect
      .poll(() => other.store.getCell('pets', 'row0', 'text'), PATIENTLY)
      .toBe(store.getCell('pets', 'row0', 'text'));
    const {loads} = other.persister.getStats();
    await persister.destroy();
    const records = await journal();
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({kind: 'snapshot', isFold: true});
    expect((await load()).getContent()).toEqual(store.getContent());
    other.store.setValue('open', true);
    await other.persister.whenSaved();
    expect(other.persister.getStats()).toMatchObject({loads});
    expect((await load()).getContent()).toEqual(other.store.getContent());
    expect(errors).toStrictEqual([]);
  });

  it('takes nothing from who has not heard that it was folded', async () => {
    const {store, persister} = await start();
    fill(store, 10);
    await persister.whenSaved();
    const late = open();
    await late.persister.load();
    await late.persister.startAutoSave();
    for (let round = 0; round < 20; round++) {
      store.setCell('pets', 'row0', 'text', `${round}${'x'.repeat(1_000)}`);
      await persister.whenSaved();
    }
    await persister.destroy();
    expect(await journal()).toHaveLength(1);
    late.store.setCell('pets', 'row1', 'late', true);
    await late.persister.whenSaved();
    expect(late.store.getCell('pets', 'row0', 'text')).toBe(store.getCell('pets', 'row0', 'text'));
    store.setCell('pets', 'row1', 'late', true);
    expect((await load()).getContent()).toEqual(store.getContent());
    expect(errors).toStrictEqual([]);
  });
});

describe('A snapshot of many rows', () => {
  it('is that of one moment, though the store changes while it is stored', async () => {
    const count = 20_000;
    const {store, persister} = open();
    fill(store, count);
    const state = {isSaving: true};
    const saving = persister.save().finally(() => {
      state.isSaving = false;
    });
    let round = 0;
    for (; state.isSaving; round++) {
      store.transaction(() => {
        store.setCell('pets', 'row0', 'round', round);
        store.setCell('pets', `row${count - 1}`, 'round', round);
      });
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    await saving;
    expect(round).toBeGreaterThan(1);
    const stored = await load();
    expect(stored.getRowCount('pets')).toBe(count);
    const [first, last] = [0, count - 1].map((row) => stored.getCell('pets', `row${row}`, 'round'));
    expect(first).toBe(last);
    // Nothing is left of the snapshot before.
    const [record] = (await journal()).slice(-1);
    const generation = record?.kind === 'snapshot' ? record.generation : '';
    const keys = ((await dump(dbName))[ROWS] ?? []).map(([key]) => key as IDBValidKey[]);
    expect(keys.filter(([, other]) => other !== generation)).toStrictEqual([]);
  });
});

describe('What cannot be read', () => {
  it.each([
    ['a record of a newer version', JOURNAL, {revision: 9, kind: 'merge'}, undefined],
    [
      'a snapshot of a newer format',
      JOURNAL,
      {revision: 1, kind: 'snapshot', format: 2},
      undefined,
    ],
    [
      'a gap',
      JOURNAL,
      {revision: 9, kind: 'changes', changes: '[{},{},1]', writer: ['p', 1]},
      undefined,
    ],
    [
      'torn text',
      JOURNAL,
      {revision: 2, kind: 'changes', changes: '[{', writer: ['p', 1]},
      undefined,
    ],
  ])('is never overwritten: %s', async (_, storeName, record, key) => {
    const {store, persister} = open();
    fill(store, 10);
    await persister.save();
    await persister.destroy();
    await putRecord(dbName, storeName, record, key);
    const before = await dump(dbName);
    const app = open();
    await app.persister.startAutoPersisting([{}, {initial: true}]);
    app.store.setValue('mine', 1);
    await expect(app.persister.whenSaved()).rejects.toMatchObject({code: 'UNREADABLE'});
    expect(await dump(dbName)).toEqual(before);
    await app.persister.save();
    expect((await load()).getContent()).toEqual([{}, {initial: true, mine: 1}]);
    expect(JSON.stringify(await dump(dbName))).toContain(JSON.stringify(record));
  });

  it.each([
    ['torn', 'torn'],
    ['missing', [999, '']],
  ])('is a snapshot of which a chunk is %s', async (_, record) => {
    const {store, persister} = open();
    fill(store, 1_000);
    await persister.save();
    await persister.destroy();
    const [key] = (await dump(dbName))[ROWS]?.[2] ?? [];
    await putRecord(dbName, ROWS, record, key);
    const app = open();
    await app.persister.load();
    expect(errors.map(({code}) => code)).toStrictEqual(['UNREADABLE']);
    expect(app.store.getContent()).toEqual([{}, {}]);
  });
});

describe('The connection', () => {
  const openNewer = (): Promise<IDBDatabase> =>
    new Promise((resolve, reject) => {
      const request = indexedDB.open(dbName, 99);
      request.onsuccess = () => resolve(request.result);
      request.onblocked = () => reject(new Error('blocked'));
      request.onerror = () => reject(request.error ?? new Error('failed'));
    });

  it('gives way to a newer version, and goes on with that', async () => {
    const {store, persister} = await start();
    fill(store, 10);
    await persister.whenSaved();
    (await openNewer()).close();
    store.setValue('open', true);
    await persister.whenSaved();
    expect((await load()).getContent()).toEqual(store.getContent());
    expect(errors).toStrictEqual([]);
  });

  it('says who is in the way, and saves when they have gone', async () => {
    await makeDatabase(dbName, 1, {theirs: []});
    const theirs = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open(dbName);
      request.onsuccess = () => resolve(request.result);
    });
    const {store, persister} = open();
    const starting = persister.startAutoPersisting([{}, {open: true}]);
    await expect.poll(() => errors[0]?.code, PATIENTLY).toBe('UNAVAILABLE');
    expect(errors[0]?.message).toContain('kept open');
    expect(persister.getState()).toMatchObject({blocked: false});
    theirs.close();
    await starting;
    await persister.whenSaved();
    expect((await load()).getContent()).toEqual(store.getContent());
  });
});

describe('Auto-loading', () => {
  it('finds out by itself what nobody has told of', async () => {
    vi.stubGlobal('BroadcastChannel', undefined);
    const clock = virtualClock();
    const one = await start({clock});
    const other = await start();
    other.store.setValue('open', true);
    await other.persister.whenSaved();
    expect(one.store.hasValue('open')).toBe(false);
    await expect
      .poll(async () => {
        await clock.advance(10_000);
        return one.store.getValue('open');
      }, PATIENTLY)
      .toBe(true);
    expect(errors).toStrictEqual([]);
  });
});
