/** Apps that keep a store in a PostgreSQL database, with clients of their own. */
import type {PersisterError} from '../../../src/errors.ts';
import {type Clock, systemClock} from '../../../src/persisters/engine/clock.ts';
import type {Persister} from '../../../src/persisters/engine/persister-types.ts';
import {createPgPersister} from '../../../src/persisters/pg/index.ts';
import {createPostgresPersister} from '../../../src/persisters/postgres/index.ts';
import type {DatabasePersisterConfig} from '../../../src/persisters/sql/config.ts';
import type {DatabasePersisterOptions} from '../../../src/persisters/sql/create-database-persister.ts';
import {createStore, type Store} from '../../../src/store/index.ts';
import {type Location, openPool} from './databases.ts';
import {postgres} from './postgres-client.ts';

export interface App {
  readonly store: Store;
  readonly persister: Persister;
  readonly errors: PersisterError[];
  readonly commands: string[];
}

export type Client = 'pg' | 'postgres';

/** What has been opened, to be closed in the reverse order. */
export type CleanUps = (() => Promise<unknown>)[];

/** What is done now and then, such as listening again, is done eight times as often: nobody waits for it here. */
const BRISK: Clock = {
  ...systemClock,
  delay: (delayMs, action, background) =>
    systemClock.delay(background ? delayMs / 8 : delayMs, action, background),
};

/** @param options Default: what has failed is tried again soon. */
export const openApp = async (
  cleanUps: CleanUps,
  location: Location,
  config: DatabasePersisterConfig,
  client: Client = 'pg',
  options: DatabasePersisterOptions = {},
): Promise<App> => {
  const store = createStore();
  const errors: PersisterError[] = [];
  const commands: string[] = [];
  const all: DatabasePersisterOptions = {
    retry: {minDelayMs: 10, maxDelayMs: 200},
    clock: BRISK,
    ...options,
    onIgnoredError: (error: unknown) => errors.push(error as PersisterError),
    onSqlCommand: (sql: string) => commands.push(sql),
  };
  let persister: Persister;
  if (client === 'pg') {
    const pool = openPool({...location, max: 4});
    cleanUps.push(() => pool.end());
    persister = await createPgPersister(store, pool, config, undefined, all);
  } else {
    const {options: parameters, application_name, ...rest} = location;
    const sql = postgres({
      ...rest,
      connection: {options: parameters, application_name},
      max: 4,
      backoff: 0.02,
      // What it asks of a new connection is rejected unheard if that is lost meanwhile.
      fetch_types: false,
      onnotice: () => undefined,
    });
    cleanUps.push(() => sql.end({timeout: 1}));
    persister = await createPostgresPersister(store, sql, config, undefined, all);
  }
  cleanUps.push(() => persister.destroy());
  return {store, persister, errors, commands};
};

/** Has loaded, and saves and loads by itself. */
export const startApp = async (...args: Parameters<typeof openApp>): Promise<App> => {
  const app = await openApp(...args);
  await app.persister.startAutoPersisting();
  return app;
};

/** What is set up in a schema for those who listen, as a query. */
export const LEFTOVERS: string =
  `SELECT tgname n FROM pg_trigger g JOIN pg_class k ON k.oid=g.tgrelid ` +
  `WHERE tgname LIKE 'cellar%' AND relnamespace=current_schema()::regnamespace ` +
  `UNION ALL SELECT proname FROM pg_proc WHERE pronamespace=current_schema()::regnamespace ` +
  `UNION ALL SELECT relname FROM pg_class WHERE relname='cellar_watchers' ` +
  `AND relnamespace=current_schema()::regnamespace`;
