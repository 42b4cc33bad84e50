/** What the reference has sent to a server, loaded by us, and the other way round. */
import {createStore as createReferenceStore} from 'tinybase';
import {createRemotePersister as createReferencePersister} from 'tinybase/persisters/persister-remote';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {type ContentServer, startContentServer} from '../../../test/support/content-server.ts';
import {createStore} from '../../store/index.ts';
import type {Content} from '../../store/types.ts';
import {createRemotePersister} from './index.ts';

const CONTENT: Content = [
  {
    pets: {
      fido: {species: 'dog', age: 4, sold: true, nick: null, tags: ['a', 'b'], meta: {k: 1}},
      felix: {species: 'cat', sold: false},
    },
  },
  {open: true, employees: 3, theme: {dark: true}},
];

let server: ContentServer;
beforeEach(async () => {
  server = await startContentServer();
});
afterEach(() => server.close());

const writeByReference = async (content: Content): Promise<void> => {
  const store = createReferenceStore().setContent(content);
  const persister = createReferencePersister(store, server.url, server.url);
  await persister.save();
  await persister.destroy();
};

/** As JSON text. */
const readByReference = async (): Promise<string> => {
  const store = createReferenceStore();
  const persister = createReferencePersister(store, server.url, server.url);
  await persister.load();
  await persister.destroy();
  return JSON.stringify(store.getContent());
};

const open = async () => {
  const store = createStore();
  const errors: unknown[] = [];
  const persister = createRemotePersister(store, server.url, server.url, undefined, {
    onIgnoredError: (error) => void errors.push(error),
  });
  await persister.startAutoPersisting();
  return {store, persister, errors};
};

describe('A server with content of the reference', () => {
  it('opens with the same content, and is gone on with', async () => {
    await writeByReference(CONTENT);
    const {store, persister, errors} = await open();
    expect(JSON.stringify(store.getContent())).toBe(JSON.stringify(CONTENT));
    store.setCell('pets', 'fido', 'age', 5);
    await persister.whenSaved();
    expect(await readByReference()).toBe(JSON.stringify(store.getContent()));
    await persister.destroy();
    expect(errors).toStrictEqual([]);
  });

  it('is sent the same bytes by us', async () => {
    await writeByReference(CONTENT);
    const theirs = server.content;
    server.content = undefined;
    const {store, persister} = await open();
    store.setContent(CONTENT);
    await persister.whenSaved();
    await persister.destroy();
    expect(server.content).toBe(theirs);
  });
});
