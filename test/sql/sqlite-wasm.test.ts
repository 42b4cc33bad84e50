import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';
import {afterEach, beforeEach, describe, it} from 'vitest';
import {type LoadedSqlite3, sqliteWasm} from './clients/sqlite-wasm.ts';
import {describeSqlClient} from './suite/describe-sql-client.ts';
import {describeHearing} from './suite/hearing.ts';

const load = async (): Promise<LoadedSqlite3> => {
  const path = createRequire(import.meta.url).resolve('@sqlite.org/sqlite-wasm');
  const {default: init} = (await import(pathToFileURL(path).href)) as {
    default: () => Promise<LoadedSqlite3>;
  };
  return init();
};
const loading = load();

const runner = {describe, it, beforeEach, afterEach};
const client = sqliteWasm('Node', () => loading);

describeSqlClient(runner, client);
describeHearing(runner, client);
