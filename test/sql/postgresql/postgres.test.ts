import {afterEach, beforeEach, describe, it} from 'vitest';
import {describeSqlClient} from '../suite/describe-sql-client.ts';
import {postgresClient} from './postgres-client.ts';

describeSqlClient({describe, it, beforeEach, afterEach}, postgresClient);
