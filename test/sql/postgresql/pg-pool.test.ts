import {afterEach, beforeEach, describe, it} from 'vitest';
import {describeSqlClient} from '../suite/describe-sql-client.ts';
import {describeManyRows} from '../suite/many-rows.ts';
import {pgPool} from './pg-clients.ts';

const runner = {describe, it, beforeEach, afterEach};

describeSqlClient(runner, pgPool);
describeManyRows(runner, pgPool);
