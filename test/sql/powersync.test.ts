import {afterAll, afterEach, beforeEach, describe, it} from 'vitest';
import {startPowerSync} from './clients/powersync.ts';
import {describeSqlClient} from './suite/describe-sql-client.ts';
import {describeHearing} from './suite/hearing.ts';

const runner = {describe, it, beforeEach, afterEach};
const powerSync = startPowerSync();
afterAll(() => powerSync.stop());

describeSqlClient(runner, powerSync);
describeHearing(runner, powerSync);
