import {afterEach, beforeEach, describe, it} from 'vitest';
import {capacitorSqlite} from './clients/capacitor-sqlite.ts';
import {describeSqlClient} from './suite/describe-sql-client.ts';

describeSqlClient({describe, it, beforeEach, afterEach}, capacitorSqlite);
