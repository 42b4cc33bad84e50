import {describe, expect, it} from 'vitest';
import {createStore} from '../../store/index.ts';
import {createOpfsPersister} from './index.ts';

/** As from a browser, in a host that has nothing else of it. */
const handle = {
  kind: 'file',
  name: 'pets.json',
  getFile: () => Promise.reject(new Error('There are no files here')),
} as unknown as FileSystemFileHandle;

describe('createOpfsPersister', () => {
  it('gives back its handle and its store', async () => {
    const store = createStore();
    const persister = createOpfsPersister(store, handle);
    expect(persister.getHandle()).toBe(handle);
    expect(persister.getStore()).toBe(store);
    await persister.destroy();
  });

  it.each([undefined, null, 'pets.json', {}, {kind: 'directory', getFile: () => undefined}])(
    'refuses as a handle: %o',
    (bad) => {
      const create = (): unknown => createOpfsPersister(createStore(), bad as never);
      expect(create).toThrow(new TypeError('handle: expected a FileSystemFileHandle'));
    },
  );

  it.each([
    [{format: 'plain'}, "format: expected 'auto' or 'compatible'"],
    [{journalThresholdBytes: -1}, 'journalThresholdBytes: expected a number of at least 0'],
    [{timeoutMs: 'long'}, 'timeoutMs: expected a number of at least 1'],
    [7, 'options: expected an object or a function'],
  ])('refuses as options: %o', (options, message) => {
    const create = (): unknown => createOpfsPersister(createStore(), handle, options as never);
    expect(create).toThrow(new TypeError(message));
  });

  it('reports where there is no private file system that there is none', async () => {
    const errors: unknown[] = [];
    const persister = createOpfsPersister(createStore(), handle, (error) => errors.push(error));
    await persister.load([{pets: {fido: {age: 1}}}, {}]);
    expect(errors).toMatchObject([{code: 'UNAVAILABLE', phase: 'load', storage: 'opfs:pets.json'}]);
    expect(persister.getStore().getCell('pets', 'fido', 'age')).toBe(1);
    await persister.destroy();
  });
});
