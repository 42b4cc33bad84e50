import {afterEach, beforeAll, beforeEach, describe, it} from 'vitest';
import {describeSqlClient} from '../suite/describe-sql-client.ts';
import {pglite, warmUp} from './pglite-client.ts';

beforeAll(warmUp);

describeSqlClient({describe, it, beforeEach, afterEach}, pglite);
