/** A persister for PostgreSQL databases by way of PGlite. */
import type {OptionalSchemas, Store} from '../../store/types.ts';
import type {OptionsOrHandler} from '../engine/options.ts';
import type {Persister} from '../engine/persister-types.ts';
import {assertMethods} from '../sql/assert-client.ts';
import type {DatabasePersisterConfig} from '../sql/config.ts';
import {createPostgreSqlPersister} from '../sql/create-postgresql-persister.ts';
import {type DatabasePersisterOptions, toDatabaseOptions} from '../sql/database-adapter.ts';
import type {OnSqlCommand} from '../sql/run-work.ts';
import {type PGliteDatabase, PgliteDriver} from './driver.ts';

export type {PGliteDatabase} from './driver.ts';

/** Keeps a store in a PostgreSQL database, by way of PGlite. */
export interface PglitePersister<Schemas extends OptionalSchemas> extends Persister<Schemas> {
  /** What the persister was created with. */
  getPglite(): PGliteDatabase;
}

/**
 * Creates a persister that keeps `store` in a PostgreSQL database, as JSON in one row or as tables.
 * @param pglite A database that stays yours: it is neither configured nor closed.
 * @param configOrStoreTableName What is kept where, see the guide on databases. Default: as JSON.
 * @param onSqlCommandOrOptions Called before each command; or the options, with `onSqlCommand` among them.
 * @param optionsOrHandler Options, or the handler of errors that are otherwise ignored.
 * @throws TypeError if an argument is no good.
 */
export const createPglitePersister = async <Schemas extends OptionalSchemas>(
  store: Store<Schemas>,
  pglite: PGliteDatabase,
  configOrStoreTableName?: DatabasePersisterConfig | string,
  onSqlCommandOrOptions?: OnSqlCommand | DatabasePersisterOptions,
  optionsOrHandler?: OptionsOrHandler<DatabasePersisterOptions>,
): Promise<PglitePersister<Schemas>> => {
  assertMethods(pglite, 'pglite', 'query', 'transaction', 'listen');
  return Promise.resolve(
    createPostgreSqlPersister(
      store,
      new PgliteDriver(pglite),
      configOrStoreTableName,
      toDatabaseOptions(onSqlCommandOrOptions, optionsOrHandler),
      {getPglite: () => pglite},
    ),
  );
};
