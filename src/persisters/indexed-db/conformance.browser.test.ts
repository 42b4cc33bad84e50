/** In a real browser, with real databases. */
import {afterEach, beforeEach, describe, it} from 'vitest';
import {deleteDatabase, dump, putRecord} from '../../../test/support/raw-database.ts';
import {systemClock} from '../engine/clock.ts';
import {createPersister} from '../engine/persister.ts';
import {createStore, type Store} from '../../store/index.ts';
import {internalsOf} from '../../store/store-internals.ts';
import type {EncodedContent} from '../../store/internals.ts';
import {describePersister, describeStorageAdapter, withFaults} from '../../testing/index.ts';
import {IndexedDbStorage} from './indexed-db-storage.ts';
import {JOURNAL, UNREADABLE} from './layout.ts';
import {RowChunks} from './row-chunks.ts';

const runner = {describe, it, beforeEach, afterEach};

/** Each test has databases of its own, as one that is deleted is gone only when all have let go of it. */
let test = 0;
const used = new Set<string>();
const nameOf = (place: string): string => {
  const name = `conformance-${test}-${place}`;
  used.add(name);
  return name;
};

const open = (place: string, store: Store): IndexedDbStorage =>
  new IndexedDbStorage({
    dbName: nameOf(place),
    rows: new RowChunks(store),
    durability: 'relaxed',
    report: (error) => {
      throw error;
    },
    clock: systemClock,
    pollIntervalMs: 60_000,
  });

const {signal} = new AbortController();

const corrupt = (place: string): Promise<void> =>
  putRecord(nameOf(place), JOURNAL, {revision: 1, kind: 'snapshot', torn: true});

const readRaw = async (place: string): Promise<string | undefined> => {
  const {[UNREADABLE]: _aside, ...stores} = await dump(nameOf(place));
  return Object.keys(stores).length > 0 ? JSON.stringify(stores) : undefined;
};

const readAside = async (place: string): Promise<Map<unknown, string>> => {
  const records = (await dump(nameOf(place)))[UNREADABLE] ?? [];
  return new Map(records.map(([name, copy]) => [name, JSON.stringify(copy)]));
};

const readBack = async (place: string): Promise<unknown> => {
  const storage = open(place, createStore());
  const content = await storage.read(signal);
  await storage.close();
  return content;
};

const writeExternally = async (place: string, content: EncodedContent): Promise<void> => {
  const store = createStore();
  const internals = internalsOf(store);
  internals.setContent(content);
  const storage = open(place, store);
  await storage.read(signal).catch(() => storage.setAside(signal));
  const getContent = Object.assign(() => internals.getContent(), {holdsMore: false});
  await storage.write(getContent, signal);
  await storage.close();
};

const cleanUp = async (): Promise<void> => {
  test++;
  await Promise.all([...used].map(deleteDatabase));
  used.clear();
  localStorage.clear();
};

describeStorageAdapter(
  runner,
  'IndexedDbStorage',
  ['writeChanges', 'watch', 'setAside', 'carry', 'tidy', 'close', 'conflicts', 'unreadable'],
  () => ({
    open,
    corrupt,
    readRaw,
    readSetAside: async (place, name) => (await readAside(place)).get(name),
    cleanUp,
  }),
);

describePersister(
  runner,
  'IndexedDB',
  ['faults', 'external', 'watch', 'conflicts', 'incremental', 'unreadable', 'setAside', 'carry'],
  () => ({
    create: (store, place, options, faults) =>
      createPersister(store, withFaults(open(place, store), faults), options),
    readBack,
    writeExternally,
    corrupt,
    readRaw,
    getSetAside: async (place) => [...(await readAside(place)).values()],
    cleanUp,
  }),
);
