/** A persister for PostgreSQL databases by way of `postgres`. */
import type {OptionalSchemas, Store} from '../../store/types.ts';
import type {OptionsOrHandler} from '../engine/options.ts';
import type {Persister} from '../engine/persister-types.ts';
import {assertMethods} from '../sql/assert-client.ts';
import type {DatabasePersisterConfig} from '../sql/config.ts';
import {createPostgreSqlPersister} from '../sql/create-postgresql-persister.ts';
import {type DatabasePersisterOptions, toDatabaseOptions} from '../sql/database-adapter.ts';
import type {OnSqlCommand} from '../sql/run-work.ts';
import {PostgresDriver, type PostgresSql} from './driver.ts';

export type {PostgresSql} from './driver.ts';

/** Keeps a store in a PostgreSQL database, by way of `postgres`. */
export interface PostgresPersister<Schemas extends OptionalSchemas> extends Persister<Schemas> {
  /** What the persister was created with. */
  getSql(): PostgresSql;
}

/**
 * Creates a persister that keeps `store` in a PostgreSQL database, as JSON in one row or as tables.
 * @param sql What `postgres()` has returned. It stays yours: it is neither configured nor ended.
 * @param configOrStoreTableName What is kept where, see the guide on databases. Default: as JSON.
 * @param onSqlCommandOrOptions Called before each command; or the options, with `onSqlCommand` among them.
 * @param optionsOrHandler Options, or the handler of errors that are otherwise ignored.
 * @throws TypeError if an argument is no good.
 */
export const createPostgresPersister = async <Schemas extends OptionalSchemas>(
  store: Store<Schemas>,
  sql: PostgresSql,
  configOrStoreTableName?: DatabasePersisterConfig | string,
  onSqlCommandOrOptions?: OnSqlCommand | DatabasePersisterOptions,
  optionsOrHandler?: OptionsOrHandler<DatabasePersisterOptions>,
): Promise<PostgresPersister<Schemas>> => {
  assertMethods(sql, 'sql', 'unsafe', 'begin', 'listen');
  return Promise.resolve(
    createPostgreSqlPersister(
      store,
      new PostgresDriver(sql),
      configOrStoreTableName,
      toDatabaseOptions(onSqlCommandOrOptions, optionsOrHandler),
      {getSql: () => sql},
    ),
  );
};
