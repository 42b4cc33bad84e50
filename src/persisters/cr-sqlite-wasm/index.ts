/** A persister for SQLite databases that are opened with `@vlcn.io/crsqlite-wasm`. */
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
import {type CrSqliteWasmDatabase, CrSqliteWasmDriver} from './driver.ts';

export type {CrSqliteWasmDatabase} from './driver.ts';

/** Keeps a store in a database of cr-sqlite. */
export interface CrSqliteWasmPersister<Schemas extends OptionalSchemas> extends Persister<Schemas> {
  /** The database that the persister was created with. */
  getDb(): CrSqliteWasmDatabase;
}

/**
 * Creates a persister that keeps `store` in a SQLite database, as JSON in one row or as tables. Tables that are to be
 * merged with those of peers are made so by the app, with `crsql_as_crr`.
 * @param db A database that stays yours: it is neither configured nor closed.
 * @param configOrStoreTableName What is kept where, see the guide on databases. Default: as JSON.
 * @param onSqlCommandOrOptions Called before each command; or the options, with `onSqlCommand` among them.
 * @param optionsOrHandler Options, or the handler of errors that are otherwise ignored.
 * @throws TypeError if an argument is no good.
 */
export const createCrSqliteWasmPersister = <Schemas extends OptionalSchemas>(
  store: Store<Schemas>,
  db: CrSqliteWasmDatabase,
  configOrStoreTableName?: DatabasePersisterConfig | string,
  onSqlCommandOrOptions?: OnSqlCommand | DatabasePersisterOptions,
  optionsOrHandler?: OptionsOrHandler<DatabasePersisterOptions>,
): CrSqliteWasmPersister<Schemas> =>
  createSqlitePersister(
    store,
    new CrSqliteWasmDriver(db),
    configOrStoreTableName,
    toDatabaseOptions(onSqlCommandOrOptions, optionsOrHandler),
    {getDb: () => db},
  );
