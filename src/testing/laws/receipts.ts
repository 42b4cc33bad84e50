/** L5: what is told to be saved is; nothing is refused, and nothing resolves that was not attempted. */
import {assert, assertCode, assertRejects, assertSame} from '../assertions.ts';
import type {PersisterCapability} from '../persister-harness.ts';
import {PETS} from '../sample-content.ts';
import type {LawTest} from '../session.ts';
import {turn} from '../waiting.ts';
import {denied} from './kept-until-acknowledged.ts';

export const receipts: readonly LawTest<PersisterCapability>[] = [
  {
    title: 'L5 resolves whenSaved() when another reads what was changed before',
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      for (let index = 0; index < 3; index++) {
        app.store.setValue('index', index);
        const stored = app.persister.whenSaved().then(() => lab.harness.readBack('a'));
        const expected = [PETS[0], {...PETS[1], index}];
        assertSame(await app.settled(stored, 'whenSaved()'), expected, 'once it has resolved');
      }
    },
  },
  {
    title: 'L5 resolves save() when another reads what was changed before',
    run: async (lab) => {
      const app = await lab.open({options: {strict: true}});
      app.store.setValue('index', 1);
      const stored = app.persister.save().then(() => lab.harness.readBack('a'));
      assertSame(await app.settled(stored, 'save()'), [{}, {index: 1}], 'once it has resolved');
    },
  },
  {
    title: 'L5 does not resolve whenSaved() before the write is done',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      await app.saved();
      const release = app.faults.hold('write');
      app.store.setValue('index', 1);
      let isSaved = false;
      const saving = app.persister.whenSaved().then(() => {
        isSaved = true;
      });
      for (let index = 0; index < 5; index++) await turn();
      assertSame(isSaved, false, 'whether it resolved while the write was running');
      release();
      await app.settled(saving, 'whenSaved()');
    },
  },
  {
    title: 'L5 does not resolve whenSaved() for a write that began before the change',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      await app.saved();
      const release = app.faults.hold('write');
      app.store.setValue('index', 1);
      await turn();
      app.store.setValue('index', 2);
      const stored = app.persister.whenSaved().then(() => lab.harness.readBack('a'));
      release();
      const expected = [PETS[0], {...PETS[1], index: 2}];
      assertSame(await app.settled(stored, 'whenSaved()'), expected, 'once it has resolved');
    },
  },
  {
    title: 'L5 rejects whenSaved() with the reason when there is no hope',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      await app.saved();
      app.faults.fail('write', {times: Infinity, error: denied});
      app.store.setValue('index', 1);
      const first = assertRejects(app.persister.whenSaved(), 'whenSaved()');
      assertCode(await app.settled(first, 'whenSaved()'), 'DENIED', 'whenSaved()');
      const second = assertRejects(app.persister.whenSaved(), 'whenSaved() afterwards');
      assertCode(await app.settled(second, 'whenSaved()'), 'DENIED', 'whenSaved() afterwards');
    },
  },
  {
    title: 'L5 carries out a save() that comes during a load',
    run: async (lab) => {
      const app = await lab.open();
      app.store.setValue('mine', 1);
      const release = app.faults.hold('read');
      const loading = app.persister.load();
      const saving = app.persister.save();
      await turn();
      release();
      await app.settled(saving, 'save()');
      await lab.assertStored([{}, {mine: 1}], 'when save() has resolved');
      await app.settled(loading, 'load()');
      assertSame(app.persister.getStats(), {loads: 1, saves: 1}, 'getStats()');
    },
  },
  {
    title: 'L5 carries out a load() that comes during a save',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open();
      app.store.setValue('mine', 1);
      const release = app.faults.hold('write');
      const saving = app.persister.save();
      const loading = app.persister.load();
      await turn();
      release();
      await app.settled(Promise.all([saving, loading]), 'save() and load()');
      assert(app.calls('read').length > 0, 'nothing was read');
      assertSame(app.persister.getStats(), {loads: 1, saves: 1}, 'getStats()');
      assertSame(app.persister.getState().load, 'loaded', 'the state of loading');
    },
  },
  {
    title: 'L5 resolves load() and save() when their attempt has failed, and reports it',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open();
      app.faults.fail('read');
      await app.settled(app.persister.load(), 'load()');
      app.store.setValue('mine', 1);
      app.faults.fail('write');
      await app.settled(app.persister.save(), 'save()');
      assertSame(app.errorCodes, ['UNAVAILABLE', 'UNAVAILABLE'], 'what was reported');
    },
  },
  {
    title: 'L5 rejects load() and save() when they fail, if `strict`',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open({options: {strict: true}});
      app.faults.fail('read', {error: denied});
      const loading = assertRejects(app.persister.load(), 'load()');
      assertCode(await app.settled(loading, 'load()'), 'DENIED', 'load()');
      app.store.setValue('mine', 1);
      app.faults.fail('write', {error: denied});
      const saving = assertRejects(app.persister.save(), 'save()');
      assertCode(await app.settled(saving, 'save()'), 'DENIED', 'save()');
    },
  },
  {
    title: 'L5 resolves whenLoaded() once a read has succeeded, not before',
    needs: ['faults'],
    run: async (lab) => {
      await lab.store(PETS);
      const app = await lab.open();
      app.faults.fail('read', {times: 2});
      let isLoaded = false;
      const loading = app.persister.whenLoaded().then(() => {
        isLoaded = true;
      });
      loading.catch(() => undefined); // should the next lines fail, nobody waits for it
      await app.start();
      assertSame(isLoaded, false, 'whether it resolved when a read had failed');
      await app.settledWithRetries(loading, 'whenLoaded()');
      assertSame(app.content, PETS, 'in memory');
    },
  },
  {
    title: 'L5 rejects what is asked of a persister that was destroyed',
    run: async (lab) => {
      const app = await lab.open();
      await app.settled(app.persister.destroy(), 'destroy()');
      app.store.setValue('mine', 1);
      for (const method of ['save', 'load', 'startAutoSave', 'startAutoLoad'] as const) {
        const asked = assertRejects(app.persister[method](), method);
        assertCode(await app.settled(asked, method), 'DESTROYED', method);
      }
      assertSame(await lab.harness.readBack('a'), undefined, 'in storage');
    },
  },
];
