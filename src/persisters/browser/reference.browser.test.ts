/** Storage that the reference has written, opened by us, and the other way round. */
import {createStore as createReferenceStore} from 'tinybase';
import {
  createLocalPersister as createReferenceLocalPersister,
  createSessionPersister as createReferenceSessionPersister,
} from 'tinybase/persisters/persister-browser';
import {beforeEach, describe, expect, it} from 'vitest';
import {createStore} from '../../store/index.ts';
import type {Content} from '../../store/types.ts';
import {
  type BrowserPersisterOptions,
  createLocalPersister,
  createSessionPersister,
} from './index.ts';

const CONTENT: Content = [
  {
    pets: {
      fido: {species: 'dog', age: 4, sold: true, nick: null, tags: ['a', 'b'], meta: {k: 1}},
      felix: {species: 'cat', sold: false},
    },
  },
  {open: true, employees: 3, theme: {dark: true}, ballast: 'x'.repeat(300_000)},
];

describe.each([
  {
    area: 'localStorage',
    create: createLocalPersister,
    createReference: createReferenceLocalPersister,
  },
  {
    area: 'sessionStorage',
    create: createSessionPersister,
    createReference: createReferenceSessionPersister,
  },
] as const)('$area of the reference', ({area, create, createReference}) => {
  beforeEach(() => globalThis[area].clear());

  const writeByReference = async (content: Content): Promise<void> => {
    const persister = createReference(createReferenceStore().setContent(content), 'pets');
    await persister.save();
    await persister.destroy();
  };

  /** As JSON text. */
  const readByReference = async (): Promise<string> => {
    const store = createReferenceStore();
    const persister = createReference(store, 'pets');
    await persister.load();
    await persister.destroy();
    return JSON.stringify(store.getContent());
  };

  const open = async (options: BrowserPersisterOptions = {}) => {
    const store = createStore();
    const errors: unknown[] = [];
    const onIgnoredError = (error: unknown): void => void errors.push(error);
    const persister = create(store, 'pets', {...options, onIgnoredError});
    await persister.startAutoPersisting();
    return {store, persister, errors};
  };

  it('opens with the same content, and is gone on with', async () => {
    await writeByReference(CONTENT);
    const {store, persister, errors} = await open();
    expect(JSON.stringify(store.getContent())).toBe(JSON.stringify(CONTENT));
    store.setCell('pets', 'fido', 'age', 5);
    await persister.destroy();
    expect(errors).toStrictEqual([]);
    const next = await open();
    expect(next.store.getCell('pets', 'fido', 'age')).toBe(5);
    expect(next.store.getCell('pets', 'felix', 'species')).toBe('cat');
    await next.persister.destroy();
  });

  it('holds the same text as ours', async () => {
    await writeByReference(CONTENT);
    const theirs = globalThis[area].getItem('pets');
    globalThis[area].clear();
    const {store, persister} = await open();
    store.setContent(CONTENT);
    await persister.destroy();
    expect(globalThis[area].getItem('pets')).toBe(theirs);
  });

  it("is what the reference reads after each save with format: 'compatible'", async () => {
    const {store, persister, errors} = await open({format: 'compatible'});
    store.setContent(CONTENT);
    for (let age = 5; age < 8; age++) {
      store.setCell('pets', 'fido', 'age', age);
      await persister.whenSaved();
      expect(await readByReference()).toBe(JSON.stringify(store.getContent()));
    }
    expect(Object.keys(globalThis[area])).toStrictEqual(['pets']);
    await persister.destroy();
    expect(errors).toStrictEqual([]);
  });
});
