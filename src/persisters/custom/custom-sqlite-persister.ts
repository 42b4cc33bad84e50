/** A persister for a SQLite database whose client is not among ours. */
import type {OptionalSchemas, Store} from '../../store/types.ts';
import type {OptionsOrHandler} from '../engine/options.ts';
import {type Persister, Persists} from '../engine/persister-types.ts';
import type {DatabasePersisterConfig} from '../sql/config.ts';
import {
  createSqlitePersister,
  type DatabasePersisterOptions,
  toDatabaseOptions,
} from '../sql/create-database-persister.ts';
import type {OnSqlCommand} from '../sql/run-work.ts';
import {assertAccepted, assertFunction} from './assert-arguments.ts';
import {CustomSqliteDriver, type ExecuteCommand} from './custom-sqlite-driver.ts';

/**
 * Creates a persister that keeps `store` in a SQLite database, from functions that speak to its client.
 * @param configOrStoreTableName What is kept where, see the guide on databases. Default: as JSON.
 * @param executeCommand Runs one command with its parameters, `bigint`s and `Uint8Array`s among them, on one
 *   connection; returns its rows as objects, or a promise of them; an empty list for commands without rows. If it
 *   returns rows at once, a whole transaction is run at once, and nothing of the app's comes in between.
 * @param addChangeListener Starts calling its argument with the name of a table that somebody has written to, if
 *   there is word of that; the database is looked at every now and then in any case. What it returns is handed to
 * @param delChangeListener which stops that.
 * @param onSqlCommandOrOptions Called before each command; or the options, with `onSqlCommand` among them.
 * @param optionsOrHandler Options, or the handler of errors that are otherwise ignored.
 * @param destroy Called when the persister has been destroyed.
 * @param persist Which stores are accepted. Default: any, as plain stores.
 * @param thing The client. Persisters with the same one take turns.
 * @param getThing The name of a method, which the persister gets, that returns `thing`. Default `getDb`.
 * @throws TypeError if an argument is no good.
 */
export const createCustomSqlitePersister = <
  Schemas extends OptionalSchemas,
  Handle = unknown,
  Thing extends object = object,
  GetThing extends string = 'getDb',
>(
  store: Store<Schemas>,
  configOrStoreTableName: DatabasePersisterConfig | string | undefined,
  executeCommand: ExecuteCommand,
  addChangeListener: (listener: (tableName: string) => void) => Handle | Promise<Handle>,
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
  return createSqlitePersister(
    store,
    new CustomSqliteDriver(thing ?? executeCommand, functions),
    configOrStoreTableName,
    toDatabaseOptions(onSqlCommandOrOptions, optionsOrHandler),
    {[getThing]: () => thing} as Record<GetThing, () => Thing>,
  );
};
