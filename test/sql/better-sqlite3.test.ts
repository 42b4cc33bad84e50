import {afterEach, beforeEach, describe, it} from 'vitest';
import {betterSqlite3} from './clients/better-sqlite3.ts';
import {describeSqlClient} from './suite/describe-sql-client.ts';
import {describeFaults} from './suite/faults.ts';
import {describeManyRows} from './suite/many-rows.ts';

const runner = {describe, it, beforeEach, afterEach};

describeSqlClient(runner, betterSqlite3);
describeFaults(runner, betterSqlite3);
describeManyRows(runner, betterSqlite3);
