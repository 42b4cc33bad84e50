import {type LibSqlClient, LibSqlDriver} from '../../../src/persisters/libsql/driver.ts';
import {engineOf} from '../../../src/persisters/libsql/engine.ts';
import {createLibSqlPersister} from '../../../src/persisters/libsql/index.ts';
import {createSqliteAdapter} from '../../../src/persisters/sql/create-database-persister.ts';
import type {SqlRow} from '../../../src/persisters/sql/sql-driver.ts';
import type {SqlClient, SqlHandle} from '../suite/sql-client.ts';
import {requireFrom} from './installed.ts';
import {startLibSqlServer} from './libsql-server.ts';
import {temporaryFiles} from './temporary-files.ts';

export interface OpenedClient extends LibSqlClient {
  close(): void;
}

/** Opens what is at a URL. */
export const openLibSql = (url: string): OpenedClient => {
  const {createClient} = requireFrom('libsql', '@libsql/client') as {
    createClient(options: {url: string}): OpenedClient;
  };
  return createClient({url});
};

export const libSqlHandle = (client: LibSqlClient): SqlHandle => ({
  openAdapter: (store, config, options) =>
    createSqliteAdapter(store, new LibSqlDriver(client), config, options, engineOf(client)),
  createPersister: (store, config, options) =>
    createLibSqlPersister(store, client, config, undefined, options),
  execute: async (sql, params = []) =>
    (await client.execute({sql, args: [...params]})).rows as readonly SqlRow[],
  begin: async () => {
    const own = await client.transaction('write');
    return {
      execute: async (sql, params = []) =>
        (await own.execute({sql, args: [...params]})).rows as readonly SqlRow[],
      end: (how) => (how === 'COMMIT' ? own.commit() : own.rollback()),
    };
  },
});

const gaps = {
  'saves within a transaction of the app':
    "transactions of the client have connections of their own: a save waits for the app's end",
};

export const libSqlFile: SqlClient = {
  name: '@libsql/client, file',
  runtime: 'Node',
  real: 'files',
  engine: 'SQLite',
  modes: ['json', 'tabular'],
  notification: 'counters of SQLite',
  isShared: true,
  gaps,
  setUp: () =>
    temporaryFiles(async (path) => {
      const client = openLibSql(`file:${path}`);
      await client.execute({sql: 'PRAGMA journal_mode=WAL', args: []});
      return {...libSqlHandle(client), close: () => client.close()};
    }),
};

/** A client of a real server, which has a database of its own for each place. */
export const libSqlServer = (scheme: 'http' | 'ws'): SqlClient => ({
  name: `@libsql/client, ${scheme} server`,
  runtime: 'Node',
  real: 'libSQL server 0.24',
  engine: 'SQLite',
  // The protocols differ in how statements travel, not in what they are: one mode of each is enough.
  modes: scheme === 'http' ? ['json'] : ['tabular'],
  notification: 'triggers that count',
  isShared: true,
  gaps,
  propertyShare: 0.2, // each statement is a round trip
  setUp: async () => {
    const server = await startLibSqlServer();
    const urls = new Map<string, Promise<string>>();
    const clients: OpenedClient[] = [];
    return {
      connect: async (place) => {
        let url = urls.get(place);
        if (!url) urls.set(place, (url = server.createDatabase(scheme)));
        const client = openLibSql(await url);
        clients.push(client);
        return libSqlHandle(client);
      },
      cleanUp: () => {
        for (const client of clients) client.close();
        return Promise.resolve();
      },
    };
  },
});
