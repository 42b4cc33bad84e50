import {createRequire} from 'node:module';
import {PostgresDriver} from '../../../src/persisters/postgres/driver.ts';
import {createPostgresPersister, type PostgresSql} from '../../../src/persisters/postgres/index.ts';
import {createPostgreSqlAdapter} from '../../../src/persisters/sql/create-postgresql-persister.ts';
import type {SqlClient} from '../suite/sql-client.ts';
import {schemas} from './databases.ts';

export interface OpenedSql extends PostgresSql {
  end(options?: {timeout: number}): Promise<void>;
}

export const postgres = createRequire(import.meta.url)('postgres') as (
  options: object,
) => OpenedSql;

export const postgresClient: SqlClient = {
  name: 'postgres',
  runtime: 'Node',
  real: 'PostgreSQL 18',
  engine: 'PostgreSQL',
  modes: ['json', 'tabular'],
  notification: 'LISTEN on a connection of its own',
  isShared: true,
  setUp: () =>
    schemas(({options, ...location}) => {
      const sql = postgres({...location, connection: {options}, max: 5, onnotice: () => undefined});
      const driver = new PostgresDriver(sql);
      return Promise.resolve({
        openAdapter: (store, config, options) =>
          createPostgreSqlAdapter(store, new PostgresDriver(sql), config, options),
        createPersister: (store, config, options) =>
          createPostgresPersister(store, sql, config, undefined, options),
        execute: (text, params = []) => driver.execute({sql: text, params}),
        close: () => sql.end({timeout: 1}),
      });
    }),
};
