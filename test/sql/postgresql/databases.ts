/** Schemas of a database of the server that runs while tests do: fresh ones for each test, found by `search_path`. */
import {createRequire} from 'node:module';
import {inject} from 'vitest';
import type {PgClient, PgPool} from '../../../src/persisters/pg/index.ts';
import {getUniqueId} from '../../../src/shared/unique-id.ts';
import type {SqlHandle, SqlPlaces} from '../suite/sql-client.ts';
import {PASSWORD, USER} from './server.ts';

/** Where a schema is, as `pg` wants to know it. */
export interface Location {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Parameters of the session. */
  readonly options: string;
  /** What the server calls its connections. */
  readonly application_name?: string;
}

export interface OpenedPool extends PgPool {
  end(): Promise<void>;
}

export interface OpenedClient extends PgClient {
  connect(): Promise<void>;
  end(): Promise<void>;
}

export const pg = createRequire(import.meta.url)('pg') as {
  Pool: new (options: object) => OpenedPool;
  Client: new (options: object) => OpenedClient;
};

/** As apps do: a connection that is lost while nobody uses it must not end the process. */
export const openPool = (options: object): OpenedPool => {
  const pool = new pg.Pool(options);
  pool.on('error', () => undefined);
  return pool;
};

export const locate = (schema: string): Location => ({
  host: '127.0.0.1',
  port: inject('postgresPort'),
  user: USER,
  password: PASSWORD,
  database: 'postgres',
  options: `-c search_path=${schema}`,
});

/** Runs commands on a connection of its own. */
export const withClient = async <Result>(
  location: Location,
  use: (client: OpenedClient) => Promise<Result>,
): Promise<Result> => {
  const client = new pg.Client(location);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
};

const DEADLOCK = '40P01';

let admin: Promise<OpenedClient> | undefined;

/** Runs a command as the owner of everything. */
export const command = async (sql: string): Promise<void> => {
  admin ??= (async () => {
    const client = new pg.Client(locate('public'));
    await client.connect();
    return client;
  })();
  await (await admin).query(sql);
};

/** @returns The name of a schema that nobody else uses. */
export const createSchema = async (): Promise<string> => {
  const schema = `test_${getUniqueId().toLowerCase().replaceAll('-', '_')}`;
  await command(`CREATE SCHEMA ${schema}`);
  return schema;
};

/** A backend whose client has gone may still be about its last statement. */
export const dropSchema = async (schema: string): Promise<void> => {
  const drop = `SET client_min_messages TO warning; DROP SCHEMA ${schema} CASCADE`;
  try {
    await command(drop);
  } catch (error) {
    if ((error as {code?: unknown}).code !== DEADLOCK) throw error;
    await command(drop);
  }
};

export interface OpenedHandle extends SqlHandle {
  close(): Promise<void>;
}

/** @param open Connects to a schema. */
export const schemas = (open: (location: Location) => Promise<OpenedHandle>): SqlPlaces => {
  const places = new Map<string, Promise<string>>();
  const handles: OpenedHandle[] = [];
  return {
    connect: async (place) => {
      const creating = places.get(place) ?? createSchema();
      places.set(place, creating);
      const handle = await open(locate(await creating));
      handles.push(handle);
      return handle;
    },
    cleanUp: async () => {
      for (const handle of handles) await handle.close();
      for (const creating of places.values()) await dropSchema(await creating);
    },
  };
};
