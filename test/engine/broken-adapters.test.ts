/** Proof that each test of the adapters' suite can fail: adapters with one defect each. */
import {describe, expect, it} from 'vitest';
import type {StorageAdapter} from '../../src/persisters/index.ts';
import {describeStorageAdapter, type StorageCapability} from '../../src/testing/index.ts';
import * as broken from './broken-adapters.ts';
import {memoryStorageHarness} from './memory-harness.ts';
import {type Outcome, runSuite} from './recording-runner.ts';

const CAPABILITIES: readonly StorageCapability[] = [
  ...(['writeChanges', 'watch', 'setAside', 'close', 'conflicts', 'unreadable'] as const),
];

/** What each defect makes fail, by the words that the titles of the tests begin with. */
const defects: Record<string, [makeBreak: () => broken.Break, titles: string[]]> = {
};

const run = (breakAdapter: (adapter: StorageAdapter) => StorageAdapter): Promise<Outcome> =>
  runSuite((runner) => {
    describeStorageAdapter(
      runner,
      'broken',
      CAPABILITIES,
      () => memoryStorageHarness(breakAdapter),
      {patienceMs: 100},
    );
  });

describe('describeStorageAdapter', () => {
  it('finds nothing wrong with a good adapter', async () => {
    const {failed, passed} = await run((adapter) => adapter);
    expect([...failed]).toStrictEqual([]);
    expect(passed.length).toBeGreaterThan(15);
  });
});
