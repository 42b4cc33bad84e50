/** As many rows as large apps have, which would take too long with every client. */
import type {Store} from '../../../src/store/index.ts';
import {assert, assertSame, isSame} from '../../../src/testing/assertions.ts';
import type {TestRunner} from '../../../src/testing/index.ts';
import {openSession, tabular} from './session.ts';
import type {SqlClient} from './sql-client.ts';

const ROW_COUNT = 200_000;

/** In whatever order. */
const haveSameRows = (one: Store, other: Store): boolean => {
  const rowIds = one.getRowIds('pets');
  return (
    rowIds.length === other.getRowCount('pets') &&
    rowIds.every((rowId) => isSame(one.getRow('pets', rowId), other.getRow('pets', rowId)))
  );
};

export const describeManyRows = ({describe, it}: TestRunner, client: SqlClient): void => {
  describe(`Many rows, by way of ${client.name}`, () => {
    it('are saved and loaded, and changes to them saved', async () => {
      const places = await client.setUp();
      try {
        const handle = await places.connect('a');
        const {store, persister, errors} = await openSession(handle, tabular('pets'));
        store.transaction(() => {
          for (let row = 0; row < ROW_COUNT; row++) {
            const cells = {a: `row ${String(row)}`, b: row, c: row / 3, d: row % 2 === 0, e: null};
            store.setRow('pets', `row${String(row)}`, cells);
          }
        });
        await persister.save();
        const other = await openSession(await places.connect('a'), tabular('pets'));
        await other.persister.load();
        assert(haveSameRows(other.store, store), 'the same has been loaded');
        await persister.startAutoSave();
        store.setCell('pets', 'row199999', 'b', -1).delRow('pets', 'row7');
        await persister.whenSaved();
        await other.persister.load();
        assert(haveSameRows(other.store, store), 'changes, too');
        assertSame([...errors, ...other.errors], [], 'errors');
        for (const session of [other, {persister}]) await session.persister.destroy();
      } finally {
        await places.cleanUp();
      }
    });
  });
};
