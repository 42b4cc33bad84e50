/** L6: a change costs what it is; nothing is read because of one's own write. */
import {assert, assertSame} from '../assertions.ts';
import type {PersisterCapability} from '../persister-harness.ts';
import {PETS} from '../sample-content.ts';
import type {LawTest} from '../session.ts';
import {turn} from '../waiting.ts';

const OWN_EDITS = 10;

export const costOfAChange: readonly LawTest<PersisterCapability>[] = [
  {
    title: 'L6 stores one changed cell as one changed cell',
    needs: ['faults', 'incremental'],
    run: async (lab) => {
      await lab.store(PETS);
      const app = await lab.open();
      await app.start();
      await app.saved();
      app.store.setCell('pets', 'fido', 'age', 5);
      await app.saved();
      app.store.delRow('pets', 'felix').setValue('open', {by: 'me'});
      await app.saved();
      assertSame(
        app.writes.flatMap(({method, changes}) => [method, changes]),
        [
          ...['writeChanges', [{pets: {fido: {age: 5}}}, {}, 1]],
          ...['writeChanges', [{pets: {felix: undefined}}, {open: '\ufffd{"by":"me"}'}, 1]],
        ],
        'writes',
      );
    },
  },
  {
    title: 'L6 writes nothing when nothing has changed',
    needs: ['faults'],
    run: async (lab) => {
      await lab.store(PETS);
      const app = await lab.open();
      await app.start();
      app.store.transaction(() => app.store.setValue('open', false).setValue('open', true));
      await app.saved();
      assertSame(app.writes, [], 'writes');
    },
  },
  {
    title: 'L6 does not read again what it wrote itself',
    needs: ['external', 'watch'],
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      await app.saved();
      const {loads} = app.persister.getStats();
      for (let index = 0; index < OWN_EDITS; index++) {
        app.store.setValue('index', index);
        await app.saved();
        await turn();
      }
      // What others write is heard in order: by then, our own writes would have been heard, too.
      await lab.writeExternally([PETS[0], {...PETS[1], theirs: true}]);
      await app.until(() => app.store.hasValue('theirs'), 'that their value comes');
      const count = app.persister.getStats().loads - loads;
      // One write of others may look like two: some storages tell that it began, too.
      assert(count >= 1 && count <= 2, `${String(count)} loads for one write of others`);
    },
  },
];
