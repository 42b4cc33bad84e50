/** Files that the reference has written, opened by us, and the other way round. */
import {createStore as createReferenceStore} from 'tinybase';
import {createOpfsPersister as createReferencePersister} from 'tinybase/persisters/persister-browser';
import {afterEach, beforeEach, expect, it} from 'vitest';
import {newFolder, openFile, readText} from '../../../test/support/opfs.ts';
import {createStore} from '../../store/index.ts';
import type {Content} from '../../store/types.ts';
import {createOpfsPersister, type OpfsPersisterOptions} from './index.ts';

const CONTENT: Content = [
  {
    pets: {
      fido: {species: 'dog', age: 4, sold: true, nick: null, tags: ['a', 'b'], meta: {k: 1}},
      felix: {species: 'cat', sold: false},
    },
  },
  {open: true, employees: 3, theme: {dark: true}, ballast: 'x'.repeat(100_000)},
];

let folder: FileSystemDirectoryHandle;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({folder, remove} = await newFolder());
});
afterEach(() => remove());

const handle = (): Promise<FileSystemFileHandle> => openFile(folder, 'pets.json');

const writeByReference = async (content: Content): Promise<void> => {
  const persister = createReferencePersister(
    createReferenceStore().setContent(content),
    await handle(),
  );
  await persister.save();
  await persister.destroy();
};

/** As JSON text. */
const readByReference = async (): Promise<string> => {
  const store = createReferenceStore();
  const persister = createReferencePersister(store, await handle());
  await persister.load();
  await persister.destroy();
  return JSON.stringify(store.getContent());
};

const open = async (options: OpfsPersisterOptions = {}) => {
  const store = createStore();
  const errors: unknown[] = [];
  const onIgnoredError = (error: unknown): void => void errors.push(error);
  const persister = createOpfsPersister(store, await handle(), {...options, onIgnoredError});
  await persister.startAutoPersisting();
  return {store, persister, errors};
};

it('opens what the reference has written, and goes on with it', async () => {
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

it('writes the same bytes', async () => {
  await writeByReference(CONTENT);
  const theirs = await readText(folder, 'pets.json');
  await remove();
  ({folder, remove} = await newFolder());
  const {store, persister} = await open({format: 'compatible'});
  store.setContent(CONTENT);
  await persister.destroy();
  expect(await readText(folder, 'pets.json')).toBe(theirs);
});

it('in the compatible format writes what the reference reads, after each save', async () => {
  const {store, persister, errors} = await open({format: 'compatible'});
  store.setContent(CONTENT);
  for (let age = 5; age < 8; age++) {
    store.setCell('pets', 'fido', 'age', age);
    await persister.whenSaved();
    expect(await readByReference()).toBe(JSON.stringify(store.getContent()));
  }
  await persister.destroy();
  expect(errors).toStrictEqual([]);
});

it('takes in what the reference writes meanwhile, under what has changed here', async () => {
  const {store, persister, errors} = await open({format: 'compatible'});
  store.setContent(CONTENT);
  await persister.whenSaved();
  await persister.stopAutoLoad();
  await writeByReference([{pets: {rex: {age: 1}}}, {}]);
  store.setValue('ours', true);
  await persister.whenSaved();
  expect(store.getCell('pets', 'rex', 'age')).toBe(1);
  expect(store.getValue('ours')).toBe(true);
  expect(await readByReference()).toBe('[{"pets":{"rex":{"age":1}}},{"ours":true}]');
  await persister.destroy();
  expect(errors).toHaveLength(0);
});
