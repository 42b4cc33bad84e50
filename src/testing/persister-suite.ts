/** The laws of the persistence engine, as tests that every kind of persister runs. */
import type {SuiteOptions} from './adapter-suite.ts';
import {assertSame} from './assertions.ts';
import {costOfAChange} from './laws/cost-of-a-change.ts';
import {evidenceIsKept} from './laws/evidence-is-kept.ts';
import {flushOnTheWayOut} from './laws/flush-on-the-way-out.ts';
import {keptUntilAcknowledged} from './laws/kept-until-acknowledged.ts';
import {noLocalWriteLost} from './laws/no-local-write-lost.ts';
import {oneWriter} from './laws/one-writer.ts';
import {quietHost} from './laws/quiet-host.ts';
import {readBeforeWrite} from './laws/read-before-write.ts';
import {receipts} from './laws/receipts.ts';
import type {PersisterCapability, PersisterHarness} from './persister-harness.ts';
import {EMPTY, MANY_ROWS, ODDITIES, PETS} from './sample-content.ts';
import {Lab, type LawTest} from './session.ts';
import {defineTest, missing, type TestRunner} from './test-runner.ts';

/** What goes without saying, and the harness itself. */
const groundwork: readonly LawTest<PersisterCapability>[] = [
  ...Object.entries({EMPTY, PETS, ODDITIES, MANY_ROWS}).map(([kind, content]) => ({
    title: `gives back what it was given: ${kind}`,
    run: async (lab: Lab) => {
      await lab.store(content);
      const app = await lab.open();
      await app.settled(app.persister.load(), 'load()');
      assertSame(app.content, content, 'in memory');
      assertSame(app.errorCodes, [], 'what was reported');
    },
  })),
  {
    title: 'keeps two places apart',
    run: async (lab) => {
      await lab.store(PETS, 'a');
      const app = await lab.open({place: 'ab'});
      await app.start([{}, {other: 1}]);
      await app.saved();
      await lab.assertStored(PETS, 'at the first place', 'a');
      await lab.assertStored([{}, {other: 1}], 'at the other place', 'ab');
    },
  },
  {
    title: 'stores by writeExternally() what the others read',
    needs: ['external'],
    run: async (lab) => {
      await lab.writeExternally(PETS);
      await lab.assertStored(PETS, 'in storage');
      const app = await lab.open();
      await app.settled(app.persister.load(), 'load()');
      assertSame(app.content, PETS, 'in memory');
    },
  },
];

/** Each test of a law begins its title with the law's name, from L1 to L9. */
const tests: readonly LawTest<PersisterCapability>[] = [
  ...groundwork,
  ...readBeforeWrite,
  ...noLocalWriteLost,
  ...keptUntilAcknowledged,
  ...oneWriter,
  ...receipts,
  ...costOfAChange,
  ...evidenceIsKept,
  ...quietHost,
  ...flushOnTheWayOut,
];

/**
 * Defines a suite that tests persisters for the laws of the persistence engine.
 * @param title What the persister is called.
 * @param capabilities Exactly what it and its harness can do; tests of the rest are shown as skipped.
 * @param setUp Makes a fresh harness for each test.
 */
export const describePersister = (
  runner: TestRunner,
  title: string,
  capabilities: readonly PersisterCapability[],
  setUp: () => Promise<PersisterHarness> | PersisterHarness,
  {patienceMs = 10_000, isEmptyNothing = false}: SuiteOptions = {},
): void => {
  let harness: PersisterHarness | undefined;
  let lab: Lab | undefined;

  runner.describe(`Persister: ${title}`, () => {
    runner.beforeEach(async () => {
      harness = await setUp();
      lab = new Lab(harness, patienceMs, isEmptyNothing);
    });
    runner.afterEach(async () => {
      await lab?.close();
      await harness?.cleanUp();
      lab = undefined;
    });
    for (const {title: name, needs = [], reasonToSkip, run} of tests) {
      const reason = missing(capabilities, needs) ?? reasonToSkip?.();
      defineTest(runner, name, reason, async () => {
        if (!lab) throw new Error('There is no harness outside tests');
        await run(lab);
      });
    }
  });
};
