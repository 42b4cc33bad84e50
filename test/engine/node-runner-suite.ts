/** The persisters' suite under Node's own test runner; with `BROKEN` set, of a persister that is broken. */
import {afterEach, beforeEach, describe, it} from 'node:test';
import {describePersister} from '../../src/testing/index.ts';
import {swallowsFailedWrites} from './broken-adapters.ts';
import {memoryPersisterHarness} from './memory-harness.ts';

const isBroken = process.env['BROKEN'] === '1';

describePersister(
  {describe, it, beforeEach, afterEach},
  'memory',
  ['faults'],
  () => memoryPersisterHarness(isBroken ? swallowsFailedWrites : undefined),
  isBroken ? {patienceMs: 200} : {},
);
