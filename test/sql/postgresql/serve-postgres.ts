/** While tests run, a PostgreSQL server for them, of its own user and in a folder of its own. */
import {mkdtemp, rm} from 'node:fs/promises';
import {createServer} from 'node:net';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestProject} from 'vitest/node';
import {startServer} from './server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The port of the PostgreSQL server on 127.0.0.1. */
    postgresPort: number;
  }
}

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const folder = await mkdtemp(join(tmpdir(), 'cellar-postgres-'));
  const port = await freePort();
  const server = await startServer(join(folder, 'data'), port);
  project.provide('postgresPort', port);
  return async () => {
    await server.stop();
    await rm(folder, {recursive: true, force: true});
  };
};
