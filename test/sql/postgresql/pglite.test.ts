import {afterEach, beforeEach, describe, it} from 'vitest';
import {describeSqlClient} from '../suite/describe-sql-client.ts';
import {pglite} from './pglite-client.ts';

describeSqlClient({describe, it, beforeEach, afterEach}, pglite);
