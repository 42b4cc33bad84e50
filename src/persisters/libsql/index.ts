/** A persister for databases of libSQL: files, embedded replicas and servers. */
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
import {type LibSqlClient, LibSqlDriver} from './driver.ts';
import {engineOf} from './engine.ts';

export type {LibSqlClient, LibSqlStatement, LibSqlTransaction} from './driver.ts';

/** Keeps a store in a database of libSQL. */
export interface LibSqlPersister<Schemas extends OptionalSchemas> extends Persister<Schemas> {
  /** The client that the persister was created with. */
  getClient(): LibSqlClient;
}

/**
 * Creates a persister that keeps `store` in a database of libSQL, as JSON in one row or as tables. On a server,
 * writes to the mapped tables are counted by triggers while anybody auto-loads, so that others are heard.
 * @param client A client of `@libsql/client` that stays yours: it is neither configured nor closed.
 * @param configOrStoreTableName What is kept where, see the guide on databases. Default: as JSON.
 * @param onSqlCommandOrOptions Called before each command; or the options, with `onSqlCommand` among them.
 * @param optionsOrHandler Options, or the handler of errors that are otherwise ignored.
 * @throws TypeError if an argument is no good.
 */
export const createLibSqlPersister = <Schemas extends OptionalSchemas>(
  store: Store<Schemas>,
  client: LibSqlClient,
  configOrStoreTableName?: DatabasePersisterConfig | string,
  onSqlCommandOrOptions?: OnSqlCommand | DatabasePersisterOptions,
  optionsOrHandler?: OptionsOrHandler<DatabasePersisterOptions>,
): LibSqlPersister<Schemas> =>
  createSqlitePersister(
    store,
    new LibSqlDriver(client),
    configOrStoreTableName,
    toDatabaseOptions(onSqlCommandOrOptions, optionsOrHandler),
    {getClient: () => client},
    engineOf(client),
  );
