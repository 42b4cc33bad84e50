/** A persister for databases that PowerSync keeps in sync. */
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
import {type PowerSyncDatabase, PowerSyncDriver} from './driver.ts';

export type {PowerSyncDatabase} from './driver.ts';

/** Keeps a store in a database of PowerSync. */
export interface PowerSyncPersister<Schemas extends OptionalSchemas> extends Persister<Schemas> {
  /** The database that the persister was created with. */
  getPowerSync(): PowerSyncDatabase;
}

/**
 * Creates a persister that keeps `store` in the client's database, as JSON in one row or as tables. Only tables of
 * PowerSync's schema are synchronized: they are views, to which nobody can add columns, so that cells without one
 * are kept beside them, locally; so are tables that the schema does not have. The column of the row ids is `id`.
 * @param powerSync A database that stays yours: it is neither configured nor closed.
 * @param configOrStoreTableName What is kept where, see the guide on databases. Default: as JSON.
 * @param onSqlCommandOrOptions Called before each command; or the options, with `onSqlCommand` among them.
 * @param optionsOrHandler Options, or the handler of errors that are otherwise ignored.
 * @throws TypeError if an argument is no good.
 */
export const createPowerSyncPersister = <Schemas extends OptionalSchemas>(
  store: Store<Schemas>,
  powerSync: PowerSyncDatabase,
  configOrStoreTableName?: DatabasePersisterConfig | string,
  onSqlCommandOrOptions?: OnSqlCommand | DatabasePersisterOptions,
  optionsOrHandler?: OptionsOrHandler<DatabasePersisterOptions>,
): PowerSyncPersister<Schemas> =>
  createSqlitePersister(
    store,
    new PowerSyncDriver(powerSync),
    configOrStoreTableName,
    toDatabaseOptions(onSqlCommandOrOptions, optionsOrHandler),
    {getPowerSync: () => powerSync},
  );
