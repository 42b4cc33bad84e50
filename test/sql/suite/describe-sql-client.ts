/** What every client of a SQL database is tested for, in both modes. Needs no particular test runner. */
import {isPrepared} from '../../../src/persisters/engine/content.ts';
import {createPersister} from '../../../src/persisters/engine/persister.ts';
import type {PersisterOptions} from '../../../src/persisters/engine/persister-types.ts';
import type {StorageAdapter} from '../../../src/persisters/engine/storage-adapter.ts';
import type {DatabasePersisterConfig} from '../../../src/persisters/sql/config.ts';
import {createStore, type Store} from '../../../src/store/index.ts';
import type {EncodedContent} from '../../../src/store/internals.ts';
import {internalsOf} from '../../../src/store/store-internals.ts';
import {
  describePersister,
  describeStorageAdapter,
  type TestRunner,
  withFaults,
} from '../../../src/testing/index.ts';
import {defineTest} from '../../../src/testing/test-runner.ts';
import {ALL_TABLES, tableNameOf} from './all-tables.ts';
import {ALL_ROWS_BUT_REFUSED} from './refusals.ts';
import {sharedTests} from './shared-tests.ts';
import {type SqlClient, type SqlPlaces, titleOf} from './sql-client.ts';

const signal = (): AbortSignal => new AbortController().signal;

const open = async (
  places: SqlPlaces,
  place: string,
  store: Store,
  config: DatabasePersisterConfig,
  options: PersisterOptions = {},
): Promise<StorageAdapter> => {
  const handle = await places.connect(place);
  // Time is the system's even where the suite moves a clock: databases have their own.
  const {onIgnoredError} = options;
  return handle.openAdapter(store, config, {onIgnoredError});
};

const describeMode = (runner: TestRunner, client: SqlClient, mode: 'json' | 'tabular'): void => {
  const config = mode === 'json' ? {mode, autoLoadIntervalSeconds: 0.001} : ALL_TABLES;
  const title = `${client.name}, ${mode}`;
  const isJson = mode === 'json';
  /** Whether it can leave out of a transaction what the database refuses. */
  const isSelective = !Object.hasOwn(client.gaps ?? {}, ALL_ROWS_BUT_REFUSED);
  const capabilities = ['watch', 'close', 'conflicts'] as const;

  describeStorageAdapter(
    runner,
    title,
    [
      ...capabilities,
      ...(isJson ? (['setAside', 'unreadable'] as const) : (['writeChanges'] as const)),
      ...(client.engine === 'PostgreSQL' && !isJson ? (['readChanges'] as const) : []),
      ...(isSelective && !isJson ? (['denials'] as const) : []),
    ],
    async () => {
      const places = await client.setUp();
      const execute = async (place: string, sql: string) =>
        (await places.connect(place)).execute(sql);
      const readRaw = async (place: string, id: string) => {
        const [row] = await execute(place, `SELECT store FROM tinybase WHERE _id='${id}'`);
        return row?.['store'] as string | undefined;
      };
      return {
        open: (place, store) => open(places, place, store, config),
        ...(isJson
          ? {
              corrupt: async (place) => {
                await execute(place, `UPDATE tinybase SET store='[{'`);
              },
              readRaw: (place) => readRaw(place, '_'),
              readSetAside: (place, name) => readRaw(place, name.split("'")[1] ?? ''),
            }
          : {}),
        ...(isSelective && !isJson
          ? {
              refuse: async (place) => {
                const id = `_id text PRIMARY KEY CHECK(_id<>'refused')`;
                await execute(place, `CREATE TABLE"${tableNameOf('pets')}"(${id})`);
              },
            }
          : {}),
        cleanUp: () => places.cleanUp(),
      };
    },
    {isEmptyNothing: !isJson},
  );

  describePersister(
    runner,
    title,
    ['faults', 'external', 'watch', 'conflicts', ...(isJson ? [] : (['incremental'] as const))],
    async () => {
      const places = await client.setUp();
      return {
        create: async (store, place, options, faults) =>
          createPersister(
            store,
            withFaults(await open(places, place, store, config, options), faults),
            options,
          ),
        readBack: async (place) => {
          const read = await (await open(places, place, createStore(), config)).read(signal());
          const content = isPrepared(read) ? read.toContent() : read;
          return content;
        },
        writeExternally: async (place, content: EncodedContent) => {
          const store = createStore();
          internalsOf(store).setContent(structuredClone(content));
          const getContent = Object.assign(() => internalsOf(store).getContent(), {
            holdsMore: false,
          });
          await (await open(places, place, store, config)).write(getContent, signal());
        },
        cleanUp: () => places.cleanUp(),
      };
    },
    {isEmptyNothing: !isJson},
  );
};

/** Defines the tests of one client. */
export const describeSqlClient = (runner: TestRunner, client: SqlClient): void => {
  runner.describe(titleOf(client), () => {
    for (const mode of client.modes) {
      describeMode(runner, client, mode);
      for (const [title, tests] of Object.entries(sharedTests(client))) {
        const ofMode = tests.filter((test) => test.mode === mode);
        if (ofMode.length === 0) continue;
        runner.describe(`${title}, ${mode}`, () => {
          for (const {name, run} of ofMode) {
            const gap = Object.entries(client.gaps ?? {}).find(([start]) => name.startsWith(start));
            defineTest(runner, name, gap?.[1], async () => {
              const places = await client.setUp();
              try {
                await run(places, client);
              } finally {
                await places.cleanUp();
              }
            });
          }
        });
      }
    }
  });
};
