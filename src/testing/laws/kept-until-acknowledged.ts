/** L3: changes are pending until storage has acknowledged them; what fails is tried again. */
import {PersisterError, type PersisterErrorDetails} from '../../errors.ts';
import {assert, assertSame} from '../assertions.ts';
import type {PersisterCapability} from '../persister-harness.ts';
import {PETS} from '../sample-content.ts';
import type {LawTest} from '../session.ts';
import {turn} from '../waiting.ts';

const failure = (
  code: 'DENIED' | 'UNAVAILABLE',
  details: Partial<PersisterErrorDetails>,
): (() => PersisterError) => {
  const all = {phase: 'save' as const, storage: 'faulty', retriable: true, ...details};
  return () => new PersisterError(code, 'A fault was injected', all);
};

export const denied: () => PersisterError = failure('DENIED', {retriable: false});

export const keptUntilAcknowledged: readonly LawTest<PersisterCapability>[] = [
  {
    title: 'L3 saves what failed to be saved, with what came later',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      await app.saved();
      app.faults.fail('write', {times: 3});
      app.store.setValue('lost', 1);
      await turn();
      app.store.setValue('later', 2);
      await app.saved();
      await lab.assertKept(app, [PETS[0], {...PETS[1], lost: 1, later: 2}]);
      assertSame(app.errorCodes, ['UNAVAILABLE', 'UNAVAILABLE', 'UNAVAILABLE'], 'reported');
      assertSame(app.persister.getState().lastError, undefined, 'the error, once it is gone');
    },
  },
  {
    title: 'L3 puts what failed under what is newer',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      await app.saved();
      app.faults.fail('write');
      app.store.setCell('pets', 'fido', 'age', 5);
      app.store.delRow('pets', 'felix');
      await turn();
      app.store.setCell('pets', 'fido', 'age', 6);
      app.store.setRow('pets', 'felix', {age: 1});
      await app.saved();
      const pets = {fido: {species: 'dog', age: 6, sold: true}, felix: {age: 1}};
      await lab.assertKept(app, [{pets}, PETS[1]]);
    },
  },
  {
    title: 'L3 counts as pending what is being written, and nothing afterwards',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      await app.saved();
      assertSame(app.persister.getState().pending, 0, 'pending at first');
      const release = app.faults.hold('write');
      app.store.setCell('pets', 'fido', 'age', 5).setValue('open', false);
      await turn();
      const {pending, saving} = app.persister.getState();
      assertSame({pending, saving}, {pending: 2, saving: true}, 'while writing');
      release();
      await app.saved();
      assertSame(app.persister.getState().pending, 0, 'pending at last');
    },
  },
  {
    title: 'L3 gives up what storage refuses for good, and goes on with retry()',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      await app.saved();
      app.faults.fail('write', {times: Infinity, error: denied});
      app.store.setValue('mine', 1);
      await app.until(() => app.persister.getState().blocked, 'that it gives up');
      const attempts = app.writes.length;
      app.store.setValue('mine', 2);
      await app.letRetry();
      assertSame(app.writes.length, attempts, 'attempts after it gave up');
      const {blocked, nextRetryAt, pending} = app.persister.getState();
      assertSame({blocked, nextRetryAt}, {blocked: true, nextRetryAt: undefined}, 'the state');
      assert(pending > 0, 'nothing is pending');
      app.faults.heal();
      await app.settled(app.persister.retry(), 'retry()');
      await lab.assertKept(app, [PETS[0], {...PETS[1], mine: 2}]);
      assertSame(app.persister.getState().blocked, false, 'whether it is blocked in the end');
    },
  },
  {
    title: 'L3 leaves storage alone for as long as it asks to be',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open({options: {timeoutMs: 1_000_000}});
      await app.start(PETS);
      await app.saved();
      app.faults.fail('write', {error: failure('UNAVAILABLE', {retryAfterMs: 60_000})});
      app.store.setValue('mine', 1);
      await app.clock.advance(0);
      await app.settled(app.persister.schedule(), 'schedule()');
      const attempts = app.writes.length;
      await app.clock.advance(59_000);
      app.store.setValue('mine', 2);
      await app.clock.advance(999);
      assertSame(app.writes.length, attempts, 'attempts before it is time');
      await app.saved();
      await lab.assertKept(app, [PETS[0], {...PETS[1], mine: 2}]);
    },
  },
  {
    title: 'L3 ends up right when what is stored is not answered for',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      await app.saved();
      app.faults.fail('write', {times: 2, isDone: true});
      app.store.setValue('mine', 1);
      await turn();
      app.store.setValue('mine', 2).delValue('open');
      await app.saved();
      await lab.assertKept(app, [PETS[0], {employees: 3, mine: 2}]);
    },
  },
  {
    title: 'L3 makes good what was torn',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open();
      app.faults.tear(2);
      await app.start(PETS);
      app.store.setValue('mine', 1);
      await app.saved();
      await lab.assertKept(app, [PETS[0], {...PETS[1], mine: 1}]);
    },
  },
];
