/** In Node, where cr-sqlite's module needs two things of browsers: `fetch` of its own file, and IndexedDB. */
import {readFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';
import {afterAll, afterEach, beforeEach, describe, it, vi} from 'vitest';
import {crSqliteWasm, type LoadedCrSqlite} from './clients/cr-sqlite-wasm.ts';
import {describeSqlClient} from './suite/describe-sql-client.ts';
import {describeHearing} from './suite/hearing.ts';

const {resolve} = createRequire(import.meta.url);
const urlOf = (name: string): string => pathToFileURL(resolve(name)).href;

const load = async (): Promise<LoadedCrSqlite> => {
  await import(urlOf('fake-indexeddb/auto'));
  vi.stubGlobal('fetch', async (url: string) => {
    const headers = {'content-type': 'application/wasm'};
    return new Response(await readFile(new URL(url)), {headers});
  });
  const {default: init} = (await import(urlOf('@vlcn.io/crsqlite-wasm'))) as {
    default: (locate: () => string) => Promise<LoadedCrSqlite>;
  };
  return init(() => urlOf('@vlcn.io/crsqlite-wasm/crsqlite.wasm'));
};
const loading = load();
afterAll(() => vi.unstubAllGlobals());

const runner = {describe, it, beforeEach, afterEach};
const client = crSqliteWasm('Node', () => loading);

describeSqlClient(runner, client);
describeHearing(runner, client);
