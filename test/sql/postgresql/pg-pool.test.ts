import {afterEach, beforeEach, describe, it} from 'vitest';
import {describeSqlClient} from '../suite/describe-sql-client.ts';
import {pgPool} from './pg-clients.ts';

describeSqlClient({describe, it, beforeEach, afterEach}, pgPool);
