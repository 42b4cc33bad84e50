// @vitest-environment happy-dom
import {afterEach, beforeEach, describe, it} from 'vitest';
import {createPersister} from '../engine/persister.ts';
import {JsonText} from '../engine/json-text.ts';
import {createStore, type Store} from '../../store/index.ts';
import {describePersister, describeStorageAdapter, withFaults} from '../../testing/index.ts';
import {WebStorage} from './web-storage.ts';

const runner = {describe, it, beforeEach, afterEach};

/** Browsers tell other documents only: here several adapters share one, so it is told as well. */
const announce = (key: string): void => {
  dispatchEvent(new StorageEvent('storage', {storageArea: localStorage, key}));
};

const open = (place: string, store: Store): WebStorage => {
  const storage = new WebStorage('localStorage', place, new JsonText(store), () => undefined);
  const write = storage.write.bind(storage);
  storage.write = async (getContent) => {
    await write(getContent);
    announce(place);
  };
  const writeChanges = storage.writeChanges.bind(storage);
  storage.writeChanges = async (changes, getContent) => {
    await writeChanges(changes, getContent);
    announce(place);
  };
  return storage;
};

const corrupt = (place: string): Promise<void> => {
  localStorage.setItem(place, '[{"pets":');
  return Promise.resolve();
};

const readRaw = (key: string): Promise<string | undefined> =>
  Promise.resolve(localStorage.getItem(key) ?? undefined);

const cleanUp = (): Promise<void> => {
  localStorage.clear();
  return Promise.resolve();
};

describeStorageAdapter(
  runner,
  'WebStorage',
  ['writeChanges', 'watch', 'setAside', 'tidy', 'conflicts', 'unreadable', 'carry'],
  () => ({open, corrupt, readRaw, readSetAside: (_place, name) => readRaw(name), cleanUp}),
);

describePersister(
  runner,
  'local',
  ['faults', 'external', 'watch', 'conflicts', 'incremental', 'unreadable', 'setAside', 'carry'],
  () => ({
    create: (store, place, options, faults) =>
      createPersister(store, withFaults(open(place, store), faults), options),
    readBack: (place) => open(place, createStore()).read(),
    writeExternally: (place, content) => {
      localStorage.setItem(place, JSON.stringify(content));
      announce(place);
      return Promise.resolve();
    },
    corrupt,
    readRaw,
    getSetAside: (place) =>
      Promise.all(
        Object.keys(localStorage)
          .filter((key) => key.startsWith(`${place}.unreadable-`))
          .map(readRaw),
      ),
    cleanUp,
  }),
);
