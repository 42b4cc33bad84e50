import {afterEach, beforeEach, describe, it} from 'vitest';
import {describeSqlClient} from '../suite/describe-sql-client.ts';
import {pgClient} from './pg-clients.ts';

describeSqlClient({describe, it, beforeEach, afterEach}, pgClient);
