/** Proof that each test of the persisters' suite can fail: persisters with one defect each. */
import {beforeAll, describe, expect, it} from 'vitest';
import {
  describePersister,
  type PersisterCapability,
  type PersisterHarness,
} from '../../src/testing/index.ts';
import * as adapters from './broken-adapters.ts';
import * as broken from './broken-persisters.ts';
import {memoryPersisterHarness} from './memory-harness.ts';
import {type Outcome, runSuite} from './recording-runner.ts';

const CAPABILITIES: readonly PersisterCapability[] = [
  ...(['faults', 'external', 'watch', 'conflicts', 'incremental'] as const),
  ...(['unreadable', 'setAside'] as const),
];

/** Each defect, and exactly the laws whose tests fail for it; `-` stands for the tests of no law. */
const defects: Record<string, readonly [setUp: () => PersisterHarness, laws: readonly string[]]> = {
  loadsHalf: [broken.loadsHalf, ['-', 'L2']],
  hasOnePlace: [broken.hasOnePlace, ['-']],
  prefersInitialContent: [broken.prefersInitialContent, ['L1']],
  skipsEmptyContent: [broken.onAdapter(adapters.skipsEmptyContent), ['-']],
  takesUnreadableForEmpty: [broken.onAdapter(adapters.takesUnreadableForEmpty), ['L1', 'L7']],
  takesFailureForEmpty: [broken.onAdapter(adapters.takesFailureForEmpty), ['L1', 'L5', 'L7', 'L8']],
  takesEmptyForContent: [
    broken.onAdapter(adapters.takesEmptyForContent),
    ['-', 'L1', 'L2', 'L3', 'L4', 'L5', 'L8', 'L9'],
  ],
  mergesInsteadOfReplacing: [broken.onAdapter(adapters.mergesInsteadOfReplacing), ['L2']],
  dropsDeletions: [broken.onAdapter(adapters.dropsDeletions), ['L2', 'L3', 'L6']],
  swallowsFailedWrites: [broken.onAdapter(adapters.swallowsFailedWrites), ['L3', 'L5', 'L8', 'L9']],
  acknowledgesTooSoon: [
    broken.onAdapter(adapters.acknowledgesTooSoon),
    ['L1', 'L2', 'L3', 'L4', 'L5', 'L6', 'L7', 'L8', 'L9'],
  ],
  hidesTheirChanges: [broken.onAdapter(adapters.hidesTheirChanges), ['L2']],
  hearsItself: [broken.onAdapter(adapters.hearsItself), ['L1', 'L6']],
  isDeaf: [broken.onAdapter(adapters.isDeaf), ['L2', 'L6']],
  tellsSomethingElse: [broken.onAdapter(adapters.tellsSomethingElse), ['L2', 'L6']],
  rewritesEverything: [broken.onAdapter(adapters.rewritesEverything), ['L6']],
  throwsEvidenceAway: [broken.onAdapter(adapters.throwsEvidenceAway), ['L7']],
  losesTypes: [broken.onAdapter(adapters.losesTypes), ['-', 'L1', 'L2', 'L5', 'L6', 'L7']],
  assignsIds: [broken.onAdapter(adapters.assignsIds), ['-']],
  truncates: [broken.onAdapter(adapters.truncates), ['-']],
  overlaps: [broken.onAdapter(adapters.overlaps), ['L4']],
  overwritesAtTheStart: [broken.overwritesAtTheStart, ['L1', 'L4', 'L5', 'L6']],
  forgetsInitialContent: [
    broken.forgetsInitialContent,
    ['-', 'L1', 'L2', 'L3', 'L4', 'L5', 'L8', 'L9'],
  ],
  doesNotRetry: [broken.doesNotRetry, ['L1', 'L3', 'L5']],
  retryDoesNothing: [broken.retryDoesNothing, ['L3']],
  discardDoesNothing: [broken.discardDoesNothing, ['L1']],
  loadsOverChanges: [broken.loadsOverChanges, ['L1', 'L2', 'L6']],
  loadsOverListeners: [broken.loadsOverListeners, ['L2', 'L5']],
  writesHalfTransactions: [broken.writesHalfTransactions, ['L2', 'L7']],
  savesPastTransactions: [broken.savesPastTransactions, ['L2', 'L4', 'L5', 'L7', 'L8']],
  refusesToWatch: [broken.refusesToWatch, ['L2', 'L5', 'L6']],
  dropsChangesDuringWrites: [broken.dropsChangesDuringWrites, ['L2', 'L4', 'L5', 'L9']],
  retriesForEver: [broken.retriesForEver, ['L3', 'L5']],
  ignoresRetryAfter: [broken.ignoresRetryAfter, ['L3']],
  neverRetries: [broken.neverRetries, ['L3']],
  countsWhatIsWaitingOnly: [broken.countsWhatIsWaitingOnly, ['L3']],
  forgetsWhatFailed: [broken.forgetsWhatFailed, ['L2', 'L3', 'L9']],
  repairsByChanges: [broken.repairsByChanges, ['L2', 'L3', 'L8']],
  savesEachTransaction: [broken.savesEachTransaction, ['L1', 'L3', 'L4', 'L6']],
  countsWritesOnly: [broken.countsWritesOnly, ['L4']],
  promisesTooMuch: [broken.promisesTooMuch, ['L1', 'L3', 'L5']],
  savesLater: [broken.savesLater, ['L5']],
  neverRejectsReceipts: [broken.neverRejectsReceipts, ['L5']],
  refusesToOverlap: [broken.refusesToOverlap, ['L5']],
  isNeverStrict: [broken.isNeverStrict, ['L5']],
  isAlwaysStrict: [broken.isAlwaysStrict, ['L1', 'L3', 'L5', 'L7', 'L8']],
  isLoadedAtOnce: [broken.isLoadedAtOnce, ['L5']],
  pretendsAfterItsEnd: [broken.pretendsAfterItsEnd, ['L5', 'L8']],
  writesWithoutNeed: [broken.writesWithoutNeed, ['L1', 'L4', 'L5', 'L6']],
  keepsWhatItShouldDiscard: [broken.keepsWhatItShouldDiscard, ['L7']],
  reportsNothing: [broken.reportsNothing, ['L3', 'L5', 'L7', 'L8', 'L9']],
  passesHandlersErrorsOn: [broken.passesHandlersErrorsOn, ['L8']],
  passesListenersErrorsOn: [broken.passesListenersErrorsOn, ['L8']],
  callsInitialContentAtOnce: [broken.callsInitialContentAtOnce, ['L8']],
  hasNoDeadlines: [broken.hasNoDeadlines, ['L8']],
  endsTwice: [broken.endsTwice, ['L8']],
  leavesInHaste: [broken.leavesInHaste, ['L9']],
  leavesWithoutRetry: [broken.leavesWithoutRetry, ['L9']],
  savesAfterStop: [broken.savesAfterStop, ['L9']],
};

const run = (setUp: () => PersisterHarness): Promise<Outcome> =>
  runSuite((runner) => {
    describePersister(runner, 'broken', CAPABILITIES, setUp, {patienceMs: 100});
  });

const lawsOf = (titles: Iterable<string>): string[] => {
  const laws = new Set([...titles].map((title) => /^L[1-9]/.exec(title)?.[0] ?? '-'));
  return [...laws].sort();
};

describe('describePersister', () => {
  let good: Outcome;
  const failing = new Set<string>();

  beforeAll(async () => {
    good = await run(() => memoryPersisterHarness());
  });

  it('finds nothing wrong with a good persister, and has tests for each law', () => {
    expect([...good.failed]).toStrictEqual([]);
    const laws = ['L1', 'L2', 'L3', 'L4', 'L5', 'L6', 'L7', 'L8', 'L9'];
    expect(lawsOf(good.passed)).toStrictEqual(['-', ...laws]);
  });

  it.each(Object.entries(defects))('notices that a persister %s', async (_name, [setUp, laws]) => {
    const {failed} = await run(setUp);
    // A defect that breaks almost everything proves nothing of a single test.
    if (failed.size < good.passed.length / 4) for (const title of failed.keys()) failing.add(title);
    expect(lawsOf(failed.keys())).toStrictEqual(laws);
  });

  it('has no test that no defect makes fail', () => {
    expect(good.passed.filter((title) => !failing.has(title))).toStrictEqual([]);
  });
});
