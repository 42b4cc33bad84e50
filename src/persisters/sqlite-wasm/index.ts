/** A persister for SQLite databases that are opened with `@sqlite.org/sqlite-wasm`. */
import type {OptionalSchemas, Store} from '../../store/types.ts';
import type {OptionsOrHandler} from '../engine/options.ts';
import type {Persister} from '../engine/persister-types.ts';
import type {DatabasePersisterConfig} from '../sql/config.ts';
import {
  createSqlitePersister,
  type DatabasePersisterOptions,
  toDatabaseOptions,
} from '../sql/create-database-persister.ts';
import type {OnSqlCommand} from '../sql/run-work.ts';
import {type Sqlite3, type SqliteWasmDatabase, SqliteWasmDriver} from './driver.ts';

export type {Sqlite3, SqliteWasmDatabase} from './driver.ts';

/** Keeps a store in a database of SQLite's WebAssembly build. */
export interface SqliteWasmPersister<Schemas extends OptionalSchemas> extends Persister<Schemas> {
  /** The database that the persister was created with. */
  getDb(): SqliteWasmDatabase;
}

/**
 * Creates a persister that keeps `store` in a SQLite database, as JSON in one row or as tables.
 * While it auto-loads, the database's update hook is the persister's.
 * @param sqlite3 What the module's initialization has resolved to.
 * @param db A database of `sqlite3.oo1` that stays yours: it is neither configured nor closed.
 * @param configOrStoreTableName What is kept where, see the guide on databases. Default: as JSON.
 * @param onSqlCommandOrOptions Called before each command; or the options, with `onSqlCommand` among them.
 * @param optionsOrHandler Options, or the handler of errors that are otherwise ignored.
 * @throws TypeError if an argument is no good.
 */
export const createSqliteWasmPersister = <Schemas extends OptionalSchemas>(
  store: Store<Schemas>,
  sqlite3: Sqlite3,
  db: SqliteWasmDatabase,
  configOrStoreTableName?: DatabasePersisterConfig | string,
  onSqlCommandOrOptions?: OnSqlCommand | DatabasePersisterOptions,
  optionsOrHandler?: OptionsOrHandler<DatabasePersisterOptions>,
): SqliteWasmPersister<Schemas> =>
  createSqlitePersister(
    store,
    new SqliteWasmDriver(sqlite3, db),
    configOrStoreTableName,
    toDatabaseOptions(onSqlCommandOrOptions, optionsOrHandler),
    {getDb: () => db},
  );
