import {afterEach, beforeEach, describe, it} from 'vitest';
import {betterSqlite3} from './clients/better-sqlite3.ts';
import {describeSqlClient} from './suite/describe-sql-client.ts';

describeSqlClient({describe, it, beforeEach, afterEach}, betterSqlite3);
