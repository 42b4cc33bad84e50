/** L1: while auto-persisting, nothing is written before storage could be read. */
import type {EncodedContent} from '../../store/internals.ts';
import {assert, assertCode, assertSame} from '../assertions.ts';
import type {PersisterCapability} from '../persister-harness.ts';
import {PETS} from '../sample-content.ts';
import type {LawTest} from '../session.ts';

const INITIAL: EncodedContent = [{}, {initial: true}];
const [PETS_TABLES, PETS_VALUES] = PETS;

export const readBeforeWrite: readonly LawTest<PersisterCapability>[] = [
  {
    title: 'L1 puts initial content where nothing is stored, and saves it',
    run: async (lab) => {
      const app = await lab.open();
      await app.start(INITIAL);
      await app.saved();
      assertSame(app.persister.getState().load, 'empty', 'the state of loading');
      await lab.assertKept(app, INITIAL);
    },
  },
  {
    title: 'L1 prefers what is stored to initial content',
    run: async (lab) => {
      await lab.store(PETS);
      const app = await lab.open();
      await app.start(INITIAL);
      await app.saved();
      await lab.assertKept(app, PETS);
    },
  },
  {
    title: 'L1 writes nothing while reading fails, and says so',
    needs: ['faults'],
    run: async (lab) => {
      await lab.store(PETS);
      const app = await lab.open();
      app.faults.fail('read', {times: Infinity});
      await app.start(INITIAL);
      app.store.setValue('mine', 1);
      await app.letRetry();
      assertSame(app.writes, [], 'writes');
      await lab.assertStored(PETS, 'in storage');
      const {blocked, load, pending} = app.persister.getState();
      assertSame({blocked, load}, {blocked: true, load: 'failed'}, 'the state');
      assert(pending > 0, 'nothing is pending');
    },
  },
  {
    title: 'L1 reads before it writes, also when saving is started first or alone',
    needs: ['faults'],
    run: async (lab) => {
      await lab.store(PETS);
      const app = await lab.open();
      app.faults.fail('read', {times: Infinity});
      await app.settled(app.persister.startAutoSave(), 'startAutoSave()');
      app.store.setValue('mine', 1);
      await app.letRetry();
      assertSame(app.writes, [], 'writes');
      await lab.assertStored(PETS, 'in storage');
    },
  },
  {
    title: 'L1 reads again by itself, and then initial content yields to what is stored',
    needs: ['faults'],
    run: async (lab) => {
      await lab.store(PETS);
      const app = await lab.open();
      app.faults.fail('read', {times: 3});
      await app.start(INITIAL);
      assertSame(app.content, INITIAL, 'while reading fails');
      app.store.setValue('mine', 1);
      await app.saved();
      await lab.assertKept(app, [PETS_TABLES, {...PETS_VALUES, mine: 1}]);
      assertSame(app.persister.getState().blocked, false, 'whether it is blocked');
    },
  },
  {
    title: 'L1 leaves alone what cannot be read',
    needs: ['unreadable'],
    run: async (lab) => {
      await lab.store(PETS);
      const raw = await lab.makeUnreadable();
      const app = await lab.open();
      await app.start(INITIAL);
      app.store.setValue('mine', 1);
      await app.letRetry();
      assertSame(await lab.harness.readRaw?.('a'), raw, 'what lies there');
      const {blocked, lastError} = app.persister.getState();
      assertSame(blocked, true, 'whether it is blocked');
      assertCode(lastError, 'UNREADABLE', 'the latest error');
    },
  },
  {
    title: 'L1 goes on when what is stored can be read again and retry() is called',
    needs: ['unreadable', 'external'],
    run: async (lab) => {
      await lab.store(PETS);
      await lab.makeUnreadable();
      const app = await lab.open();
      await app.start();
      app.store.setValue('mine', 1);
      await lab.writeExternally(PETS);
      await app.settled(app.persister.retry(), 'retry()');
      await app.saved();
      await lab.assertKept(app, [PETS_TABLES, {...PETS_VALUES, mine: 1}]);
    },
  },
  {
    title: 'L1 writes in place of what cannot be read when discardPersisted() is called',
    needs: ['unreadable'],
    run: async (lab) => {
      await lab.store(PETS);
      await lab.makeUnreadable();
      const app = await lab.open();
      await app.start(INITIAL);
      app.store.setValue('mine', 1);
      await app.settled(app.persister.discardPersisted(), 'discardPersisted()');
      await lab.assertKept(app, [{}, {initial: true, mine: 1}]);
      app.store.setValue('mine', 2);
      await app.saved();
      await lab.assertKept(app, [{}, {initial: true, mine: 2}]);
    },
  },
];
