/** Proof that each test of the adapters' suite can fail: adapters with one defect each. */
import {describe, expect, it} from 'vitest';
import {describeStorageAdapter, type StorageCapability} from '../../src/testing/index.ts';
import * as broken from './broken-adapters.ts';
import {memoryStorageHarness} from './memory-harness.ts';
import {type Outcome, runSuite} from './recording-runner.ts';

const CAPABILITIES: readonly StorageCapability[] = [
  ...(['writeChanges', 'watch', 'setAside', 'carry', 'close', 'conflicts'] as const),
  ...(['unreadable', 'denials'] as const),
];

/** Each defect, and exactly the tests that fail for it. */
const defects: Record<string, readonly [makeBreak: () => broken.Break, ...titles: string[]]> = {
  takesUnreadableForEmpty: [
    () => broken.takesUnreadableForEmpty,
    'rejects what it cannot read with UNREADABLE, and leaves it',
    'sets the unreadable aside, byte for byte',
  ],
  takesEmptyForContent: [
    () => broken.takesEmptyForContent,
    'reads undefined before the first write, and creates nothing by it',
    'keeps two places apart',
    'sets the unreadable aside, byte for byte',
  ],
  mergesInsteadOfReplacing: [
    () => broken.mergesInsteadOfReplacing,
    'replaces what was stored, even by nothing',
    'is atomic: who reads during writes reads one of them',
    'finds out that somebody else has written',
    'hears what others write, and not itself',
  ],
  dropsDeletions: [
    () => broken.dropsDeletions,
    'stores changes, and leaves the rest',
    'stores deletions of rows and tables',
  ],
  swallowsFailedWrites: [
    () => broken.swallowsFailedWrites,
    'writes nothing if there is no content to be had',
    'stores all rows but one that is refused, and says which',
    'stores all changes but those of a row that is refused, and says which',
  ],
  acknowledgesTooSoon: [
    () => broken.acknowledgesTooSoon,
    'gives back what it was given: EMPTY',
    'gives back what it was given: PETS',
    'gives back what it was given: ODDITIES',
    'gives back what it was given: MANY_ROWS',
    'hands out content that may be changed',
    'replaces what was stored, even by nothing',
    'keeps two places apart',
    'writes nothing if there is no content to be had',
    'is atomic: who reads during writes reads one of them',
    'sets the unreadable aside, byte for byte',
    'stores changes, and leaves the rest',
    'stores deletions of rows and tables',
    'stores one change after the other',
    'stores all rows but one that is refused, and says which',
    'stores all changes but those of a row that is refused, and says which',
    'finds out that somebody else has written',
    'loses neither of two changes by different writers',
    'hears what others write, and not itself',
    'keeps what it stored when it is closed',
    'carries what could not be written to whoever reads next',
    'carries it once, not over what was written later',
    'does not carry what has been written',
    'does not carry what a write that was running has stored',
  ],
  overwritesWhatOthersWrote: [
    () => broken.overwritesWhatOthersWrote,
    'finds out that somebody else has written',
    'loses neither of two changes by different writers',
    'does not carry what a write that was running has stored',
  ],
  hidesTheirChanges: [
    () => broken.hidesTheirChanges,
    'loses neither of two changes by different writers',
  ],
  hearsItself: [() => broken.hearsItself, 'hears what others write, and not itself'],
  losesTheRest: [
    () => broken.losesTheRest,
    'stores all rows but one that is refused, and says which',
    'stores all changes but those of a row that is refused, and says which',
  ],
  namesNoRow: [
    () => broken.namesNoRow,
    'stores all rows but one that is refused, and says which',
    'stores all changes but those of a row that is refused, and says which',
  ],
  isDeaf: [() => broken.isDeaf, 'hears what others write, and not itself'],
  hearsForEver: [() => broken.hearsForEver, 'hears what others write, and not itself'],
  tellsSomethingElse: [() => broken.tellsSomethingElse, 'hears what others write, and not itself'],
  ignoresChanges: [
    () => broken.ignoresChanges,
    'stores changes, and leaves the rest',
    'stores deletions of rows and tables',
    'stores one change after the other',
    'stores all changes but those of a row that is refused, and says which',
    'loses neither of two changes by different writers',
    'does not carry what a write that was running has stored',
  ],
  throwsEvidenceAway: [() => broken.throwsEvidenceAway, 'sets the unreadable aside, byte for byte'],
  clearsBeforeItWrites: [
    () => broken.clearsBeforeItWrites,
    'writes nothing if there is no content to be had',
    'is atomic: who reads during writes reads one of them',
    'finds out that somebody else has written',
    'hears what others write, and not itself',
  ],
  losesTypes: [
    () => broken.losesTypes,
    'gives back what it was given: PETS',
    'gives back what it was given: ODDITIES',
    'gives back what it was given: MANY_ROWS',
    'hands out content that may be changed',
    'keeps two places apart',
    'writes nothing if there is no content to be had',
    'is atomic: who reads during writes reads one of them',
    'stores changes, and leaves the rest',
    'stores deletions of rows and tables',
    'stores one change after the other',
    'stores all rows but one that is refused, and says which',
    'stores all changes but those of a row that is refused, and says which',
    'keeps what it stored when it is closed',
    'carries what could not be written to whoever reads next',
    'does not carry what a write that was running has stored',
  ],
  assignsIds: [() => broken.assignsIds, 'gives back what it was given: ODDITIES'],
  truncates: [
    () => broken.truncates,
    'gives back what it was given: MANY_ROWS',
    'is atomic: who reads during writes reads one of them',
  ],
  handsOutTheSame: [
    () => broken.handsOutTheSame,
    'hands out content that may be changed',
    'hears what others write, and not itself',
  ],
  createsByReading: [
    () => broken.createsByReading,
    'reads undefined before the first write, and creates nothing by it',
    'sets the unreadable aside, byte for byte',
  ],
  ignoresPlace: [
    broken.ignoresPlace,
    'keeps two places apart',
    'rejects what it cannot read with UNREADABLE, and leaves it',
    'sets the unreadable aside, byte for byte',
    'stores all rows but one that is refused, and says which',
    'stores all changes but those of a row that is refused, and says which',
  ],
  hasNoName: [() => broken.hasNoName, 'has a name that tells its place'],
  cannotBeClosed: [
    () => broken.cannotBeClosed,
    'rejects what it cannot read with UNREADABLE, and leaves it',
    'keeps what it stored when it is closed',
  ],
  carriesNothing: [
    () => broken.carriesNothing,
    'carries what could not be written to whoever reads next',
    'does not carry what a write that was running has stored',
  ],
  carriesNotWhatIsInFlight: [
    () => broken.carriesNotWhatIsInFlight,
    'carries what could not be written to whoever reads next',
  ],
  carriesForEver: [() => broken.carriesForEver, 'does not carry what has been written'],
  carriesTwice: [broken.carriesTwice, 'carries it once, not over what was written later'],
  carriesWhatHasBeenWritten: [
    () => broken.carriesWhatHasBeenWritten,
    'does not carry what a write that was running has stored',
  ],
  lacksACapability: [
    () => broken.lacksACapability,
    'offers exactly the capabilities it declares',
    'sets the unreadable aside, byte for byte',
    'stores changes, and leaves the rest',
    'stores deletions of rows and tables',
    'stores one change after the other',
    'stores all changes but those of a row that is refused, and says which',
    'loses neither of two changes by different writers',
    'hears what others write, and not itself',
    'carries what could not be written to whoever reads next',
    'does not carry what a write that was running has stored',
  ],
};

const run = (breakAdapter?: broken.Break): Promise<Outcome> =>
  runSuite((runner) => {
    const setUp = () => memoryStorageHarness(breakAdapter);
    describeStorageAdapter(runner, 'broken', CAPABILITIES, setUp, {patienceMs: 100});
  });

describe('describeStorageAdapter', () => {
  it('finds nothing wrong with a good adapter', async () => {
    const {failed, passed} = await run();
    expect([...failed]).toStrictEqual([]);
    expect(passed.length).toBeGreaterThan(15);
  });

  it.each(Object.entries(defects))(
    'notices that an adapter %s',
    async (_name, [makeBreak, ...titles]) => {
      const {failed} = await run(makeBreak());
      expect([...failed.keys()]).toStrictEqual(titles);
    },
  );

  it('has no test that no defect makes fail', async () => {
    const {passed} = await run();
    const failing = new Set(Object.values(defects).flatMap(([, ...titles]) => titles));
    expect(passed.filter((title) => !failing.has(title))).toStrictEqual([]);
  });

  it('shows tests of what is not declared as skipped, with the reason', async () => {
    const {skipped} = await runSuite((runner) => {
      describeStorageAdapter(runner, 'poor', [], () => memoryStorageHarness());
    });
    expect(skipped).toContain(
      'hears what others write, and not itself (skipped: not declared: watch)',
    );
  });
});
