/** A persister for SQLite databases that an `electric-sql` client keeps in sync, version 0.12 or before. */
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
import {type ElectricClient, ElectricSqlDriver} from './driver.ts';

export type {ElectricClient} from './driver.ts';

/** Keeps a store in the database of a client of ElectricSQL. */
export interface ElectricSqlPersister<Schemas extends OptionalSchemas> extends Persister<Schemas> {
  /** The database that the persister was created with. */
  getElectricClient(): ElectricClient;
}

/**
 * Creates a persister that keeps `store` in the client's database, as JSON in one row or as tables. Only tables of the
 * client's schema are synchronized; others are created where needed, and stay local.
 * @param electricClient A client that stays yours: it is neither configured nor closed.
 * @param configOrStoreTableName What is kept where, see the guide on databases. Default: as JSON.
 * @param onSqlCommandOrOptions Called before each command; or the options, with `onSqlCommand` among them.
 * @param optionsOrHandler Options, or the handler of errors that are otherwise ignored.
 * @throws TypeError if an argument is no good.
 */
export const createElectricSqlPersister = <Schemas extends OptionalSchemas>(
  store: Store<Schemas>,
  electricClient: ElectricClient,
  configOrStoreTableName?: DatabasePersisterConfig | string,
  onSqlCommandOrOptions?: OnSqlCommand | DatabasePersisterOptions,
  optionsOrHandler?: OptionsOrHandler<DatabasePersisterOptions>,
): ElectricSqlPersister<Schemas> =>
  createSqlitePersister(
    store,
    new ElectricSqlDriver(electricClient),
    configOrStoreTableName,
    toDatabaseOptions(onSqlCommandOrOptions, optionsOrHandler),
    {getElectricClient: () => electricClient},
  );
