/** A store without schemas is as untyped as its cells; checked by the compiler, never run. */
import {expectTypeOf} from 'vitest';
import type {
  AnyArray,
  AnyObject,
  AnyStore,
  Cell,
  CellListener,
  CellOrUndefined,
  Changes,
  Content,
  Id,
  Ids,
  NoSchemas,
  OptionalSchemas,
  Row,
  Store,
  Table,
  Tables,
  TablesSchema,
  TransactionLog,
  Value,
  Values,
} from '../../src/store/types.ts';

declare const store: Store;
declare const id: Id;

expectTypeOf(store).toEqualTypeOf<Store<NoSchemas>>();
expectTypeOf<Cell>().toEqualTypeOf<string | number | boolean | AnyObject | AnyArray | null>();
expectTypeOf<Value>().toEqualTypeOf<Cell>();
expectTypeOf<Row>().toEqualTypeOf<{[cellId: Id]: Cell}>();
expectTypeOf<Table>().toEqualTypeOf<{[rowId: Id]: Row}>();
expectTypeOf<Tables>().toEqualTypeOf<{[tableId: Id]: Table}>();
expectTypeOf<Values>().toEqualTypeOf<{[valueId: Id]: Value}>();
expectTypeOf<Content>().toEqualTypeOf<[tables: Tables, values: Values]>();

// Any string is an id, and any cell fits anywhere.
expectTypeOf(store.getCell(id, id, id)).toEqualTypeOf<CellOrUndefined>();
expectTypeOf(store.getRow(id, id)).toEqualTypeOf<Row>();
expectTypeOf(store.getTable(id)).toEqualTypeOf<Table>();
expectTypeOf(store.getTables()).toEqualTypeOf<Tables>();
expectTypeOf(store.getContent()).toEqualTypeOf<Content>();
expectTypeOf(store.getTableIds()).toEqualTypeOf<Ids>();
expectTypeOf(store.getCellIds(id, id)).toEqualTypeOf<Ids>();
expectTypeOf(store.getValue(id)).toEqualTypeOf<Value | undefined>();
expectTypeOf(store.getTransactionChanges()).toEqualTypeOf<Changes>();
expectTypeOf(store.getTransactionLog()).toEqualTypeOf<TransactionLog>();
expectTypeOf(store.addRow(id, {a: 1})).toEqualTypeOf<Id | undefined>();
expectTypeOf(store.transaction(() => 1)).toEqualTypeOf<number>();

// Setters are fluent and keep the type.
expectTypeOf(store.setCell(id, id, id, {a: [1]}).setValue(id, null)).toEqualTypeOf<Store>();
store.setCell(id, id, id, (cell) => {
  expectTypeOf(cell).toEqualTypeOf<CellOrUndefined>();
  return 1;
});
store.setTables({t: {r: {c: 'x', d: [1], e: {f: null}}}}).setRow('t', 'r', {c: true});
store.setContent([{}, {}]).setContent(() => [{}, {}]);
store.applyChanges([{t: {r: {c: undefined}, s: undefined}, u: undefined}, {v: undefined}, 1]);

// @ts-expect-error A cell is no function of no use, and no symbol.
store.setCell(id, id, id, Symbol.iterator);
// @ts-expect-error Ids are strings.
store.setCell(id, 1, id, 1);
// @ts-expect-error A row is no array.
store.setRow(id, id, [1]);
// @ts-expect-error Deleting is not setting to undefined.
store.setCell(id, id, id, undefined);

// Methods can be detached.
const {getCell} = store;
expectTypeOf(getCell('t', 'r', 'c')).toEqualTypeOf<CellOrUndefined>();

// Listeners get plain ids, and may be annotated as they are in code for other stores.
store.addCellListener(
  't',
  null,
  'c',
  (from, tableId, rowId, cellId, newCell, oldCell, getChange) => {
    expectTypeOf(from).toEqualTypeOf<Store>();
    expectTypeOf([tableId, rowId, cellId]).toEqualTypeOf<Ids>();
    expectTypeOf(newCell).toEqualTypeOf<CellOrUndefined>();
    expectTypeOf(oldCell).toEqualTypeOf<CellOrUndefined>();
    expectTypeOf(getChange?.('t', 'r', 'c')).toEqualTypeOf<
      [changed: boolean, oldCell: CellOrUndefined, newCell: CellOrUndefined] | undefined
    >();
  },
);
const narrow = (_store: Store, _tableId: Id, _rowId: Id, _cellId: Id, _newCell: Cell): void => {};
store.addCellListener(null, null, null, narrow, true);
const listener: CellListener = (_store, tableId) => expectTypeOf(tableId).toEqualTypeOf<Id>();
store.addCellListener('t', 'r', 'c', listener);
store.addRowIdsListener(null, (_store, _tableId, getIdChanges) =>
  expectTypeOf(getIdChanges?.()).toEqualTypeOf<{[id: Id]: 1 | -1} | undefined>(),
);
store.addValueListener('v', (_store, valueId, newValue) => {
  expectTypeOf(valueId).toEqualTypeOf<Id>();
  expectTypeOf(newValue).toEqualTypeOf<Value | undefined>();
});
store.addSortedRowIdsListener(
  't',
  undefined,
  false,
  0,
  undefined,
  (_store, _t, _c, _d, _o, _l, ids) => expectTypeOf(ids).toEqualTypeOf<Ids>(),
);
// @ts-expect-error `undefined` is no wildcard.
store.addTableListener(undefined, () => {});
// @ts-expect-error A listener does not get a number as table id.
store.addTableListener('t', (_store: Store, _tableId: number) => {});

store.forEachTable((tableId, forEachRow) => {
  expectTypeOf(tableId).toEqualTypeOf<Id>();
  forEachRow((_rowId, forEachCell) => {
    forEachCell((_cellId, cell) => expectTypeOf(cell).toEqualTypeOf<Cell>());
  });
});

// A schema that is not known to the compiler leaves the store untyped.
declare const someSchema: TablesSchema;
const someStore: Store = store.setTablesSchema(someSchema);
expectTypeOf(store.setTablesSchema(someSchema).getRow(id, id)).toEqualTypeOf<Row>();
expectTypeOf(store.setTablesSchema(someSchema).getTableIds()).toEqualTypeOf<Ids>();

// A variable for any store takes one with a schema, as existing code has it.
const typed = store.setSchema(
  {pets: {species: {type: 'string', default: 'dog'}, age: {type: 'number'}}},
  {open: {type: 'boolean', required: true}},
);
const untyped: Store = typed;
const any: AnyStore = typed;
const anyOfUntyped: AnyStore = untyped;
const makeStore = (): Store => store.setTablesSchema({pets: {age: {type: 'number'}}});
const content: Content = typed.getContent();
void [any, anyOfUntyped, makeStore, content, someStore];

// A function for stores of any schemas infers them.
declare const persist: <Schemas extends OptionalSchemas>(of: Store<Schemas>) => Schemas;
expectTypeOf(persist(store)).toEqualTypeOf<NoSchemas>();
expectTypeOf(persist(typed)[1]['open']['type']).toEqualTypeOf<'boolean'>();

// What does not depend on schemas works on any store, and stays fluent.
expectTypeOf(any.setJson('').delTables().startTransaction()).toEqualTypeOf<AnyStore>();
expectTypeOf(typed.setJson('').delTables().startTransaction()).toEqualTypeOf<typeof typed>();
// Cells of any store are read and written through a store whose schemas are known.
expectTypeOf<AnyStore>().not.toHaveProperty('setCell');
expectTypeOf<AnyStore>().not.toHaveProperty('getCell');
