import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll} from 'vitest';
import {openPowerSync} from './clients/powersync.ts';
import {describePowerSyncSchema} from './suite/powersync-schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'cellar-powersync-'));
afterAll(() => rmSync(folder, {recursive: true}));

describePowerSyncSchema('tables of PowerSync', (tables) =>
  openPowerSync(join(folder, 'schema.db'), tables),
);
