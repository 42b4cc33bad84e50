/** Puts the adapter of a database together: the configuration, the mapping, a dialect and a driver. */
import {internalsOf} from '../../store/store-internals.ts';
import type {AnyStore, Store} from '../../store/types.ts';
import {ErrorReporter} from '../engine/error-reporter.ts';
import {JsonText} from '../engine/json-text.ts';
import type {Clock} from '../engine/clock.ts';
import {type OptionsOrHandler, resolveOptions, toOptions} from '../engine/options.ts';
import type {PersisterOptions} from '../engine/persister-types.ts';
import type {StorageAdapter} from '../engine/storage-adapter.ts';
import {Catalog} from './catalog.ts';
import {
  type DatabasePersisterConfig,
  type JsonConfig,
  resolveConfig,
  type TabularConfig,
} from './config.ts';
import type {ChangeTracker} from './change-tracker.ts';
import type {CellSchema, SqlDialect} from './dialect.ts';
import {JsonStorage} from './json-storage.ts';
import {createTableMapper, type FindSchema} from './mapped-table.ts';
import type {OnSqlCommand} from './run-work.ts';
import type {SqlDriver} from './sql-driver.ts';
import {SpaciousText} from './spacious-text.ts';
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
  const internals = internalsOf(store);
  let rules: ReturnType<typeof internals.getRules> | undefined;
  let schemas: [Record<string, Record<string, CellSchema>>, Record<string, CellSchema>] = [{}, {}];
  return (tableId) => {
    const now = internals.getRules();
    if (now[0] !== rules?.[0] || now[1] !== rules?.[1]) {
      rules = now;
      schemas = JSON.parse(store.getSchemaJson()) as typeof schemas;
    }
    const [tables, values] = schemas;
    if (tableId === undefined) return values;
    return Object.hasOwn(tables, tableId) ? tables[tableId] : undefined;
  };
};

/** What is put together, as far as it does not depend on the kind of database. */
export interface AdapterParts {
  readonly name: string;
  readonly driver: SqlDriver;
  readonly config: JsonConfig | TabularConfig;
  readonly transactions: Transactions;
  readonly catalog: Catalog;
  readonly clock: Clock;
  /** How long anything may take, in milliseconds. */
  readonly timeoutMs: number;
  /** The tables that are mapped. */
  readonly tableNames: readonly string[];
}

/** What a kind of database makes of it. */
export interface Engine {
  readonly dialect: SqlDialect;
  /** Whether drivers give each transaction a session, or have transactions wait for each other. */
  readonly isConcurrent: boolean;
  /** In front of the names of its tables. */
  readonly scheme: string;
  /** How writes of others are found out. */
  readonly watch: (parts: AdapterParts) => {
    readonly tracker: ChangeTracker;
    readonly watch: NonNullable<StorageAdapter['watch']>;
  };
}

/** @throws TypeError that names the entry of the configuration which is no good. */
export const createDatabaseAdapter = (
  store: AnyStore,
  driver: SqlDriver,
  configOrStoreTableName: DatabasePersisterConfig | string | undefined,
  options: DatabasePersisterOptions,
  {dialect, isConcurrent, scheme, watch}: Engine,
): StorageAdapter => {
  const config = resolveConfig(configOrStoreTableName);
  const {clock, timeoutMs, onIgnoredError} = resolveOptions(options);
  const plainStore = store as Store;
  if (config.mode === 'tabular' && plainStore.isMergeable()) {
    throw new TypeError("config.mode: expected 'json', as the store is a MergeableStore");
  }
  const tableNames =
    config.mode === 'json'
      ? [config.tableName]
      : [...config.load, ...config.save].map(({tableName}) => tableName);
  const name = `${scheme}:${[...new Set(tableNames)].join()}`;
  const catalog = new Catalog(dialect, tableNames);
  const transactions = new Transactions(driver, dialect, name, options.onSqlCommand);
  const parts = {name, driver, dialect, isConcurrent, transactions, catalog};
  const watching = watch({...parts, config, clock, timeoutMs, tableNames});
  if (config.mode === 'json') {
    const plainText = new JsonText(store);
    const text = dialect.keepsEqualPages ? new SpaciousText(plainText) : plainText;
    return new JsonStorage({...parts, ...watching, config, text});
  }
  return new TabularStorage({
    ...parts,
    ...watching,
    config,
    store: internalsOf(store),
    countValues: () => plainStore.getValueIds().length,
    getValueIds: () => plainStore.getValueIds(),
    mapTable: createTableMapper(dialect, catalog, schemaFinder(plainStore)),
    reporter: new ErrorReporter(name, onIgnoredError),
  });
};
