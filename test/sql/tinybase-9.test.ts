/** Databases of the last version of TinyBase that has persisters for these clients, and what it reads of ours. */
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {createCrSqliteWasmPersister} from '../../src/persisters/cr-sqlite-wasm/index.ts';
import {createElectricSqlPersister} from '../../src/persisters/electric-sql/index.ts';
import type {DatabasePersisterConfig} from '../../src/persisters/sql/config.ts';
import {createSqlite3Persister} from '../../src/persisters/sqlite3/index.ts';
import {createStore, type Store} from '../../src/store/index.ts';
import {openElectric} from './clients/electric-sql.ts';
import {loadCrSqliteInNode} from './clients/load-cr-sqlite-in-node.ts';
import {openSqlite3} from './clients/sqlite3.ts';

interface AnyPersister {
  load(): Promise<unknown>;
  save(): Promise<unknown>;
  destroy(): Promise<unknown>;
}

/** What is used of version 9 is what both versions have. */
interface Version9 {
  createStore(): Store;
  readonly [create: string]: (...args: never[]) => unknown;
}

const importOf9 = async (path: string): Promise<Version9> => {
  const url = new URL(`tinybase-9/node_modules/tinybase/${path}`, import.meta.url);
  return (await import(url.href)) as Version9;
};

let folder: string;
const cleanUps: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cellar-tinybase-9-'));
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  await rm(folder, {recursive: true});
});
afterAll(() => vi.unstubAllGlobals());

interface Opened {
  readonly db: object;
  /** What version 9 is given, if it cannot work with that. */
  readonly db9?: object;
}

const openers: Record<string, (path: string) => Promise<Opened>> = {
  sqlite3: async (path) => {
    const db = await openSqlite3(path);
    cleanUps.push(() => new Promise((resolve) => db.close(resolve)));
    return {db};
  },
  'electric-sql': async (path) => {
    const {db, client} = await openElectric(path);
    cleanUps.push(async () => {
      await client.close();
      db.close();
    });
    // Version 9 asks for everything by `raw`, which in Electric's driver for better-sqlite3 is for queries only.
    const raw = ({sql, args = []}: {sql: string; args?: unknown[]}): Promise<unknown[]> => {
      const statement = db.prepare(sql);
      const params =
        args.length > 0 ? [Object.fromEntries(args.map((arg, at) => [at + 1, arg]))] : [];
      if (statement.reader) return Promise.resolve(statement.all(...params));
      statement.run(...params);
      return Promise.resolve([]);
    };
    return {db: client, db9: {notifier: client.notifier, db: {raw}}};
  },
  'cr-sqlite-wasm': async () => {
    const db = await (await loadCrSqliteInNode()).open();
    cleanUps.push(() => db.close());
    return {db};
  },
};

/** By the ends of the modules' names, the names of what creates a persister, and ours. */
const clients = [
  ['sqlite3', 'createSqlite3Persister', createSqlite3Persister],
  ['electric-sql', 'createElectricSqlPersister', createElectricSqlPersister],
  ['cr-sqlite-wasm', 'createCrSqliteWasmPersister', createCrSqliteWasmPersister],
] as const;

const configs: [string, DatabasePersisterConfig][] = [
  ['JSON', {mode: 'json'}],
  [
    'tables',
    {
      mode: 'tabular',
      tables: {
        load: {pets: 'pets', 'two words': 'two words'},
        save: {pets: 'pets', 'two words': 'two words'},
      },
      values: {load: true, save: true},
    },
  ],
];

const TABLES = {
  pets: {fido: {species: 'dog', age: 4, price: 5.5}, felix: {species: 'cat', age: 0, price: -0.25}},
  'two words': {'7': {name: 'é"\n'}},
};
const VALUES = {open: 'yes', count: 3};

describe.each(clients)('A database of TinyBase 9 by way of %s', (client, creator, create) => {
  it.each(configs)(
    'has the same content here, and the other way round, as %s',
    async (_mode, config) => {
      const path = join(folder, 'pets.db');
      const opened = await openers[client]?.(path);
      if (!opened) throw new Error(`There is no ${client}`);
      const {db, db9 = db} = opened;
      const {createStore: createStore9} = await importOf9('index.js');
      const create9 = (await importOf9(`persisters/persister-${client}/index.js`))[creator];
      const errors: unknown[] = [];
      const onError = (error: unknown): void => void errors.push(error);
      const open = (make: unknown, store: Store): AnyPersister => {
        const args = [store, make === create ? db : db9, config, undefined, onError];
        return Reflect.apply(make as (...all: unknown[]) => AnyPersister, undefined, args);
      };

      const written = createStore9().setTables(TABLES).setValues(VALUES);
      const writer = open(create9, written);
      await writer.save();
      await writer.destroy();
      expect(errors).toEqual([]);
      const store = createStore();
      const persister = open(create, store);
      await persister.load();
      expect(store.getContent()).toEqual([TABLES, VALUES]);

      store.setCell('pets', 'fido', 'age', 5).delRow('pets', 'felix').setValue('count', 4);
      await persister.save();
      await persister.destroy();
      const read = createStore9();
      const reader = open(create9, read);
      await reader.load();
      expect(read.getContent()).toEqual(store.getContent());
      await reader.destroy();
      expect(errors).toEqual([]);
    },
  );
});
