/** A persister for SQLite databases that are opened with @capacitor-community/sqlite. */
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
import {textualSqliteEngine} from '../sql/textual-sqlite.ts';
import {type CapacitorSqliteConnection, CapacitorSqliteDriver} from './driver.ts';

export type {CapacitorSqliteConnection} from './driver.ts';

/** Keeps a store in a database of @capacitor-community/sqlite. */
export interface CapacitorSqlitePersister<
  Schemas extends OptionalSchemas,
> extends Persister<Schemas> {
  /** The database that the persister was created with. */
  getDb(): CapacitorSqliteConnection;
}

/**
 * Creates a persister that keeps `store` in a SQLite database, as JSON in one row or as tables.
 * @param db A database that stays yours: it is neither configured nor closed.
 * @param configOrStoreTableName What is kept where, see the guide on databases. Default: as JSON.
 * @param onSqlCommandOrOptions Called before each command; or the options, with `onSqlCommand` among them.
 * @param optionsOrHandler Options, or the handler of errors that are otherwise ignored.
 * @throws TypeError if an argument is no good.
 */
export const createCapacitorSqlitePersister = <Schemas extends OptionalSchemas>(
  store: Store<Schemas>,
  db: CapacitorSqliteConnection,
  configOrStoreTableName?: DatabasePersisterConfig | string,
  onSqlCommandOrOptions?: OnSqlCommand | DatabasePersisterOptions,
  optionsOrHandler?: OptionsOrHandler<DatabasePersisterOptions>,
): CapacitorSqlitePersister<Schemas> =>
  createSqlitePersister(
    store,
    new CapacitorSqliteDriver(db),
    configOrStoreTableName,
    toDatabaseOptions(onSqlCommandOrOptions, optionsOrHandler),
    {getDb: () => db},
    textualSqliteEngine,
  );
