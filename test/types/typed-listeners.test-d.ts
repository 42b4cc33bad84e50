/** What listeners are called with under a schema; checked by the compiler, never run. */
import {expectTypeOf} from 'vitest';
import type {
  CellListener,
  Id,
  InvalidCellListener,
  ListenerStats,
  Store,
} from '../../src/store/types.ts';

declare const createStore: () => Store;
const store = createStore().setSchema(
  {
    pets: {name: {type: 'string', required: true}, age: {type: 'number'}},
    owners: {name: {type: 'string'}, rich: {type: 'boolean'}},
  },
  {open: {type: 'boolean', default: true}, motto: {type: 'string'}},
);

// Exact ids.
store.addCellListener('pets', null, 'age', (from, tableId, rowId, cellId, newCell, oldCell) => {
  expectTypeOf(from).toEqualTypeOf<typeof store>();
  expectTypeOf(tableId).toEqualTypeOf<'pets'>();
  expectTypeOf(rowId).toEqualTypeOf<Id>();
  expectTypeOf(cellId).toEqualTypeOf<'age'>();
  expectTypeOf(newCell).toEqualTypeOf<number | undefined>();
  expectTypeOf(oldCell).toEqualTypeOf<number | undefined>();
});
// A deleted cell is `undefined`, even one that is there while its row is.
store.addCellListener('pets', 'x', 'name', (_store, _tableId, _rowId, _cellId, newCell) =>
  expectTypeOf(newCell).toEqualTypeOf<string | undefined>(),
);

// A wildcard gives the union of what matches, correlated.
store.addCellListener(
  null,
  null,
  null,
  (_store, tableId, _rowId, cellId, newCell, _old, getCellChange) => {
    expectTypeOf(tableId).toEqualTypeOf<'pets' | 'owners'>();
    expectTypeOf(cellId).toEqualTypeOf<'name' | 'age' | 'rich'>();
    expectTypeOf(newCell).toEqualTypeOf<string | number | boolean | undefined>();
    if (cellId === 'age') {
      expectTypeOf(tableId).toEqualTypeOf<'pets'>();
      expectTypeOf(newCell).toEqualTypeOf<number | undefined>();
    }
    if (tableId === 'owners') expectTypeOf(cellId).toEqualTypeOf<'name' | 'rich'>();
    expectTypeOf(getCellChange?.('owners', 'x', 'rich')).toEqualTypeOf<
      [changed: boolean, oldCell: boolean | undefined, newCell: boolean | undefined] | undefined
    >();
  },
);
store.addCellListener('owners', null, null, (_store, _tableId, _rowId, cellId, newCell) => {
  expectTypeOf(cellId).toEqualTypeOf<'name' | 'rich'>();
  if (cellId === 'rich') expectTypeOf(newCell).toEqualTypeOf<boolean | undefined>();
});
store.addCellListener(null, null, 'rich', (_store, tableId, _rowId, _cellId, newCell) => {
  expectTypeOf(tableId).toEqualTypeOf<'owners'>();
  expectTypeOf(newCell).toEqualTypeOf<boolean | undefined>();
});
store.addCellIdsListener(null, null, (_store, _tableId, _rowId, getIdChanges) => {
  expectTypeOf(getIdChanges?.()).toEqualTypeOf<
    {name?: 1 | -1; age?: 1 | -1; rich?: 1 | -1} | undefined
  >();
});
store.addTableCellIdsListener('pets', (_store, _tableId, getIdChanges) =>
  expectTypeOf(getIdChanges?.().age).toEqualTypeOf<1 | -1 | undefined>(),
);
store.addHasTableCellListener(null, 'name', (_store, tableId, cellId, has) => {
  expectTypeOf(tableId).toEqualTypeOf<'pets' | 'owners'>();
  expectTypeOf(cellId).toEqualTypeOf<'name'>();
  expectTypeOf(has).toEqualTypeOf<boolean>();
});
store.addHasCellListener('pets', null, null, (_store, _tableId, _rowId, cellId) =>
  expectTypeOf(cellId).toEqualTypeOf<'name' | 'age'>(),
);
store.addTableIdsListener((_store, getIdChanges) =>
  expectTypeOf(getIdChanges?.()).toEqualTypeOf<{pets?: 1 | -1; owners?: 1 | -1} | undefined>(),
);
store.addTableListener(null, (_store, tableId) =>
  expectTypeOf(tableId).toEqualTypeOf<'pets' | 'owners'>(),
);
store.addRowListener('pets', null, (_store, tableId) =>
  expectTypeOf(tableId).toEqualTypeOf<'pets'>(),
);
store.addHasRowListener('pets', null, (_store, _tableId, _rowId, has) =>
  expectTypeOf(has).toEqualTypeOf<boolean>(),
);
store.addRowCountListener(null, (_store, _tableId, count) =>
  expectTypeOf(count).toEqualTypeOf<number>(),
);
store.addValueListener(null, (_store, valueId, newValue) => {
  if (valueId === 'motto') expectTypeOf(newValue).toEqualTypeOf<string | undefined>();
  if (valueId === 'open') expectTypeOf(newValue).toEqualTypeOf<boolean | undefined>();
});
store.addValueListener('open', (_store, _valueId, newValue, _oldValue, getValueChange) => {
  expectTypeOf(newValue).toEqualTypeOf<boolean | undefined>();
  expectTypeOf(getValueChange?.('motto')[1]).toEqualTypeOf<string | undefined>();
});
store.addValueIdsListener((_store, getIdChanges) =>
  expectTypeOf(getIdChanges?.()).toEqualTypeOf<{open?: 1 | -1; motto?: 1 | -1} | undefined>(),
);
store.addSortedRowIdsListener(
  'pets',
  'age',
  true,
  0,
  10,
  (_store, tableId, cellId, _d, _o, limit) => {
    expectTypeOf(tableId).toEqualTypeOf<'pets'>();
    expectTypeOf(cellId).toEqualTypeOf<'age'>();
    expectTypeOf(limit).toEqualTypeOf<number | undefined>();
  },
);
store.addSortedRowIdsListener({tableId: 'pets'}, (_store, tableId, cellId) => {
  expectTypeOf(tableId).toEqualTypeOf<'pets'>();
  expectTypeOf(cellId).toEqualTypeOf<'name' | 'age' | undefined>();
});
store.addDidFinishTransactionListener((from) => expectTypeOf(from).toEqualTypeOf<typeof store>());
store.transaction(
  () => {},
  (from) => from.getTransactionLog()[0] && from.hasTable('pets'),
);
expectTypeOf(store.getListenerStats()).toEqualTypeOf<ListenerStats>();

// What is not in the schema can be written from untyped code, so it can be listened to.
const invalid: InvalidCellListener = (_store, _tableId, _rowId, _cellId, invalidCells) =>
  expectTypeOf(invalidCells).toEqualTypeOf<unknown[]>();
store.addInvalidCellListener('people', null, 'nose', invalid);

// Listeners for any store fit too, and named types take the schemas.
const anyCell: CellListener = () => {};
store.addCellListener('pets', null, 'age', anyCell);
type Schemas = typeof store extends Store<infer S> ? S : never;
const ageListener: CellListener<Schemas, 'pets', 'age'> = (
  _store,
  _tableId,
  _rowId,
  _cellId,
  age,
) => expectTypeOf(age).toEqualTypeOf<number | undefined>();
store.addCellListener('pets', 'x', 'age', ageListener);

// @ts-expect-error There is no such table.
store.addTableListener('people', () => {});
// @ts-expect-error There is no such cell in that table.
store.addCellListener('pets', null, 'rich', () => {});
// @ts-expect-error There is no such cell in any table.
store.addCellListener(null, null, 'nose', () => {});
// @ts-expect-error There is no such value.
store.addValueListener('closed', () => {});
// @ts-expect-error An age is no string.
store.addCellListener('pets', null, 'age', (_s, _t, _r, _c, _age: string) => {});

// Listeners and callbacks may take fewer parameters than they are called with.
store.addCellListener(null, null, null, () => {});
store.addCellListener(null, null, null, (_store, tableId) =>
  expectTypeOf(tableId).toEqualTypeOf<'pets' | 'owners'>(),
);
store.addCellListener(null, null, null, (_store, _tableId, _rowId, cellId) =>
  expectTypeOf(cellId).toEqualTypeOf<'name' | 'age' | 'rich'>(),
);
store.addCellListener(null, null, null, (_store, _tableId, _rowId, cellId, newCell) => {
  if (cellId === 'age') expectTypeOf(newCell).toEqualTypeOf<number | undefined>();
});
store.addValueListener(null, (_store, valueId) =>
  expectTypeOf(valueId).toEqualTypeOf<'open' | 'motto'>(),
);
store.forEachCell('pets', 'x', (cellId) => expectTypeOf(cellId).toEqualTypeOf<'name' | 'age'>());
store.forEachTable((tableId) => expectTypeOf(tableId).toEqualTypeOf<'pets' | 'owners'>());
store.forEachValue((valueId) => expectTypeOf(valueId).toEqualTypeOf<'open' | 'motto'>());
