/** cr-sqlite's build for WebAssembly, in Node and in browsers. */
import {CrSqliteWasmDriver} from '../../../src/persisters/cr-sqlite-wasm/driver.ts';
import {
  createCrSqliteWasmPersister,
  type CrSqliteWasmDatabase,
} from '../../../src/persisters/cr-sqlite-wasm/index.ts';
import {createSqliteAdapter} from '../../../src/persisters/sql/create-database-persister.ts';
import type {SqlRow} from '../../../src/persisters/sql/sql-driver.ts';
import type {SqlClient, SqlHandle} from '../suite/sql-client.ts';

interface OpenedDatabase extends CrSqliteWasmDatabase {
  close(): Promise<unknown>;
}

export interface LoadedCrSqlite {
  /** @param name Of a file that is kept in IndexedDB; default: in memory. */
  open(name?: string): Promise<OpenedDatabase>;
}

const toHandle = (db: CrSqliteWasmDatabase): SqlHandle => ({
  openAdapter: (store, config, options) =>
    createSqliteAdapter(store, new CrSqliteWasmDriver(db), config, options),
  createPersister: (store, config, options) =>
    createCrSqliteWasmPersister(store, db, config, undefined, options),
  execute: async (sql, params = []) => ((await db.execO(sql, [...params])) ?? []) as SqlRow[],
});

/** In memory, which connections do not share: each place has one. */
export const crSqliteWasm = (runtime: string, load: () => Promise<LoadedCrSqlite>): SqlClient => ({
  name: 'cr-sqlite',
  runtime,
  real: 'memory',
  engine: 'SQLite',
  modes: ['json', 'tabular'],
  notification: 'its update hook, and counters of SQLite',
  isShared: false,
  setUp: async () => {
    const sqlite = await load();
    const opened = new Map<string, Promise<OpenedDatabase>>();
    return {
      connect: async (place) => {
        const opening = opened.get(place) ?? sqlite.open();
        opened.set(place, opening);
        const db = await opening;
        // As another object each time, lest what hangs in one test keeps others from their turn.
        return toHandle({
          execO: db.execO.bind(db),
          imperativeTx: db.imperativeTx.bind(db),
          onUpdate: db.onUpdate.bind(db),
        });
      },
      cleanUp: async () => {
        for (const opening of opened.values()) await (await opening).close();
      },
    };
  },
});
