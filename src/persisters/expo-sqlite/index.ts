/** A persister for SQLite databases that are opened with expo-sqlite. */
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
import {
  type AddDatabaseChangeListener,
  type ExpoSqliteDatabase,
  ExpoSqliteDriver,
} from './driver.ts';

export type {AddDatabaseChangeListener, ExpoSqliteChange, ExpoSqliteDatabase} from './driver.ts';

/** Options of a persister for expo-sqlite. */
export interface ExpoSqlitePersisterOptions extends DatabasePersisterOptions {
  /**
   * That of expo-sqlite, for the app's own writes to be heard at once. The database must have been opened with
   * `enableChangeListener`. Default: they are heard at intervals, as those of others are.
   */
  readonly addDatabaseChangeListener?: AddDatabaseChangeListener | undefined;
}

/** Keeps a store in a database of expo-sqlite. */
export interface ExpoSqlitePersister<Schemas extends OptionalSchemas> extends Persister<Schemas> {
  /** The database that the persister was created with. */
  getDb(): ExpoSqliteDatabase;
}

/**
 * Creates a persister that keeps `store` in a SQLite database, as JSON in one row or as tables.
 * @param db A database that stays yours: it is neither configured nor closed.
 * @param configOrStoreTableName What is kept where, see the guide on databases. Default: as JSON.
 * @param onSqlCommandOrOptions Called before each command; or the options, with `onSqlCommand` among them.
 * @param optionsOrHandler Options, or the handler of errors that are otherwise ignored.
 * @throws TypeError if an argument is no good.
 */
export const createExpoSqlitePersister = <Schemas extends OptionalSchemas>(
  store: Store<Schemas>,
  db: ExpoSqliteDatabase,
  configOrStoreTableName?: DatabasePersisterConfig | string,
  onSqlCommandOrOptions?: OnSqlCommand | ExpoSqlitePersisterOptions,
  optionsOrHandler?: OptionsOrHandler<ExpoSqlitePersisterOptions>,
): ExpoSqlitePersister<Schemas> => {
  const options: ExpoSqlitePersisterOptions = toDatabaseOptions(
    onSqlCommandOrOptions,
    optionsOrHandler,
  );
  const driver = new ExpoSqliteDriver(db, options.addDatabaseChangeListener);
  return createSqlitePersister(store, driver, configOrStoreTableName, options, {getDb: () => db});
};
