import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, it} from 'vitest';
import {createStore, type Store} from '../../store/index.ts';
import {describePersister, describeStorageAdapter, withFaults} from '../../testing/index.ts';
import {JsonText} from '../engine/json-text.ts';
import {createPersister} from '../engine/persister.ts';
import {unlessMissing} from './file-errors.ts';
import {FileStorage, type FileStorageOptions} from './file-storage.ts';

const runner = {describe, it, beforeEach, afterEach};

const kinds: {kind: string; options: FileStorageOptions}[] = [
  {kind: 'one plain file', options: {format: 'compatible'}},
  {kind: 'with a journal', options: {journalThresholdBytes: 0}},
];

const readRaw = (path: string): Promise<string | undefined> =>
  unlessMissing(readFile(path, 'utf8'));

for (const {kind, options} of kinds) {
  const setUp = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cellar-file-'));
    const at = (place: string): string => join(folder, `${place}.json`);
    const opened: FileStorage[] = [];
    const open = (place: string, store: Store): FileStorage => {
      const storage = new FileStorage(at(place), new JsonText(store), () => undefined, options);
      opened.push(storage);
      return storage;
    };
    // By the suite's clock, a deadline may have passed while a write is still under way: a read waits for it.
    const settle = (): Promise<unknown> =>
      Promise.allSettled(opened.map((storage) => storage.read(new AbortController().signal)));
    return {
      at,
      open,
      folder,
      corrupt: (place: string) => writeFile(at(place), '[{"pets":'),
      readRaw: (place: string) => readRaw(at(place)),
      cleanUp: async () => {
        await settle();
        await rm(folder, {recursive: true});
      },
    };
  };

  describeStorageAdapter(
    runner,
    `FileStorage, ${kind}`,
    ['writeChanges', 'watch', 'setAside', 'tidy', 'close', 'conflicts', 'unreadable'],
    async () => ({
      ...(await setUp()),
      readSetAside: (_place: string, name: string) => readRaw(name),
    }),
  );

  describePersister(
    runner,
    `file, ${kind}`,
    ['faults', 'external', 'watch', 'conflicts', 'incremental', 'unreadable', 'setAside'],
    async () => {
      const {at, open, folder, ...rest} = await setUp();
      return {
        ...rest,
        create: (store, place, persisterOptions, faults) =>
          createPersister(store, withFaults(open(place, store), faults), persisterOptions),
        readBack: (place) => open(place, createStore()).read(new AbortController().signal),
        writeExternally: (place, content) => writeFile(at(place), JSON.stringify(content)),
        getSetAside: async (place) => {
          const prefix = `${place}.json.unreadable-`;
          const names = (await readdir(folder)).filter((name) => name.startsWith(prefix));
          return Promise.all(names.map((name) => readRaw(join(folder, name))));
        },
      };
    },
  );
}
