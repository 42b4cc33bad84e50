/** L4: one operation at a time; what changes during a write shares the next one. */
import {assert, assertSame} from '../assertions.ts';
import type {PersisterCapability} from '../persister-harness.ts';
import {PETS} from '../sample-content.ts';
import type {LawTest} from '../session.ts';
import {turn} from '../waiting.ts';

export const oneWriter: readonly LawTest<PersisterCapability>[] = [
  {
    title: 'L4 runs one operation at a time',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open();
      const all: Promise<unknown>[] = [app.persister.startAutoPersisting()];
      for (let index = 0; index < 5; index++) {
        app.store.setValue('index', index);
        all.push(app.persister.save(), app.persister.load(), app.persister.whenSaved());
        await turn();
        app.store.setValue('more', index);
      }
      await app.settled(Promise.all(all), 'everything');
      await app.saved();
      assertSame(app.faults.mostAtOnce, 1, 'operations at the same time');
      await lab.assertKept(app, [{}, {index: 4, more: 4}]);
    },
  },
  {
    title: 'L4 writes once what 100 transactions change during a write',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      await app.saved();
      const before = app.writes.length;
      const release = app.faults.hold('write');
      app.store.setValue('index', -1);
      await turn();
      for (let index = 0; index < 100; index++) {
        app.store.setValue('index', index);
        if (index % 10 === 0) await turn();
      }
      release();
      await app.saved();
      const count = app.writes.length - before;
      assert(count <= 2, `${String(count)} writes for 101 transactions`);
      await lab.assertKept(app, [PETS[0], {...PETS[1], index: 99}]);
    },
  },
  {
    title: 'L4 counts each request all the same',
    run: async (lab) => {
      const app = await lab.open();
      const starting = app.persister.startAutoSave();
      app.store.setValue('index', 1);
      app.store.setValue('index', 2);
      await app.settled(starting, 'startAutoSave()');
      await app.saved();
      assertSame(app.persister.getStats(), {loads: 0, saves: 3}, 'getStats()');
    },
  },
];
