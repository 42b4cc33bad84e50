/** cr-sqlite's module in Node, where it needs two things of browsers: `fetch` of its own file, and IndexedDB. */
import {readFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';
import {vi} from 'vitest';
import type {LoadedCrSqlite} from './cr-sqlite-wasm.ts';

const {resolve} = createRequire(import.meta.url);
const urlOf = (name: string): string => pathToFileURL(resolve(name)).href;

/** Stubs `fetch`; it is up to the caller to undo that. */
export const loadCrSqliteInNode = async (): Promise<LoadedCrSqlite> => {
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
