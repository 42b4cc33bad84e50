import {it} from 'vitest';
import {describePersister, type PersisterCapability, type PersisterHarness} from '../../src/testing/index.ts';
import * as brokenAdapters from './broken-adapters.ts';
import * as broken from './broken-persisters.ts';
import {memoryPersisterHarness} from './memory-harness.ts';
import {type Outcome, runSuite} from './recording-runner.ts';

const CAPABILITIES: readonly PersisterCapability[] = [
  ...(['faults', 'external', 'watch', 'conflicts', 'incremental'] as const),
  ...(['unreadable', 'setAside'] as const),
];
const run = (setUp: () => PersisterHarness): Promise<Outcome> =>
  runSuite((runner) => {
    describePersister(runner, 'broken', CAPABILITIES, setUp, {patienceMs: 200});
  });

it('x', async () => {
  const all: [string, () => PersisterHarness][] = [];
  for (const [name, b] of Object.entries(brokenAdapters)) {
    if (name === 'altered') continue;
    all.push([name, broken.onAdapter(name === 'ignoresPlace' ? brokenAdapters.ignoresPlace() : b as never)]);
  }
  for (const [name, b] of Object.entries(broken)) {
    if (name === 'onAdapter') continue;
    all.push([name, b as () => PersisterHarness]);
  }
  const good = await run(() => memoryPersisterHarness());
  console.log('@@' + JSON.stringify(['GOOD', [...good.failed.keys()]]));
  const covered = new Set<string>();
  for (const [name, b] of all) {
    const t = Date.now();
    const {failed} = await run(b);
    for (const f of failed.keys()) covered.add(f);
    console.log('@@' + JSON.stringify([name, [...failed.keys()], Date.now() - t]));
  }
  console.log('@@' + JSON.stringify(['UNCOVERED', good.passed.filter((t) => !covered.has(t))]));
}, 600_000);
