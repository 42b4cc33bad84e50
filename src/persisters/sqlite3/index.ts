/** A persister for SQLite databases that are opened with sqlite3. */
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
import {type Sqlite3Database, Sqlite3Driver} from './driver.ts';

export type {Sqlite3Database} from './driver.ts';

/** Keeps a store in a database of sqlite3. */
export interface Sqlite3Persister<Schemas extends OptionalSchemas> extends Persister<Schemas> {
  /** The database that the persister was created with. */
  getDb(): Sqlite3Database;
}

/**
 * Creates a persister that keeps `store` in a SQLite database, as JSON in one row or as tables.
 * @param db A `Database` that stays yours: it is neither configured nor closed.
 * @param configOrStoreTableName What is kept where, see the guide on databases. Default: as JSON.
 * @param onSqlCommandOrOptions Called before each command; or the options, with `onSqlCommand` among them.
 * @param optionsOrHandler Options, or the handler of errors that are otherwise ignored.
 * @throws TypeError if an argument is no good.
 */
export const createSqlite3Persister = <Schemas extends OptionalSchemas>(
  store: Store<Schemas>,
  db: Sqlite3Database,
  configOrStoreTableName?: DatabasePersisterConfig | string,
  onSqlCommandOrOptions?: OnSqlCommand | DatabasePersisterOptions,
  optionsOrHandler?: OptionsOrHandler<DatabasePersisterOptions>,
): Sqlite3Persister<Schemas> =>
  createSqlitePersister(
    store,
    new Sqlite3Driver(db),
    configOrStoreTableName,
    toDatabaseOptions(onSqlCommandOrOptions, optionsOrHandler),
    {getDb: () => db},
  );
