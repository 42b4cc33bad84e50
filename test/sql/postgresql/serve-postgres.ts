/** While tests run, a PostgreSQL server for them, of its own user and in a folder of its own. */
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestProject} from 'vitest/node';
import {freePort, startServer} from './server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The port of the PostgreSQL server on 127.0.0.1. */
    postgresPort: number;
  }
}

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
