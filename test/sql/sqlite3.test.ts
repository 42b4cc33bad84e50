import {afterEach, beforeEach, describe, it} from 'vitest';
import {sqlite3} from './clients/sqlite3.ts';
import {describeSqlClient} from './suite/describe-sql-client.ts';
import {describeFaults} from './suite/faults.ts';

const runner = {describe, it, beforeEach, afterEach};

describeSqlClient(runner, sqlite3);
describeFaults(runner, sqlite3);
