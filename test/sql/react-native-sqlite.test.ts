import {afterEach, beforeEach, describe, it} from 'vitest';
import {reactNativeSqlite} from './clients/react-native-sqlite.ts';
import {describeSqlClient} from './suite/describe-sql-client.ts';

const runner = {describe, it, beforeEach, afterEach};
describeSqlClient(runner, reactNativeSqlite(true));
describeSqlClient(runner, reactNativeSqlite(false));
