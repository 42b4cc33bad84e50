/** The suites, run against storage in memory and custom persisters. */
import {afterEach, beforeEach, describe, it} from 'vitest';
import {
  describePersister,
  describeStorageAdapter,
  type TestRunner,
} from '../../src/testing/index.ts';
import {
  customPersisterHarness,
  memoryPersisterHarness,
  memoryStorageHarness,
} from './memory-harness.ts';

const runner: TestRunner = {describe, it, beforeEach, afterEach};

describeStorageAdapter(
  runner,
  'memory',
  ['writeChanges', 'watch', 'setAside', 'carry', 'close', 'conflicts', 'unreadable', 'denials'],
  () => memoryStorageHarness(),
);

describePersister(
  runner,
  'memory',
  [
    ...(['faults', 'external', 'watch', 'conflicts', 'incremental'] as const),
    ...(['unreadable', 'setAside'] as const),
  ],
  () => memoryPersisterHarness(),
);

for (const kind of ['content', 'text'] as const) {
  describePersister(
    runner,
    `custom functions that store ${kind}`,
    ['faults', 'external', 'watch', 'conflicts', 'unreadable'],
    () => customPersisterHarness(kind),
  );
}

describePersister(
  runner,
  'custom functions that store changes',
  ['faults', 'external', 'watch', 'conflicts', 'incremental', 'unreadable'],
  () => customPersisterHarness('changes'),
);
