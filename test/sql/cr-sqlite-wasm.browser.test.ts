import {afterEach, beforeEach, describe, it} from 'vitest';
import {crSqliteWasm, type LoadedCrSqlite} from './clients/cr-sqlite-wasm.ts';
import {describeSqlClient} from './suite/describe-sql-client.ts';
import {describeHearing} from './suite/hearing.ts';

/** By its path, as packages that only these tests need are not where those of the project are. */
const FOLDER = '/test/sql/node_modules/@vlcn.io/crsqlite-wasm/dist';

const load = async (): Promise<LoadedCrSqlite> => {
  const {default: init} = (await import(/* @vite-ignore */ `${FOLDER}/index.js`)) as {
    default: (locate: () => string) => Promise<LoadedCrSqlite>;
  };
  return init(() => `${FOLDER}/crsqlite.wasm`);
};
const loading = load();

const runner = {describe, it, beforeEach, afterEach};
const browser = navigator.userAgent.includes('Firefox') ? 'Firefox' : 'Chromium';
const client = crSqliteWasm(browser, () => loading);

describeSqlClient(runner, client);
describeHearing(runner, client);
