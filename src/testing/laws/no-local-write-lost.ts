/** L2: what the app changes, at any moment, ends in memory and in storage. */
import type {EncodedContent} from '../../store/internals.ts';
import type {Store} from '../../store/types.ts';
import {assertSame} from '../assertions.ts';
import type {PersisterCapability} from '../persister-harness.ts';
import {PETS} from '../sample-content.ts';
import type {LawTest} from '../session.ts';
import {turn} from '../waiting.ts';

const withCell = (
  [tables, values]: EncodedContent,
  tableId: string,
  rowId: string,
  cellId: string,
  cell: number,
): EncodedContent => [
  {
    ...tables,
    [tableId]: {...tables[tableId], [rowId]: {...tables[tableId]?.[rowId], [cellId]: cell}},
  },
  values,
];

export const noLocalWriteLost: readonly LawTest<PersisterCapability>[] = [
  {
    title: 'L2 keeps what is changed during a load',
    run: async (lab) => {
      await lab.store(PETS);
      const app = await lab.open();
      const release = app.faults.hold('read');
      const starting = app.persister.startAutoPersisting();
      app.store.setCell('pets', 'fido', 'age', 5);
      await turn();
      app.store.setCell('pets', 'rex', 'age', 1);
      release();
      await app.settled(starting, 'startAutoPersisting()');
      await app.saved();
      const expected = withCell(withCell(PETS, 'pets', 'fido', 'age', 5), 'pets', 'rex', 'age', 1);
      await lab.assertKept(app, expected);
    },
  },
  {
    title: 'L2 keeps what is changed during a later load',
    run: async (lab) => {
      await lab.store(PETS);
      const app = await lab.open();
      await app.start();
      await app.saved();
      const release = app.faults.hold('read');
      const loading = app.persister.load();
      app.store.setCell('pets', 'fido', 'age', 5);
      await turn();
      app.store.delRow('pets', 'felix');
      release();
      await app.settled(loading, 'load()');
      await app.saved();
      await lab.assertKept(app, [{pets: {fido: {species: 'dog', age: 5, sold: true}}}, PETS[1]]);
    },
  },
  {
    title: 'L2 keeps what is changed during a save',
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      const release = app.faults.hold('write');
      app.store.setCell('pets', 'fido', 'age', 5);
      await turn();
      app.store.setCell('pets', 'fido', 'age', 6);
      app.store.setCell('pets', 'rex', 'age', 1);
      release();
      await app.saved();
      const expected = withCell(withCell(PETS, 'pets', 'fido', 'age', 6), 'pets', 'rex', 'age', 1);
      await lab.assertKept(app, expected);
    },
  },
  {
    title: 'L2 stores deletions',
    run: async (lab) => {
      await lab.store([{...PETS[0], other: {r: {c: 1}}}, PETS[1]]);
      const app = await lab.open();
      await app.start();
      app.store.delCell('pets', 'fido', 'sold').delRow('pets', 'felix');
      app.store.delTable('other').delValue('open');
      await app.saved();
      await lab.assertKept(app, [{pets: {fido: {species: 'dog', age: 4}}}, {employees: 3}]);
      app.store.delTables().delValues();
      await app.saved();
      await lab.assertKept(app, [{}, {}]);
    },
  },
  {
    title: 'L2 stores deletions by save()',
    run: async (lab) => {
      await lab.store(PETS);
      const app = await lab.open();
      await app.settled(app.persister.load(), 'load()');
      app.store.delRow('pets', 'felix').delValue('open');
      await app.settled(app.persister.save(), 'save()');
      await lab.assertKept(app, [{pets: {fido: {...PETS[0]['pets']?.['fido']}}}, {employees: 3}]);
    },
  },
  {
    title: 'L2 stores no half of a transaction, and all of it when it ends',
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      await app.saved();
      app.store.startTransaction();
      app.store.setValue('half', 1);
      const saving = app.persister.save();
      await turn();
      await lab.assertStored(PETS, 'in storage, during the transaction');
      app.store.setValue('half', 2);
      app.store.finishTransaction();
      await app.settled(saving, 'save()');
      await app.saved();
      await lab.assertKept(app, [PETS[0], {...PETS[1], half: 2}]);
    },
  },
  {
    title: 'L2 stores no half of a transaction that begins during a write',
    needs: ['faults'],
    run: async (lab) => {
      const app = await lab.open();
      await app.start(PETS);
      await app.saved();
      const release = app.faults.hold('write');
      const saving = app.persister.save();
      await turn();
      app.store.startTransaction();
      app.store.setValue('half', 1);
      release();
      await turn();
      await lab.assertStored(PETS, 'in storage, during the transaction');
      app.store.setValue('half', 2);
      app.store.finishTransaction();
      await app.settled(saving, 'save()');
      await app.saved();
      await lab.assertKept(app, [PETS[0], {...PETS[1], half: 2}]);
    },
  },
  {
    title: 'L2 does not load into an open transaction',
    run: async (lab) => {
      await lab.store(PETS);
      const app = await lab.open();
      const starting = app.persister.startAutoPersisting();
      app.store.startTransaction();
      app.store.setCell('pets', 'fido', 'age', 5);
      await turn();
      assertSame(app.content, [{pets: {fido: {age: 5}}}, {}], 'during the transaction');
      app.store.finishTransaction();
      await app.settled(starting, 'startAutoPersisting()');
      await app.saved();
      await lab.assertKept(app, withCell(PETS, 'pets', 'fido', 'age', 5));
    },
  },
  {
    title: 'L2 saves what a listener makes of loaded content',
    run: async (lab) => {
      await lab.store(PETS);
      const app = await lab.open();
      app.store.addCellListener(
        'pets',
        null,
        'age',
        (store: Store, tableId: string, rowId: string) => {
          const age = store.getCell(tableId, rowId, 'age');
          if (typeof age === 'number') store.setCell(tableId, rowId, 'older', age + 1);
        },
        true,
      );
      await app.start();
      await app.saved();
      await lab.assertKept(app, withCell(PETS, 'pets', 'fido', 'older', 5));
    },
  },
  {
    title: 'L2 takes in what others write, and keeps what was changed before and after',
    needs: ['external', 'watch'],
    run: async (lab) => {
      await lab.store(PETS);
      const app = await lab.open();
      await app.start();
      app.store.setCell('pets', 'fido', 'age', 5);
      await app.saved();
      const theirs = withCell(withCell(PETS, 'pets', 'fido', 'age', 5), 'pets', 'theirs', 'age', 7);
      await lab.writeExternally(theirs);
      await app.until(() => app.store.hasRow('pets', 'theirs'), 'that their row comes');
      app.store.setCell('pets', 'mine', 'age', 1);
      await app.saved();
      await lab.assertKept(app, withCell(theirs, 'pets', 'mine', 'age', 1));
    },
  },
  {
    title: 'L2 takes in what others write under changes that are being saved',
    needs: ['external', 'conflicts', 'faults'],
    run: async (lab) => {
      await lab.store(PETS);
      const app = await lab.open();
      await app.start();
      const release = app.faults.hold('write');
      app.store.setCell('pets', 'fido', 'age', 5);
      await turn();
      const theirs = withCell(withCell(PETS, 'pets', 'fido', 'age', 9), 'pets', 'theirs', 'age', 7);
      await lab.writeExternally(theirs);
      release();
      await app.saved();
      await app.until(() => app.store.hasRow('pets', 'theirs'), 'that their row comes');
      await lab.assertKept(app, withCell(theirs, 'pets', 'fido', 'age', 5));
    },
  },
  {
    title: 'L2 keeps the changes of two apps that share a place',
    needs: ['conflicts'],
    run: async (lab) => {
      await lab.store(PETS);
      const [one, other] = [await lab.open(), await lab.open()];
      await Promise.all([one.start(), other.start()]);
      for (const [index, app] of [one, other].entries()) {
        app.store.setCell('pets', 'fido', `by${String(index)}`, index);
        app.store.setRow('pets', `row${String(index)}`, {age: index});
      }
      await Promise.all([one.saved(), other.saved()]);
      let expected = PETS;
      for (const index of [0, 1]) {
        expected = withCell(expected, 'pets', 'fido', `by${String(index)}`, index);
        expected = withCell(expected, 'pets', `row${String(index)}`, 'age', index);
      }
      await lab.assertStored(expected, 'in storage');
    },
  },
];
