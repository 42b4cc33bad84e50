/** The reference's layout, in a real browser. */
import {afterEach, beforeEach, describe, it} from 'vitest';
import {deleteDatabase, dump, putRecord} from '../../../test/support/raw-database.ts';
import {systemClock} from '../engine/clock.ts';
import {createPersister} from '../engine/persister.ts';
import {createStore} from '../../store/index.ts';
import {internalsOf} from '../../store/store-internals.ts';
import type {EncodedContent} from '../../store/internals.ts';
import {describePersister, describeStorageAdapter, withFaults} from '../../testing/index.ts';
import {CompatibleStorage} from './compatible-storage.ts';
import {MERGEABLE, TABLES, VALUES} from './reference-layout.ts';

const runner = {describe, it, beforeEach, afterEach};

/** Each test has databases of its own, as one that is deleted is gone only when all have let go of it. */
let test = 0;
const used = new Set<string>();
const nameOf = (place: string): string => {
  const name = `compatible-${test}-${place}`;
  used.add(name);
  return name;
};

const open = (place: string): CompatibleStorage =>
  new CompatibleStorage(nameOf(place), 'relaxed', {clock: systemClock, pollIntervalMs: 60_000});

const {signal} = new AbortController();

const readBack = async (place: string): Promise<unknown> => {
  const storage = open(place);
  const content = await storage.read(signal);
  await storage.close();
  return content;
};

const writeExternally = async (place: string, content: EncodedContent): Promise<void> => {
  const storage = open(place);
  const internals = internalsOf(createStore());
  internals.setContent(content);
  await storage.read(signal).catch(() => storage.setAside(signal));
  const getContent = Object.assign(() => internals.getContent(), {holdsMore: false});
  await storage.write(getContent, signal);
  await storage.close();
};

const corrupt = (place: string): Promise<void> =>
  putRecord(nameOf(place), TABLES, {k: 'pets', v: 'torn'});

const readRaw = async (place: string): Promise<string | undefined> => {
  const {[TABLES]: tables, [VALUES]: values} = await dump(nameOf(place));
  const records = (store: typeof tables): unknown => store?.map(([, record]) => record);
  return tables && JSON.stringify({[TABLES]: records(tables), [VALUES]: records(values)});
};

const readAside = async (place: string): Promise<Map<unknown, string>> => {
  const records = (await dump(nameOf(place)))[MERGEABLE] ?? [];
  return new Map(
    records
      .filter(([name]) => typeof name === 'string' && name.startsWith('unreadable-'))
      .map(([name, record]) => [name, JSON.stringify((record as {v: unknown}).v)]),
  );
};

const cleanUp = async (): Promise<void> => {
  test++;
  await Promise.all([...used].map(deleteDatabase));
  used.clear();
};

describeStorageAdapter(
  runner,
  'CompatibleStorage',
  ['watch', 'setAside', 'close', 'conflicts', 'unreadable'],
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
  "IndexedDB, format: 'compatible'",
  ['faults', 'external', 'watch', 'conflicts', 'unreadable', 'setAside'],
  () => ({
    create: (store, place, options, faults) =>
      createPersister(store, withFaults(open(place), faults), options),
    readBack,
    writeExternally,
    corrupt,
    readRaw,
    getSetAside: async (place) => [...(await readAside(place)).values()],
    cleanUp,
  }),
);
