/** What a schema says about reading and writing; checked by the compiler, never run. */
import {expectTypeOf} from 'vitest';
import type {
  AnyArray,
  AnyObject,
  Cell,
  CellSchema,
  Id,
  NoTablesSchema,
  NoValuesSchema,
  Row,
  Store,
} from '../../src/store/types.ts';

declare const createStore: () => Store;

const store = createStore()
  .setTablesSchema({
    pets: {
      species: {type: 'string', default: 'dog'},
      name: {type: 'string', required: true},
      color: {enum: ['black', 'white', 1, true]},
      owner: {type: 'string', allowNull: true},
      size: {type: ['number', 'string'], default: 1},
      notes: {type: 'object'},
      toys: {type: 'array', default: ['ball'], required: true},
      sold: {type: 'boolean', default: null, allowNull: true},
    },
    species: {price: {type: 'number'}},
  })
  .setValuesSchema({
    open: {type: 'boolean', default: true},
    employees: {type: 'number'},
    motto: {enum: ['a', 'b'], allowNull: true},
    address: {type: 'object', required: true},
  });
type SchemasOf<S> = S extends Store<infer Schemas> ? Schemas : never;
type TS = SchemasOf<typeof store>[0];

// Ids are those of the schema; row ids stay strings.
expectTypeOf(store.getTableIds()).toEqualTypeOf<('pets' | 'species')[]>();
expectTypeOf(store.getCellIds('species', 'x')).toEqualTypeOf<'price'[]>();
expectTypeOf(store.getTableCellIds('species')).toEqualTypeOf<'price'[]>();
expectTypeOf(store.getRowIds('pets')).toEqualTypeOf<Id[]>();
expectTypeOf(store.getValueIds()).toEqualTypeOf<('open' | 'employees' | 'motto' | 'address')[]>();
// @ts-expect-error There is no such table.
store.getTable('people');
// @ts-expect-error There is no such cell in that table.
store.getCell('species', 'x', 'name');
// @ts-expect-error There is no such value.
store.getValue('closed');
// @ts-expect-error There is no such table.
store.hasTable('people');

// A cell is of the type that its entry says, and `null` if the entry allows it.
expectTypeOf(store.getCell('pets', 'x', 'species')).toEqualTypeOf<string>();
expectTypeOf(store.getCell('pets', 'x', 'name')).toEqualTypeOf<string>();
expectTypeOf(store.getCell('pets', 'x', 'color')).toEqualTypeOf<
  'black' | 'white' | 1 | true | undefined
>();
expectTypeOf(store.getCell('pets', 'x', 'owner')).toEqualTypeOf<string | null | undefined>();
expectTypeOf(store.getCell('pets', 'x', 'size')).toEqualTypeOf<number | string>();
expectTypeOf(store.getCell('pets', 'x', 'notes')).toEqualTypeOf<AnyObject | undefined>();
expectTypeOf(store.getCell('pets', 'x', 'toys')).toEqualTypeOf<AnyArray>();
expectTypeOf(store.getCell('pets', 'x', 'sold')).toEqualTypeOf<boolean | null>();
expectTypeOf(store.getCell('species', 'x', 'price')).toEqualTypeOf<number | undefined>();
expectTypeOf(store.getValue('open')).toEqualTypeOf<boolean>();
expectTypeOf(store.getValue('employees')).toEqualTypeOf<number | undefined>();
expectTypeOf(store.getValue('motto')).toEqualTypeOf<'a' | 'b' | null | undefined>();
expectTypeOf(store.getValue('address')).toEqualTypeOf<AnyObject>();
expectTypeOf<Cell<TS, 'pets', 'owner'>>().toEqualTypeOf<string | null>();

store.setCell('pets', 'x', 'species', 'cat').setCell('pets', 'x', 'owner', null);
store
  .setCell('pets', 'x', 'color', 1)
  .setCell('pets', 'x', 'size', '2')
  .setCell('pets', 'x', 'toys', []);
store.setCell('species', 'x', 'price', (price) => {
  expectTypeOf(price).toEqualTypeOf<number | undefined>();
  return (price ?? 0) + 1;
});
store.setValue('open', (open) => !open).setValue('motto', null);
// @ts-expect-error Not a string.
store.setCell('pets', 'x', 'species', 1);
// @ts-expect-error Not nullable.
store.setCell('pets', 'x', 'species', null);
// @ts-expect-error Not one of the enumeration.
store.setCell('pets', 'x', 'color', 'red');
// @ts-expect-error Neither a number nor a string.
store.setCell('pets', 'x', 'size', true);
// @ts-expect-error An array is asked for.
store.setCell('pets', 'x', 'toys', {});
// @ts-expect-error The function has to return a number.
store.setCell('species', 'x', 'price', () => 'x');
// @ts-expect-error Not a boolean.
store.setValue('open', 1);

// Read, cells with a default and required ones are there, the others may be.
expectTypeOf(store.getRow('pets', 'x')).toEqualTypeOf<{
  species: string;
  name: string;
  color?: 'black' | 'white' | 1 | true;
  owner?: string | null;
  size: number | string;
  notes?: AnyObject;
  toys: AnyArray;
  sold: boolean | null;
}>();
expectTypeOf(store.getRow('pets', 'x')).toEqualTypeOf<Row<TS, 'pets'>>();
expectTypeOf(store.getTable('species')).toEqualTypeOf<{[rowId: Id]: {price?: number}}>();
expectTypeOf(store.getTables().species).toEqualTypeOf<
  {[rowId: Id]: {price?: number}} | undefined
>();
expectTypeOf(store.getValues()).toEqualTypeOf<{
  open: boolean;
  employees?: number;
  motto?: 'a' | 'b' | null;
  address: AnyObject;
}>();
expectTypeOf(store.getContent()[1].open).toEqualTypeOf<boolean>();

// Written, only required cells without a default have to be there.
store.setRow('pets', 'x', {name: 'Fido'});
store.setTable('pets', {x: {name: 'Fido', owner: null}});
store.setTables({pets: {x: {name: 'Fido'}}}).setTables({});
store.setContent([{pets: {x: {name: 'Fido'}}}, {address: {}}]);
store.setContent(store.getContent()).setTables(store.getTables()).setValues(store.getValues());
store.setValues({address: {}, motto: 'b'}).setPartialValues({}).setPartialValues({employees: 1});
store.setPartialRow('pets', 'x', {}).setPartialRow('pets', 'x', {owner: 'Ann'});
expectTypeOf(store.addRow('pets', {name: 'Fido'})).toEqualTypeOf<Id | undefined>();
// @ts-expect-error The name is required.
store.setRow('pets', 'x', {species: 'cat'});
// @ts-expect-error The name is required.
store.addRow('pets', {species: 'cat'});
// @ts-expect-error The name is required.
store.setTable('pets', {x: {species: 'cat'}});
// @ts-expect-error The name is required.
store.setTables({pets: {x: {species: 'cat'}}});
// @ts-expect-error The name is required.
store.setContent([{pets: {x: {species: 'cat'}}}, {address: {}}]);
// @ts-expect-error The address is required.
store.setValues({open: true});
// @ts-expect-error There is no such cell.
store.setPartialRow('pets', 'x', {nose: 'wet'});
// @ts-expect-error There is no such table.
store.setTables({people: {x: {name: 'Ann'}}});

// Changes may miss or delete anything that there is in the schema.
store.applyChanges([
  {pets: {x: {name: undefined, species: 'cat'}, y: undefined}, species: undefined},
  {open: undefined},
  1,
]);
expectTypeOf(store.getTransactionChanges()[0].species?.['x']?.price).toEqualTypeOf<
  number | undefined
>();
// @ts-expect-error Not a string.
store.applyChanges([{pets: {x: {name: 1}}}, {}, 1]);

// Iteration: testing an id narrows the cell.
store.forEachCell('pets', 'x', (cellId, cell) => {
  if (cellId === 'name') expectTypeOf(cell).toEqualTypeOf<string>();
  if (cellId === 'notes') expectTypeOf(cell).toEqualTypeOf<AnyObject>();
});
store.forEachTable((tableId, forEachRow) => {
  if (tableId === 'species') {
    forEachRow((_rowId, forEachCell) => {
      forEachCell((cellId, cell) => {
        expectTypeOf(cellId).toEqualTypeOf<'price'>();
        expectTypeOf(cell).toEqualTypeOf<number>();
      });
    });
  }
});
store.forEachTableCell('species', (cellId) => expectTypeOf(cellId).toEqualTypeOf<'price'>());
store.forEachValue((valueId, value) => {
  if (valueId === 'motto') expectTypeOf(value).toEqualTypeOf<'a' | 'b' | null>();
});
expectTypeOf(store.getSortedRowIds('pets', 'species', true, 0, 1)).toEqualTypeOf<Id[]>();
store.getSortedRowIds({tableId: 'pets', cellId: 'size', sorter: (a, b) => (a === b ? 0 : 1)});
// @ts-expect-error There is no such cell in that table.
store.getSortedRowIds('species', 'name');
// @ts-expect-error There is no such cell in that table.
store.getSortedRowIds({tableId: 'species', cellId: 'name'});

// Fluent methods keep the schemas; schema setters replace their half.
expectTypeOf(
  store.delTable('pets').delRow('pets', 'x').delCell('pets', 'x', 'name', true),
).toEqualTypeOf<typeof store>();
expectTypeOf(store.delTablesSchema().getCell('any', 'r', 'c')).toEqualTypeOf<Cell | undefined>();
expectTypeOf(store.delTablesSchema().getValue('open')).toEqualTypeOf<boolean>();
expectTypeOf(store.delValuesSchema().getValue('any')).toEqualTypeOf<Cell | undefined>();
expectTypeOf(store.delSchema()).toEqualTypeOf<Store<[NoTablesSchema, NoValuesSchema]>>();
const tablesOnly = createStore().setSchema({t: {c: {type: 'number'}}});
expectTypeOf(tablesOnly.getCell('t', 'r', 'c')).toEqualTypeOf<number | undefined>();
expectTypeOf(tablesOnly.getValue('any')).toEqualTypeOf<Cell | undefined>();
expectTypeOf(store.setSchema({t: {c: {type: 'number'}}}).getValue('open')).toEqualTypeOf<boolean>();
const both = createStore().setSchema({t: {c: {type: 'number'}}}, {v: {type: 'array'}});
expectTypeOf(both.getValue('v')).toEqualTypeOf<AnyArray | undefined>();
const asConst = {t: {c: {type: 'number', default: 1}}} as const;
expectTypeOf(createStore().setTablesSchema(asConst).getCell('t', 'r', 'c')).toEqualTypeOf<number>();

// Entries that say something impossible do not compile.
createStore().setTablesSchema({t: {c: {type: 'string', allowNull: true, default: null}}});
createStore().setTablesSchema({t: {c: {type: ['string', 'number'], default: 1}}});
createStore().setTablesSchema({t: {c: {type: 'object', default: {a: {b: [1]}}}}});
createStore().setValuesSchema({v: {enum: [1, 2], default: 2}});
// @ts-expect-error The default is not of that type.
createStore().setTablesSchema({t: {c: {type: 'number', default: 'x'}}});
// @ts-expect-error The default is not of that type.
createStore().setTablesSchema({t: {c: {type: 'object', default: 1}}});
// @ts-expect-error The default is of none of these types.
createStore().setTablesSchema({t: {c: {type: ['string', 'number'], default: true}}});
// @ts-expect-error The default is not in the enumeration.
createStore().setTablesSchema({t: {c: {enum: ['a', 'b'], default: 'c'}}});
// @ts-expect-error The default may not be null.
createStore().setTablesSchema({t: {c: {type: 'string', default: null}}});
// @ts-expect-error The default is not of that type.
createStore().setValuesSchema({v: {type: 'boolean', default: 1}});
// @ts-expect-error The default is not in the enumeration.
createStore().setSchema({t: {c: {type: 'number'}}}, {v: {enum: [1, 2], default: 3}});
// @ts-expect-error There is no such type.
createStore().setTablesSchema({t: {c: {type: 'date'}}});
// @ts-expect-error An enumeration has no type.
createStore().setTablesSchema({t: {c: {type: 'string', enum: ['a']}}});
// @ts-expect-error Null is allowed by `allowNull`.
createStore().setTablesSchema({t: {c: {enum: ['a', null]}}});
// @ts-expect-error The default is not of that type.
const entry: CellSchema = {type: 'number', default: 'x'};
void entry;
