/** The conformance suites on a browser's private file system, for a page and for a worker. */
import {createPersister} from '../../src/persisters/engine/persister.ts';
import {JsonText} from '../../src/persisters/engine/json-text.ts';
import {OpfsStorage, type OpfsStorageOptions} from '../../src/persisters/opfs/opfs-storage.ts';
import {createStore, type Store} from '../../src/store/index.ts';
import {describePersister, describeStorageAdapter, withFaults} from '../../src/testing/index.ts';
import type {TestRunner} from '../../src/testing/test-runner.ts';
import {newFolder, openFile, readText, writeText} from './opfs.ts';

type OpfsKind = 'one plain file' | 'with a journal';

const KINDS: Record<OpfsKind, OpfsStorageOptions> = {
  'one plain file': {format: 'compatible'},
  'with a journal': {journalThresholdBytes: 0},
};

/** Where browsers do not tell of what others than we write, it is looked for this often. */
const POLL_MS = 50;

const setUp = async (options: OpfsStorageOptions) => {
  const {folder, path, remove} = await newFolder();
  const opened: OpfsStorage[] = [];
  const open = async (place: string, store: Store): Promise<OpfsStorage> => {
    const handle = await openFile(folder, place);
    const storage = new OpfsStorage(handle, new JsonText(store), () => undefined, options, POLL_MS);
    opened.push(storage);
    return storage;
  };
  return {
    folder,
    path,
    open,
    corrupt: (place: string) => writeText(folder, place, '[{"pets":'),
    readRaw: (place: string) => readText(folder, place),
    cleanUp: async () => {
      // By the suite's clock, a deadline may have passed while a write is still under way: a read waits for it.
      await Promise.allSettled(opened.map((one) => one.read(new AbortController().signal)));
      await remove();
    },
  };
};

/** @param where What the suites run in. */
export const describeOpfs = (
  runner: TestRunner,
  where: string,
  kinds: readonly OpfsKind[],
): void => {
  // Workers have nowhere to leave anything.
  const carry: 'carry'[] = 'localStorage' in globalThis ? ['carry'] : [];
  for (const kind of kinds) {
    const options = KINDS[kind];
    describeStorageAdapter(
      runner,
      `OpfsStorage in a ${where}, ${kind}`,
      ['writeChanges', 'watch', 'setAside', ...carry, 'tidy', 'conflicts', 'unreadable'],
      async () => {
        const {folder, path, ...rest} = await setUp(options);
        const readSetAside = (_place: string, name: string): Promise<string | undefined> =>
          readText(folder, name.slice(path.length + 1));
        return {...rest, readSetAside};
      },
    );

    describePersister(
      runner,
      `OPFS in a ${where}, ${kind}`,
      [
        'faults',
        'external',
        'watch',
        'conflicts',
        'incremental',
        'unreadable',
        'setAside',
        ...carry,
      ],
      async () => {
        const {folder, open, corrupt, readRaw, cleanUp} = await setUp(options);
        return {
          corrupt,
          readRaw,
          cleanUp,
          create: async (store, place, persisterOptions, faults) =>
            createPersister(store, withFaults(await open(place, store), faults), persisterOptions),
          readBack: async (place) =>
            (await open(place, createStore())).read(new AbortController().signal),
          writeExternally: (place, content) => writeText(folder, place, JSON.stringify(content)),
          getSetAside: async (place) => {
            const found: (string | undefined)[] = [];
            for await (const name of folder.keys()) {
              if (name.startsWith(`${place}.unreadable-`)) found.push(await readText(folder, name));
            }
            return found;
          },
        };
      },
    );
  }
};
