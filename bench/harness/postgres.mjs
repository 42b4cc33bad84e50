/** A PostgreSQL server for a whole run, and a database of it for each contender: the same client, the same settings. */
import {chmodSync, mkdtempSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {loadEmbeddedPostgres} from '../../test/sql/postgresql/embedded-postgres.mjs';
import {TABLE, makeTables} from './data.mjs';
import {installIfNeeded} from './set-up.mjs';
import {COLUMNS} from './sqlite.mjs';

const PACKAGES = new URL('../../test/sql/postgresql/', import.meta.url);
const require = createRequire(PACKAGES);

/** Tells the processes that measure where the server is. */
const PORT = 'CELLAR_BENCH_POSTGRES_PORT';
const USER = 'postgres';

const freePort = async () => {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** Starts the server as it comes, which syncs each commit. @returns What stops it. */
export const startPostgres = async () => {
  installIfNeeded(fileURLToPath(PACKAGES));
  const EmbeddedPostgres = await loadEmbeddedPostgres();
  const folder = mkdtempSync(join(tmpdir(), 'cellar-bench-postgres-'));
  chmodSync(folder, 0o755); // the server does not run as root, and must get there
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: USER,
    password: USER,
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: () => undefined,
    onError: () => undefined,
  });
  const stop = async () => {
    await server.stop();
    rmSync(folder, {recursive: true, force: true});
  };
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    await stop();
    throw new Error('PostgreSQL does not start', {cause: error});
  }
  process.env[PORT] = `${port}`;
  return stop;
};

const locate = (database) => ({
  host: '127.0.0.1',
  port: Number(process.env[PORT]),
  user: USER,
  password: USER,
  database,
});

/**
 * Makes a database, and calls `measure` with a pool of connections to it and with another program's connection.
 * @returns What `measure` does.
 */
export const inDatabase = async (measure) => {
  const {Client, Pool} = require('pg');
  const name = `bench_${process.pid}`;
  const admin = new Client(locate('postgres'));
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  const pool = new Pool({...locate(name), max: 4});
  pool.on('error', () => undefined);
  const other = new Client(locate(name));
  await other.connect();
  try {
    return await measure(pool, other);
  } finally {
    await other.end();
    // What a contender may not have given back is not waited for.
    void pool.end();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
  }
};

export const createTable = (client) =>
  client.query(
    `CREATE TABLE "${TABLE}"("_id" text PRIMARY KEY,${COLUMNS.map((name) => `"${name}" text`).join()})`,
  );

/** One statement: an array for each column. */
export const insertRows = (client, rows) =>
  client.query(
    `INSERT INTO "${TABLE}" SELECT * FROM unnest(${['_id', ...COLUMNS]
      .map((_name, index) => `$${index + 1}::text[]`)
      .join()})`,
    [
      Object.keys(rows),
      ...COLUMNS.map((name) => Object.values(rows).map((row) => JSON.stringify(row[name]))),
    ],
  );

/** Puts the data there, each cell as JSON text, as both libraries do. */
export const fillTable = async (client, size) => {
  await createTable(client);
  await insertRows(client, makeTables(size)[TABLE]);
  await client.query(`ANALYZE "${TABLE}"`);
};

export const countRows = async (client, where = 'true') => {
  const {rows} = await client.query(`SELECT count(*)::int n FROM "${TABLE}" WHERE ${where}`);
  return rows[0].n;
};

/** Whether a command reads rows of the table. */
export const readsRows = (sql) =>
  new RegExp(`^\\s*SELECT.*FROM\\s*"?${TABLE}"?\\b`, 'is').test(sql);
