/** A persister for PostgreSQL databases by way of `pg`. */
import type {OptionalSchemas, Store} from '../../store/types.ts';
import type {OptionsOrHandler} from '../engine/options.ts';
import type {Persister} from '../engine/persister-types.ts';
import {assertMethods} from '../sql/assert-client.ts';
import type {DatabasePersisterConfig} from '../sql/config.ts';
import {createPostgreSqlPersister} from '../sql/create-postgresql-persister.ts';
import {type DatabasePersisterOptions, toDatabaseOptions} from '../sql/database-adapter.ts';
import type {OnSqlCommand} from '../sql/run-work.ts';
import {type PgClient, PgClientDriver, type PgPool, PgPoolDriver} from './driver.ts';

export type {PgClient, PgPool} from './driver.ts';

/** Keeps a store in a PostgreSQL database, by way of `pg`. */
export interface PgPersister<Schemas extends OptionalSchemas> extends Persister<Schemas> {
  /** The pool or client that the persister was created with. */
  getPg(): PgPool | PgClient;
}

const isPool = (poolOrClient: PgPool | PgClient): poolOrClient is PgPool =>
  'totalCount' in poolOrClient;

/**
 * Creates a persister that keeps `store` in a PostgreSQL database, as JSON in one row or as tables.
 * @param poolOrClient Connected, and yours: it is neither configured nor ended. With a pool, transactions do not mix
 *   with those of the app, and connections that have been lost are replaced.
 * @param configOrStoreTableName What is kept where, see the guide on databases. Default: as JSON.
 * @param onSqlCommandOrOptions Called before each command; or the options, with `onSqlCommand` among them.
 * @param optionsOrHandler Options, or the handler of errors that are otherwise ignored.
 * @throws TypeError if an argument is no good.
 */
export const createPgPersister = async <Schemas extends OptionalSchemas>(
  store: Store<Schemas>,
  poolOrClient: PgPool | PgClient,
  configOrStoreTableName?: DatabasePersisterConfig | string,
  onSqlCommandOrOptions?: OnSqlCommand | DatabasePersisterOptions,
  optionsOrHandler?: OptionsOrHandler<DatabasePersisterOptions>,
): Promise<PgPersister<Schemas>> => {
  assertMethods(poolOrClient, 'poolOrClient', 'query', 'connect', 'on');
  return Promise.resolve(
    createPostgreSqlPersister(
      store,
      isPool(poolOrClient) ? new PgPoolDriver(poolOrClient) : new PgClientDriver(poolOrClient),
      configOrStoreTableName,
      toDatabaseOptions(onSqlCommandOrOptions, optionsOrHandler),
      {getPg: () => poolOrClient},
    ),
  );
};
