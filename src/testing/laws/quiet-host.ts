/** L8: nothing that goes wrong disturbs the host, and nothing hangs. */
import {assert, assertSame, show} from '../assertions.ts';
import type {PersisterCapability} from '../persister-harness.ts';
import {PETS} from '../sample-content.ts';
import type {LawTest} from '../session.ts';

const throwing = (): never => {
  throw new Error('A function of the app throws');
};

/** Runs `action` while nothing is shown on the console; returns what would have been. */
const withoutConsole = async (action: () => Promise<void>): Promise<unknown[][]> => {
  const host = globalThis.console;
  const {warn} = host;
  const warnings: unknown[][] = [];
  host.warn = (...warning: unknown[]) => void warnings.push(warning);
  try {
    await action();
  } finally {
    host.warn = warn;
  }
  return warnings;
};

export const quietHost: readonly LawTest<PersisterCapability>[] = [
  {
    title: 'L8 contains a handler of errors that throws',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open({options: {onIgnoredError: throwing}});
      app.store.setValue('mine', 1);
      const warnings = await withoutConsole(async () => {
        app.faults.fail('read');
        await app.settled(app.persister.load(), 'load()');
        app.faults.fail('write', {times: 3});
        for (let times = 0; times < 3; times++) {
          await app.settled(app.persister.save(), 'save()');
        }
      });
      assertSame(warnings.length, 2, 'warnings on the console, one of each kind');
      await app.settled(app.persister.save(), 'save() at last');
      await lab.assertKept(app, [{}, {mine: 1}]);
    },
  },
  {
    title: 'L8 warns once on the console of each kind of error, if there is no handler',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open({options: {onIgnoredError: undefined}});
      const warnings = await withoutConsole(async () => {
        app.faults.fail('read', {times: 3});
        for (let times = 0; times < 3; times++) {
          await app.settled(app.persister.load(), 'load()');
        }
      });
      assertSame(warnings.length, 1, 'warnings on the console');
    },
  },
  {
    title: 'L8 contains listeners that throw',
    run: async (lab) => {
      const app = await lab.open();
      app.persister.addStatusListener(throwing);
      app.persister.addStateListener(throwing);
      await app.start(PETS);
      app.store.setValue('mine', 1);
      await app.saved();
      await lab.assertKept(app, [PETS[0], {...PETS[1], mine: 1}]);
      const isReported = app.errorCodes.every((code) => code === 'HANDLER');
      assert(isReported && app.errors.length > 0, `reported: ${show(app.errorCodes)}`);
    },
  },
  {
    title: 'L8 contains initial content that throws',
    run: async (lab) => {
      const app = await lab.open();
      await app.settled(app.persister.load(throwing), 'load()');
      assertSame(app.errorCodes, ['HANDLER'], 'what was reported');
      assertSame(app.content, [{}, {}], 'in memory');
    },
  },
  {
    title: 'L8 ends a load and a save that hang, and saves when storage answers again',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open();
      const release = app.faults.hold('read');
      await app.settledWithTimeouts(app.persister.load(), 'load()');
      release();
      await app.settled(app.persister.load(), 'load() again');
      const releaseWrite = app.faults.hold('write');
      app.store.setValue('mine', 1);
      await app.settledWithTimeouts(app.persister.save(), 'save()');
      assertSame(app.errorCodes, ['TIMEOUT', 'TIMEOUT'], 'what was reported');
      releaseWrite();
      await app.settled(app.persister.save(), 'save() again');
      await lab.assertKept(app, [{}, {mine: 1}]);
    },
  },
  {
    title: 'L8 settles destroy() while storage hangs',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      await app.saved();
      app.faults.hold('write');
      app.store.setValue('mine', 1);
      await app.settledWithTimeouts(app.persister.destroy(), 'destroy()');
    },
  },
  {
    title: 'L8 settles destroy() while an action hangs, or a transaction stays open',
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      app.persister.schedule(() => new Promise(() => undefined)).catch(() => undefined);
      await app.settledWithTimeouts(app.persister.destroy(), 'destroy() while an action hangs');
      const other = await lab.open();
      await other.start();
      other.store.setValue('mine', 1);
      other.store.startTransaction();
      await other.settledWithTimeouts(other.persister.destroy(), 'destroy() in a transaction');
    },
  },
  {
    title: 'L8 settles destroy() however often it is called',
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      const all = [app.persister.destroy(), app.persister.destroy()];
      await app.settled(Promise.all(all), 'destroy() twice');
      await app.settled(app.persister.destroy(), 'destroy() once more');
    },
  },
];
