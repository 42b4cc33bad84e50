/** While tests run in browsers, a server for them: that of `examples/server`, of another origin than theirs. */
import {mkdtemp, rm} from 'node:fs/promises';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestProject} from 'vitest/node';
import {createStoreHandler} from '../../examples/server/store-server.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The origin of the server of stores. */
    storeServer: string;
  }
}

/** One for each browser: what is set up for one is not seen by the others. */
const stops: (() => Promise<void>)[] = [];

export const setup = async (project: TestProject): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'cellar-stores-'));
  const server = createServer(createStoreHandler(folder));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  project.provide('storeServer', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  stops.push(async () => {
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
    await rm(folder, {recursive: true, force: true});
  });
};

export const teardown = async (): Promise<void> => {
  for (const stop of stops.splice(0)) await stop();
};
