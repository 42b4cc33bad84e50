import {afterEach, beforeEach, describe, it} from 'vitest';
import {describeSqlClient} from '../suite/describe-sql-client.ts';
import {custom} from './custom-client.ts';

describeSqlClient({describe, it, beforeEach, afterEach}, custom);
