import {afterAll, afterEach, beforeEach, describe, it, vi} from 'vitest';
import {crSqliteWasm} from './clients/cr-sqlite-wasm.ts';
import {loadCrSqliteInNode} from './clients/load-cr-sqlite-in-node.ts';
import {describeSqlClient} from './suite/describe-sql-client.ts';
import {describeHearing} from './suite/hearing.ts';

const loading = loadCrSqliteInNode();
afterAll(() => vi.unstubAllGlobals());

const runner = {describe, it, beforeEach, afterEach};
const client = crSqliteWasm('Node', () => loading);

describeSqlClient(runner, client);
describeHearing(runner, client);
