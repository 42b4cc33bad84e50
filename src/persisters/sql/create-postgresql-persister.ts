/** Creates persisters for PostgreSQL databases, whatever client speaks to them. */
import type {AnyStore, OptionalSchemas, Store} from '../../store/types.ts';
import type {Persister} from '../engine/persister-types.ts';
import {createPersister} from '../engine/persister.ts';
import type {StorageAdapter} from '../engine/storage-adapter.ts';
import type {DatabasePersisterConfig, JsonConfig, TabularConfig} from './config.ts';
import {
  createDatabaseAdapter,
  type DatabasePersisterOptions,
  type Engine,
} from './database-adapter.ts';
import {postgresDialect} from './postgres-dialect.ts';
import {PostgresTracker, type TableKey} from './postgres-tracker.ts';
import {watchPostgres} from './postgres-watch.ts';
import type {SqlDriver} from './sql-driver.ts';

const loadedTables = (config: JsonConfig | TabularConfig): readonly TableKey[] =>
  config.mode === 'json'
    ? [{tableName: config.tableName, rowIdColumnName: config.idColumnName}]
    : config.load;

const postgres: Engine = {
  dialect: postgresDialect,
  isConcurrent: true,
  scheme: 'postgresql',
  watch: ({name, driver, transactions, catalog, clock, timeoutMs, config}) => {
    // Of a store as JSON there is but one row, whose version is compared when it is written.
    const saved = config.mode === 'json' ? [] : config.save;
    const tracker = new PostgresTracker(name, catalog, saved, driver.isExposed === true);
    const watch = watchPostgres({
      name,
      driver,
      dialect: postgresDialect,
      transactions,
      tracker,
      catalog,
      clock,
      timeoutMs,
      keys: loadedTables(config),
      intervalMs: config.pollIntervalMs,
    });
    return {tracker, watch};
  },
};

/** The adapter of a PostgreSQL database. @throws TypeError that names the entry of the configuration which is no good. */
export const createPostgreSqlAdapter = (
  store: AnyStore,
  driver: SqlDriver,
  configOrStoreTableName: DatabasePersisterConfig | string | undefined,
  options: DatabasePersisterOptions,
): StorageAdapter =>
  createDatabaseAdapter(store, driver, configOrStoreTableName, options, postgres);

/** Creates a persister for a PostgreSQL database. */
export const createPostgreSqlPersister = <
  Schemas extends OptionalSchemas,
  Extras extends object = object,
>(
  store: Store<Schemas>,
  driver: SqlDriver,
  configOrStoreTableName: DatabasePersisterConfig | string | undefined,
  options: DatabasePersisterOptions,
  extras: Extras,
): Persister<Schemas> & Extras => {
  const adapter = createPostgreSqlAdapter(store, driver, configOrStoreTableName, options);
  return createPersister(store, adapter, options, extras);
};
