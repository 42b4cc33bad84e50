/** L7: what cannot be read is set aside before a save, what the schema refuses stays. */
import {PersisterError} from '../../errors.ts';
import {createStore} from '../../store/index.ts';
import type {EncodedContent} from '../../store/internals.ts';
import type {Store} from '../../store/types.ts';
import {assert, assertSame, show} from '../assertions.ts';
import type {PersisterCapability} from '../persister-harness.ts';
import {PETS} from '../sample-content.ts';
import type {LawTest} from '../session.ts';

const withSchema = (): Store => {
  const store = createStore();
  store.setTablesSchema({pets: {species: {type: 'string'}, age: {type: 'number'}}});
  store.setValuesSchema({employees: {type: 'number'}});
  return store;
};

export const evidenceIsKept: readonly LawTest<PersisterCapability>[] = [
  {
    title: 'L7 leaves what it cannot read, byte for byte, when it loads',
    needs: ['unreadable'],
    run: async (lab) => {
      await lab.store(PETS);
      const raw = await lab.makeUnreadable();
      const app = await lab.open();
      await app.settled(app.persister.load(), 'load()');
      assertSame(app.errorCodes, ['UNREADABLE'], 'what was reported');
      assertSame(await lab.harness.readRaw?.('a'), raw, 'what lies there');
    },
  },
  {
    title: 'L7 sets aside what it cannot read, byte for byte, when save() replaces it',
    needs: ['unreadable', 'setAside'],
    run: async (lab) => {
      await lab.store(PETS);
      const raw = await lab.makeUnreadable();
      const app = await lab.open();
      app.store.setValue('mine', 1);
      await app.settled(app.persister.save(), 'save()');
      await lab.assertStored([{}, {mine: 1}], 'in storage');
      assertSame(await lab.harness.getSetAside?.('a'), [raw], 'what was set aside');
      const isReported = app.errors.some(
        (error) => error instanceof PersisterError && error.setAsideAs !== undefined,
      );
      assert(isReported, `where to was not reported: ${show(app.errors)}`);
    },
  },
  {
    title: 'L7 leaves in storage what the schema does not admit, and reports it',
    run: async (lab) => {
      await lab.store(PETS);
      const app = await lab.open({store: withSchema()});
      await app.start();
      app.store.setCell('pets', 'fido', 'age', 5);
      await app.saved();
      const [tables, values] = structuredClone(PETS);
      const expected: EncodedContent = [
        {pets: {...tables['pets'], fido: {species: 'dog', sold: true, age: 5}}},
        values,
      ];
      await lab.assertStored(expected, 'after a change');
      await app.settled(app.persister.save(), 'save()');
      await lab.assertStored(expected, 'after save()');
      const refused = [
        {tableId: 'pets', rowId: 'fido', cellId: 'sold', stored: true},
        {tableId: 'pets', rowId: 'felix', cellId: 'sold', stored: false},
        {valueId: 'open', stored: true},
      ];
      // Whole rows may come in any order.
      const inOrder = (list: readonly object[]): string[] => list.map(show).sort();
      assertSame(inOrder(app.persister.getRefused()), inOrder(refused), 'getRefused()');
      assertSame(app.errorCodes, ['REFUSED', 'REFUSED', 'REFUSED'], 'what was reported');
    },
  },
  {
    title: 'L7 removes what the schema does not admit when the app says so',
    run: async (lab) => {
      await lab.store(PETS);
      const app = await lab.open({store: withSchema()});
      await app.start();
      app.persister.discardRefused('pets');
      await app.saved();
      const pets = {fido: {species: 'dog', age: 4}, felix: {species: 'cat'}};
      await lab.assertStored([{pets}, {open: true, employees: 3}], 'in storage');
    },
  },
];
