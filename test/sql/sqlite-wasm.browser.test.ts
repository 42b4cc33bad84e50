import {afterEach, beforeEach, describe, it} from 'vitest';
import {loadSqlite3} from './clients/load-sqlite3-in-browser.ts';
import {browserName, sqliteWasm} from './clients/sqlite-wasm.ts';
import {describeSqlClient} from './suite/describe-sql-client.ts';

describeSqlClient({describe, it, beforeEach, afterEach}, sqliteWasm(browserName(), loadSqlite3));
