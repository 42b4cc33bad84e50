import {afterEach, beforeEach, describe, it} from 'vitest';
import {electricSql} from './clients/electric-sql.ts';
import {describeSqlClient} from './suite/describe-sql-client.ts';
import {describeHearing} from './suite/hearing.ts';

const runner = {describe, it, beforeEach, afterEach};

describeSqlClient(runner, electricSql);
describeHearing(runner, electricSql);
