/** Databases that the reference has written, opened by us, and the other way round. */
import {createStore as createReferenceStore, createMergeableStore} from 'tinybase';
import {createIndexedDbPersister as createReferencePersister} from 'tinybase/persisters/persister-indexed-db';
import {afterEach, describe, expect, it} from 'vitest';
import {deleteDatabase, dump, makeDatabase} from '../../../test/support/raw-database.ts';
import type {PersisterError} from '../../errors.ts';
import {createStore} from '../../store/index.ts';
import type {Content} from '../../store/types.ts';
import {createIndexedDbPersister, type IndexedDbPersisterOptions} from './index.ts';

const CONTENT: Content = [
  {
    pets: {
      fido: {
        ...{species: 'dog', age: 4, sold: true, price: 5.5, nick: null},
        ...{tags: ['a', 'b'], meta: {k: 1}},
      },
      felix: {species: 'cat', sold: false},
    },
    shops: {'1': {city: 'Oslo'}},
  },
  {open: true, employees: 3, theme: {dark: true}},
];

const PETS_RECORDS = [
  {
    k: 'pets',
    v: {
      fido: {
        ...{species: 'dog', age: 4, sold: true, price: 5.5, nick: null},
        ...{tags: '\uFFFD["a","b"]', meta: '\uFFFD{"k":1}'},
      },
      felix: {species: 'cat', sold: false},
    },
  },
  {k: 'shops', v: {'1': {city: 'Oslo'}}},
];
const VALUE_RECORDS = [
  {k: 'employees', v: 3},
  {k: 'open', v: true},
  {k: 'theme', v: '\uFFFD{"dark":true}'},
];

let test = 0;
let dbName = '';
const persisters: {destroy(): Promise<unknown>}[] = [];
const errors: PersisterError[] = [];

const begin = (): void => {
  dbName = `reference-${++test}`;
};

afterEach(async () => {
  await Promise.all(persisters.splice(0).map((persister) => persister.destroy()));
  await deleteDatabase(dbName);
  errors.length = 0;
});

const open = (options: IndexedDbPersisterOptions = {}) => {
  const store = createStore();
  const persister = createIndexedDbPersister(store, dbName, undefined, {
    onIgnoredError: (error) => errors.push(error as PersisterError),
    ...options,
  });
  persisters.push(persister);
  return {store, persister};
};

/** As version 10 of the reference does it: version 3. */
const writeByReference = async (content: Content): Promise<void> => {
  const store = createReferenceStore();
  store.setContent(content);
  const persister = createReferencePersister(store, dbName);
  await persister.save();
  await persister.destroy();
};

const readByReference = async (): Promise<unknown> => {
  const failures: unknown[] = [];
  const store = createReferenceStore();
  const persister = createReferencePersister(store, dbName, undefined, (error) =>
    failures.push(error),
  );
  await persister.load();
  await persister.destroy();
  expect(failures).toStrictEqual([]);
  return store.getContent();
};

/** As it was made by the reference before version 9.6. */
const makeVersion2 = async (): Promise<void> => {
  await makeDatabase(dbName, 2, {t: PETS_RECORDS, v: VALUE_RECORDS});
};

const makers = [
  {version: 2, make: makeVersion2},
  {version: 3, make: () => writeByReference(CONTENT)},
];

const storeNames = async (): Promise<string[]> => Object.keys(await dump(dbName));

describe.each(makers)('A database of the reference of version $version', ({make}) => {
  it('holds what the reference is documented to store', async () => {
    begin();
    await make();
    const {t, v} = await dump(dbName);
    expect(t?.map(([, record]) => record)).toEqual(PETS_RECORDS);
    expect(v?.map(([, record]) => record)).toEqual(VALUE_RECORDS);
  });

  it('opens with the same content, and stays as it is until something is saved', async () => {
    begin();
    await make();
    const before = await dump(dbName);
    const {store, persister} = open();
    await persister.startAutoPersisting();
    expect(store.getContent()).toEqual(CONTENT);
    expect(await dump(dbName)).toEqual(before);
    expect(errors).toStrictEqual([]);
  });

  it('is carried over with the first save', async () => {
    begin();
    await make();
    const {store, persister} = open();
    await persister.startAutoPersisting();
    store.setCell('pets', 'fido', 'age', 5);
    await persister.whenSaved();
    expect(await storeNames()).toStrictEqual([
      'cellar-journal',
      'cellar-rows',
      'cellar-unreadable',
    ]);
    const {store: other, persister: otherPersister} = open();
    await otherPersister.load();
    expect(other.getContent()).toEqual(store.getContent());
    expect(other.getCell('pets', 'fido', 'age')).toBe(5);
    expect(errors).toStrictEqual([]);
  });

  it('takes in what the reference has stored meanwhile before it is carried over', async () => {
    begin();
    await make();
    const {store, persister} = open();
    await persister.startAutoPersisting();
    const [tables, values] = CONTENT;
    await writeByReference([{...tables, shops: {'2': {city: 'Rome'}}}, values]);
    store.setCell('pets', 'fido', 'age', 5);
    await persister.whenSaved();
    expect(store.getTable('shops')).toEqual({'2': {city: 'Rome'}});
    const {store: other, persister: otherPersister} = open();
    await otherPersister.load();
    expect(other.getContent()).toEqual(store.getContent());
    expect(errors).toStrictEqual([]);
  });

  it("stays in its layout with format: 'compatible', and the reference reads it", async () => {
    begin();
    await make();
    const {store, persister} = open({format: 'compatible'});
    await persister.startAutoPersisting();
    expect(store.getContent()).toEqual(CONTENT);
    store.setCell('pets', 'fido', 'tags', ['c']).delTable('shops').setValue('open', false);
    await persister.whenSaved();
    expect(await readByReference()).toEqual(store.getContent());
    expect(errors).toStrictEqual([]);
  });
});

describe("format: 'compatible'", () => {
  it('makes a database that the reference reads and writes', async () => {
    begin();
    const {store, persister} = open({format: 'compatible'});
    store.setContent(CONTENT);
    await persister.save();
    expect(await readByReference()).toEqual(CONTENT);
    await writeByReference([{pets: {rex: {age: 1}}}, {}]);
    await persister.load();
    expect(store.getContent()).toEqual([{pets: {rex: {age: 1}}}, {}]);
    expect(errors).toStrictEqual([]);
  });

  it('sees what the reference writes, and takes it in', async () => {
    begin();
    const {store, persister} = open({format: 'compatible'});
    await persister.startAutoPersisting(CONTENT);
    await persister.whenSaved();
    const [tables, values] = CONTENT;
    await writeByReference([{...tables, shops: {'2': {city: 'Rome'}}}, values]);
    await expect
      .poll(() => store.getTable('shops'), {timeout: 30_000})
      .toEqual({'2': {city: 'Rome'}});
    store.setValue('open', false);
    await persister.whenSaved();
    expect(await readByReference()).toEqual(store.getContent());
    expect(errors).toStrictEqual([]);
  });

  it('refuses a database that has been written without it', async () => {
    begin();
    const {store, persister} = open();
    store.setContent(CONTENT);
    await persister.save();
    const before = await dump(dbName);
    const {persister: compatible} = open({format: 'compatible'});
    await compatible.load();
    await compatible.save();
    expect(errors.map(({code}) => code)).toContain('DENIED');
    expect(await dump(dbName)).toEqual(before);
  });
});

describe('Content of a mergeable store', () => {
  const writeMergeable = async (): Promise<void> => {
    const store = createMergeableStore('s1');
    store.setCell('pets', 'fido', 'species', 'dog');
    const persister = createReferencePersister(store, dbName);
    await persister.save();
    await persister.destroy();
  };

  it.each(['auto', 'compatible'] as const)('is never mistaken for nothing: %s', async (format) => {
    begin();
    await writeMergeable();
    const before = await dump(dbName);
    expect(before['m']).toHaveLength(2);
    const {store, persister} = open({format});
    await persister.startAutoPersisting([{pets: {felix: {species: 'cat'}}}, {}]);
    store.setValue('open', true);
    await expect(persister.whenSaved()).rejects.toMatchObject({code: 'UNREADABLE'});
    expect(await dump(dbName)).toEqual(before);
    await persister.save();
    expect(errors.at(-1)?.setAsideAs).toMatch(/^unreadable-/);
    const after = JSON.stringify(await dump(dbName));
    expect(after).toContain(JSON.stringify(before['m']?.[0]?.[1]));
  });
});

describe('A database of somebody else', () => {
  it('keeps what is theirs', async () => {
    begin();
    await makeDatabase(dbName, 7, {theirs: [{k: 'a', v: 1}]});
    const {store, persister} = open();
    await persister.startAutoPersisting([{pets: {fido: {age: 4}}}, {}]);
    await persister.whenSaved();
    expect((await dump(dbName))['theirs']).toEqual([['a', {k: 'a', v: 1}]]);
    const {store: other, persister: otherPersister} = open();
    await otherPersister.load();
    expect(other.getContent()).toEqual(store.getContent());
    expect(errors).toStrictEqual([]);
  });
});
