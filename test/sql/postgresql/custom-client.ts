import {CustomPostgreSqlDriver} from '../../../src/persisters/custom/custom-postgresql-driver.ts';
import {createCustomPostgreSqlPersister} from '../../../src/persisters/index.ts';
import {createPostgreSqlAdapter} from '../../../src/persisters/sql/create-postgresql-persister.ts';
import type {SqlRow} from '../../../src/persisters/sql/sql-driver.ts';
import type {SqlClient} from '../suite/sql-client.ts';
import {pg, schemas} from './databases.ts';

interface Listener {
  readonly channel: string;
  readonly hear: (payload: string) => void;
}

/** What an app would write for `pg`, if that were not there already. */
export const custom: SqlClient = {
  name: 'your own functions, for PostgreSQL',
  runtime: 'Node',
  real: 'PostgreSQL 18, by way of pg',
  engine: 'PostgreSQL',
  modes: ['json', 'tabular'],
  notification: 'LISTEN',
  isShared: true,
  setUp: () =>
    schemas(async (location) => {
      const client = new pg.Client(location);
      await client.connect();
      const listeners = new Set<Listener>();
      client.on('notification', ({channel, payload = ''}) => {
        for (const listener of listeners) if (listener.channel === channel) listener.hear(payload);
      });
      const execute = async (sql: string, params: unknown[] = []): Promise<SqlRow[]> => {
        const {rows} = await client.query(sql, params);
        return rows as SqlRow[];
      };
      const functions = {
        executeCommand: execute,
        addChangeListener: async (channel: string, hear: (payload: string) => void) => {
          await client.query(`LISTEN ${channel}`);
          const listener = {channel, hear};
          listeners.add(listener);
          return listener;
        },
        delChangeListener: (listener: Listener) => listeners.delete(listener),
        destroy: () => undefined,
      };
      return {
        openAdapter: (store, config, options) =>
          createPostgreSqlAdapter(
            store,
            new CustomPostgreSqlDriver(client, functions),
            config,
            options,
          ),
        createPersister: (store, config, options) =>
          createCustomPostgreSqlPersister(
            store,
            config,
            functions.executeCommand,
            functions.addChangeListener,
            functions.delChangeListener,
            undefined,
            options,
            functions.destroy,
            undefined,
            client,
          ),
        execute: (sql, params = []) => execute(sql, [...params]),
        close: () => client.end(),
      };
    }),
};
