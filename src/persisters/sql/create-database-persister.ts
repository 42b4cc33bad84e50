/** Puts a persister for a database together: the configuration, the mapping, a dialect and a driver. */
import {internalsOf} from '../../store/store-internals.ts';
import type {AnyStore, OptionalSchemas, Store} from '../../store/types.ts';
import {ErrorReporter} from '../engine/error-reporter.ts';
import {JsonText} from '../engine/json-text.ts';
import {type OptionsOrHandler, resolveOptions, toOptions} from '../engine/options.ts';
import type {Persister, PersisterOptions} from '../engine/persister-types.ts';
import {createPersister} from '../engine/persister.ts';
import type {StorageAdapter} from '../engine/storage-adapter.ts';
import {Catalog} from './catalog.ts';
import {type DatabasePersisterConfig, resolveConfig} from './config.ts';
import type {CellSchema} from './dialect.ts';
import {JsonStorage} from './json-storage.ts';
import type {FindSchema} from './mapped-table.ts';
import type {OnSqlCommand} from './run-work.ts';
import type {SqlDriver} from './sql-driver.ts';
import {sqliteDialect} from './sqlite-dialect.ts';
import {SqliteTracker} from './sqlite-tracker.ts';
import {watchSqlite} from './sqlite-watch.ts';
import {TabularStorage} from './tabular-storage.ts';
import {Transactions} from './transactions.ts';

/** Options of every persister for a database. */
export interface DatabasePersisterOptions extends PersisterOptions {
  /** Called before each command, with its parameters if it has any. */
  readonly onSqlCommand?: OnSqlCommand | undefined;
}

/** The last two arguments of every function that creates one, of which the first may be the options, too. */
export const toDatabaseOptions = (
  onSqlCommandOrOptions: OnSqlCommand | DatabasePersisterOptions | undefined,
  optionsOrHandler: OptionsOrHandler<DatabasePersisterOptions>,
): DatabasePersisterOptions => {
  const options: DatabasePersisterOptions = toOptions(optionsOrHandler);
  if (typeof onSqlCommandOrOptions !== 'function') return {...onSqlCommandOrOptions, ...options};
  return {...options, onSqlCommand: onSqlCommandOrOptions};
};

/** Asks the store each time: its schema may be set later. */
const schemaFinder = (store: Store): FindSchema => {
  let text = '';
  let schemas: [Record<string, Record<string, CellSchema>>, Record<string, CellSchema>] = [{}, {}];
  return (tableId, cellId) => {
    const now = store.getSchemaJson();
    if (now !== text) {
      text = now;
      schemas = JSON.parse(now) as typeof schemas;
    }
    const [tables, values] = schemas;
    const cells = tableId === undefined ? values : tables[tableId];
    return cells && Object.hasOwn(cells, cellId) ? cells[cellId] : undefined;
  };
};

/** The adapter of a SQLite database. @throws TypeError that names the entry of the configuration which is no good. */
export const createSqliteAdapter = (
  store: AnyStore,
  driver: SqlDriver,
  configOrStoreTableName: DatabasePersisterConfig | string | undefined,
  options: DatabasePersisterOptions,
): StorageAdapter => {
  const config = resolveConfig(configOrStoreTableName);
  const {clock, onIgnoredError} = resolveOptions(options);
  const plainStore = store as Store;
  if (config.mode === 'tabular' && plainStore.isMergeable()) {
    throw new TypeError("config.mode: expected 'json', as the store is a MergeableStore");
  }
  const tableNames =
    config.mode === 'json'
      ? [config.tableName]
      : [...config.load, ...config.save].map(({tableName}) => tableName);
  const name = `sqlite:${[...new Set(tableNames)].join()}`;
  const dialect = sqliteDialect;
  const catalog = new Catalog(dialect, tableNames);
  const transactions = new Transactions(driver, dialect, name, options.onSqlCommand);
  const tracker = new SqliteTracker(() => catalog.invalidate());
  const watch = watchSqlite(driver, transactions, tracker, clock, config.pollIntervalMs);
  const parts = {name, driver, dialect, transactions, tracker, catalog, watch};
  if (config.mode === 'json') {
    return new JsonStorage({...parts, config, text: new JsonText(store)});
  }
  return new TabularStorage({
    ...parts,
    config,
    store: internalsOf(store),
    countValues: () => plainStore.getValueIds().length,
    findSchema: schemaFinder(plainStore),
    reporter: new ErrorReporter(name, onIgnoredError),
  });
};

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
): Persister<Schemas> & Extras => {
  const adapter = createSqliteAdapter(store, driver, configOrStoreTableName, options);
  return createPersister(store, adapter, options, extras);
};
