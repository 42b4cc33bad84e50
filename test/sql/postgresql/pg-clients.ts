import {createPgPersister, type PgClient, type PgPool} from '../../../src/persisters/pg/index.ts';
import {PgClientDriver, PgPoolDriver} from '../../../src/persisters/pg/driver.ts';
import {createPostgreSqlAdapter} from '../../../src/persisters/sql/create-postgresql-persister.ts';
import type {SqlRow} from '../../../src/persisters/sql/sql-driver.ts';
import type {SqlClient} from '../suite/sql-client.ts';
import {type OpenedHandle, openPool, pg, schemas} from './databases.ts';

const handleOf = (
  thing: (PgPool | PgClient) & {end(): Promise<void>},
  isPool: boolean,
): OpenedHandle => ({
  openAdapter: (store, config, options) =>
    createPostgreSqlAdapter(
      store,
      isPool ? new PgPoolDriver(thing as PgPool) : new PgClientDriver(thing as PgClient),
      config,
      options,
    ),
  createPersister: (store, config, options) =>
    createPgPersister(store, thing, config, undefined, options),
  execute: async (sql, params = []) => {
    const {rows} = await thing.query(sql, [...params]);
    return rows as SqlRow[];
  },
  close: () => thing.end(),
});

const common = {
  engine: 'PostgreSQL',
  runtime: 'Node',
  real: 'PostgreSQL 18',
  modes: ['json', 'tabular'],
  isShared: true,
} as const;

export const pgPool: SqlClient = {
  ...common,
  name: 'pg, a pool',
  notification: 'LISTEN on a connection of its own',
  setUp: () =>
    schemas((location) => Promise.resolve(handleOf(openPool({...location, max: 5}), true))),
};

export const pgClient: SqlClient = {
  ...common,
  name: 'pg, a client',
  notification: 'LISTEN',
  setUp: () =>
    schemas(async (location) => {
      const client = new pg.Client(location);
      await client.connect();
      return handleOf(client, false);
    }),
};
