/** Creates persisters for SQLite databases, whatever client opens them. */
import type {AnyStore, OptionalSchemas, Store} from '../../store/types.ts';
import type {Persister} from '../engine/persister-types.ts';
import {createPersister} from '../engine/persister.ts';
import type {StorageAdapter} from '../engine/storage-adapter.ts';
import type {DatabasePersisterConfig} from './config.ts';
import {
  createDatabaseAdapter,
  type DatabasePersisterOptions,
  type Engine,
} from './database-adapter.ts';
import type {SqlDriver} from './sql-driver.ts';
import {sqliteDialect} from './sqlite-dialect.ts';
import {SqliteTracker} from './sqlite-tracker.ts';
import {watchSqlite} from './sqlite-watch.ts';

export {toDatabaseOptions, type DatabasePersisterOptions} from './database-adapter.ts';

/** Where every statement runs on one connection. */
export const sqliteEngine: Engine = {
  dialect: sqliteDialect,
  isConcurrent: false,
  scheme: 'sqlite',
  watch: (parts) => {
    const tracker = new SqliteTracker(() => parts.catalog.invalidate());
    return {tracker, watch: watchSqlite(parts, tracker)};
  },
};

/** The adapter of a SQLite database. @throws TypeError that names the entry of the configuration which is no good. */
export const createSqliteAdapter = (
  store: AnyStore,
  driver: SqlDriver,
  configOrStoreTableName: DatabasePersisterConfig | string | undefined,
  options: DatabasePersisterOptions,
  engine: Engine = sqliteEngine,
): StorageAdapter => createDatabaseAdapter(store, driver, configOrStoreTableName, options, engine);

/** Creates a persister for a SQLite database. */
export const createSqlitePersister = <
  Schemas extends OptionalSchemas,
  Extras extends object = object,
>(
  store: Store<Schemas>,
  driver: SqlDriver,
  configOrStoreTableName: DatabasePersisterConfig | string | undefined,
  options: DatabasePersisterOptions,
  extras: Extras,
  engine: Engine = sqliteEngine,
): Persister<Schemas> & Extras => {
  const adapter = createSqliteAdapter(store, driver, configOrStoreTableName, options, engine);
  return createPersister(store, adapter, options, extras);
};
