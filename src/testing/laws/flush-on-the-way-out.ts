/** L9: what is pending is saved when the persister, or the page, goes. */
import {assertSame, isSame} from '../assertions.ts';
import type {PersisterCapability} from '../persister-harness.ts';
import {PETS} from '../sample-content.ts';
import type {LawTest} from '../session.ts';
import {turn} from '../waiting.ts';

const noPage = (): string | undefined =>
  'document' in globalThis ? undefined : 'there is no page in this environment';

export const flushOnTheWayOut: readonly LawTest<PersisterCapability>[] = [
  {
    title: 'L9 saves with destroy() what was changed just before',
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      for (let index = 0; index < 10; index++) app.store.setValue('index', index);
      await app.settled(app.persister.destroy(), 'destroy()');
      await lab.assertStored([PETS[0], {...PETS[1], index: 9}], 'in storage');
    },
  },
  {
    title: 'L9 saves with destroy() what was changed during a write',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      await app.saved();
      const release = app.faults.hold('write');
      app.store.setValue('index', 1);
      await turn();
      app.store.setValue('index', 2);
      const destroying = app.persister.destroy();
      await turn();
      release();
      await app.settled(destroying, 'destroy()');
      await lab.assertStored([PETS[0], {...PETS[1], index: 2}], 'in storage');
    },
  },
  {
    title: 'L9 saves with destroy() what waits for a retry',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      await app.saved();
      app.faults.fail('write');
      app.store.setValue('index', 1);
      // Time stands still: nothing is tried again until destroy() does.
      const isFailed = (): boolean => app.errorCodes.length > 0;
      await app.until(isFailed, 'that the write fails');
      await app.settled(app.persister.destroy(), 'destroy()');
      await lab.assertStored([PETS[0], {...PETS[1], index: 1}], 'in storage');
    },
  },
  {
    title: 'L9 saves with destroy() what waits for an interval to end',
    run: async (lab) => {
      const app = await lab.open({options: {save: {minIntervalMs: 60_000}}});
      await app.start(PETS);
      await app.clock.advance(0);
      app.store.setValue('index', 1);
      await turn();
      await app.settled(app.persister.destroy(), 'destroy()');
      await lab.assertStored([PETS[0], {...PETS[1], index: 1}], 'in storage');
    },
  },
  {
    title: 'L9 saves with stopAutoSave() what was changed before, and nothing after',
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      app.store.setValue('index', 1);
      await app.settled(app.persister.stopAutoSave(), 'stopAutoSave()');
      app.store.setValue('index', 2);
      await turn();
      await lab.assertStored([PETS[0], {...PETS[1], index: 1}], 'in storage');
      assertSame(app.persister.isAutoSaving(), false, 'isAutoSaving()');
    },
  },
  {
    title: 'L9 saves when the page goes what waits for an interval to end',
    reasonToSkip: noPage,
    run: async (lab) => {
      const app = await lab.open({options: {save: {minIntervalMs: 60_000}}});
      await app.start(PETS);
      await app.clock.advance(0);
      app.store.setValue('index', 1);
      await turn();
      await lab.assertStored(PETS, 'before the page goes');
      dispatchEvent(new Event('pagehide'));
      const expected = [PETS[0], {...PETS[1], index: 1}];
      // Time stands still: only the event can have saved it.
      const isStored = async (): Promise<boolean> =>
        isSame(await lab.harness.readBack('a'), expected);
      await app.until(isStored, 'that it is saved');
    },
  },
  {
    title: 'L9 leaves behind when the page goes what cannot be written in time',
    needs: ['faults', 'carry'],
    reasonToSkip: noPage,
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      await app.saved();
      app.faults.hold('write');
      app.store.setValue('index', 1);
      await turn();
      app.store.delRow('pets', 'felix');
      dispatchEvent(new Event('pagehide'));
      app.faults.crash();
      const next = await lab.open();
      await next.start();
      const [tables, values] = structuredClone(PETS);
      delete tables['pets']?.['felix'];
      await lab.assertKept(next, [tables, {...values, index: 1}]);
    },
  },
  {
    title: 'L9 leaves nothing behind that has been written after all',
    needs: ['faults', 'carry', 'external'],
    reasonToSkip: noPage,
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      await app.saved();
      const release = app.faults.hold('write');
      app.store.setValue('index', 1);
      await turn();
      app.store.setValue('other', 1);
      dispatchEvent(new Event('pagehide'));
      release();
      await app.saved();
      app.faults.crash();
      await lab.writeExternally([PETS[0], {index: 2}]);
      const next = await lab.open();
      await next.start();
      await lab.assertKept(next, [PETS[0], {index: 2}]);
    },
  },
];
