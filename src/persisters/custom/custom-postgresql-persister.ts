/** A persister for a PostgreSQL database whose client is not among ours. */
import type {OptionalSchemas, Store} from '../../store/types.ts';
import type {OptionsOrHandler} from '../engine/options.ts';
import {type Persister, Persists} from '../engine/persister-types.ts';
import type {DatabasePersisterConfig} from '../sql/config.ts';
import {createPostgreSqlPersister} from '../sql/create-postgresql-persister.ts';
import {type DatabasePersisterOptions, toDatabaseOptions} from '../sql/database-adapter.ts';
import type {OnSqlCommand} from '../sql/run-work.ts';
import {assertAccepted, assertFunction} from './assert-arguments.ts';
import {
  type AddChannelListener,
  CustomPostgreSqlDriver,
  type ExecutePostgreSqlCommand,
} from './custom-postgresql-driver.ts';

/**
 * Creates a persister that keeps `store` in a PostgreSQL database, from functions that speak to its client.
 * @param configOrStoreTableName What is kept where, see the guide on databases. Default: as JSON.
 * @param executeCommand Runs one command with its parameters, always on the same connection; resolves to its rows
 *   as objects, an empty list for commands without rows.
 * @param addChangeListener Starts calling its second argument with the payload of each notification on the channel
 *   that is its first. What it resolves to is handed to
 * @param delChangeListener which stops that.
 * @param onSqlCommandOrOptions Called before each command; or the options, with `onSqlCommand` among them.
 * @param optionsOrHandler Options, or the handler of errors that are otherwise ignored.
 * @param destroy Called when the persister has been destroyed.
 * @param persist Which stores are accepted. Default: any, as plain stores.
 * @param thing The client. Persisters with the same one take turns.
 * @param getThing The name of a method, which the persister gets, that returns `thing`. Default `getDb`.
 * @throws TypeError if an argument is no good.
 */
export const createCustomPostgreSqlPersister = <
  Schemas extends OptionalSchemas,
  Handle = unknown,
  Thing extends object = object,
  GetThing extends string = 'getDb',
>(
  store: Store<Schemas>,
  configOrStoreTableName: DatabasePersisterConfig | string | undefined,
  executeCommand: ExecutePostgreSqlCommand,
  addChangeListener: AddChannelListener<Handle>,
  delChangeListener: (handle: Handle) => unknown,
  onSqlCommandOrOptions?: OnSqlCommand | DatabasePersisterOptions,
  optionsOrHandler?: OptionsOrHandler<DatabasePersisterOptions>,
  destroy: () => unknown = () => undefined,
  persist: Persists = Persists.StoreOnly,
  thing?: Thing,
  getThing: GetThing = 'getDb' as GetThing,
): Persister<Schemas> & Record<GetThing, () => Thing> => {
  assertFunction(executeCommand, 'executeCommand');
  assertFunction(addChangeListener, 'addChangeListener');
  assertFunction(delChangeListener, 'delChangeListener');
  assertFunction(destroy, 'destroy');
  assertAccepted(store, persist);
  const functions = {executeCommand, addChangeListener, delChangeListener, destroy};
  return createPostgreSqlPersister(
    store,
    new CustomPostgreSqlDriver(thing ?? executeCommand, functions),
    configOrStoreTableName,
    toDatabaseOptions(onSqlCommandOrOptions, optionsOrHandler),
    {[getThing]: () => thing} as Record<GetThing, () => Thing>,
  );
};
