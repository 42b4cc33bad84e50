/**
 * What can be done to a store, as data: so that the same random operations can be done to several
 * stores (ours, the naive model, the reference), and so that a failing case can be read.
 */
import fc from 'fast-check';

/** How a transaction ends. */
export type Ending = 'commit' | 'rollback' | 'throw';

export type Operation =
  /** Calls a method. */
  | {readonly method: string; readonly args: readonly unknown[]}
  /** Calls `setCell` or `setValue` with a function that makes a number one greater, or says what was there. */
  | {readonly map: 'setCell' | 'setValue'; readonly ids: readonly string[]}
  /** Calls `transaction`; `throw` throws at the end of the actions. */
  | {readonly transaction: readonly Operation[]; readonly ending: Ending}
  /** Calls `startTransaction` and `finishTransaction`. */
  | {readonly span: readonly Operation[]; readonly ending: 'commit' | 'rollback'};

/** Thrown, on purpose, by transactions that end with `throw`. */
class Thrown extends Error {
  override readonly name = 'Thrown';
}

/** Calls a method by its name. */
export const call = (store: object, method: string, args: readonly unknown[]): unknown => {
  const found: unknown = Reflect.get(store, method);
  if (typeof found !== 'function') throw new TypeError(`No such method: ${method}`);
  return Reflect.apply(found, store, args);
};

const mapped = (old: unknown): unknown => (typeof old === 'number' ? old + 1 : `was ${typeof old}`);

/** Does one operation, and returns what it returned or how it threw; of a fluent method, `'this'`. */
export const perform = (store: object, operation: Operation): unknown => {
  try {
    const result = performOrThrow(store, operation);
    return result === store ? 'this' : result;
  } catch (error) {
    if (error instanceof Thrown) return 'thrown';
    if (error instanceof TypeError) return 'TypeError';
    throw error;
  }
};

const performOrThrow = (store: object, operation: Operation): unknown => {
  if ('method' in operation) return call(store, operation.method, operation.args);
  if ('map' in operation) return call(store, operation.map, [...operation.ids, mapped]);
  const {ending} = operation;
  if ('span' in operation) {
    call(store, 'startTransaction', []);
    const results = operation.span.map((inner) => perform(store, inner));
    call(store, 'finishTransaction', ending === 'commit' ? [] : [() => true]);
    return results;
  }
  const actions = (): unknown => {
    const results = operation.transaction.map((inner) => perform(store, inner));
    if (ending === 'throw') throw new Thrown();
    return results;
  };
  return call(store, 'transaction', ending === 'rollback' ? [actions, () => true] : [actions]);
};

/** Few ids, so that operations meet; odd ones, because every string is an id. */
export const TABLE_IDS = ['t', 'u', '__proto__', '1'] as const;
export const ROW_IDS = ['r', 's', '', '0', '1', '10', '07', 'constructor', '__proto__'] as const;
export const CELL_IDS = ['c', 'd', 'é😀', '2', '__proto__'] as const;
export const VALUE_IDS = ['v', 'w', '3', 'toString', '__proto__'] as const;

const parsed = (json: string): unknown => JSON.parse(json);

const SIMPLE_CELLS: readonly unknown[] = [0, 1, 2, 1.5, '', 'x', 'a\uFFFDb', true, false, null];
const RARE_CELLS: readonly unknown[] = [
  -0,
  {},
  {a: 1},
  {a: 1, b: [null]},
  {b: [null], a: 1},
  [],
  [1, 'x', {y: false}],
  {date: new Date(0), not: Number.NaN, gone: undefined},
  Object.assign(Object.create(null), {a: 1}),
  parsed('{"__proto__":{"polluted":true}}'),
];
const INVALID_CELLS: readonly unknown[] = [
  undefined,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '\uFFFC',
  '\uFFFD',
  '\uFFFD{"a":1}',
  new Date(0),
  new Map(),
  Symbol.iterator,
  10n,
  {big: 10n},
];

export interface Choice {
  /** Whether cells and values may be objects and arrays, or negative zero. */
  readonly objects: boolean;
  /** Whether cells and values may be what a store does not take. */
  readonly invalid: boolean;
  /** Whether rows, tables and so on may be empty, or no objects at all. */
  readonly shapes: boolean;
  /** Whether transactions may be rolled back, or throw. */
  readonly rollback: boolean;
  /** Whether schemas are set and deleted. */
  readonly schemas: boolean;
  /** Whether `addRow` is never called. */
  readonly noAddRow?: boolean;
  /** Whether partial rows have one cell each. */
  readonly oneByOne?: boolean;
  /** Whether defaults may be objects. */
  readonly objectDefaults?: boolean;
}

const objectOf = (
  key: fc.Arbitrary<string>,
  value: fc.Arbitrary<unknown>,
  maxLength: number,
  minLength = 1,
): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .array(fc.tuple(key, value), {minLength, maxLength})
    .map((entries) => Object.fromEntries(entries));

/** Arbitrary cells, as far as they are chosen. */
const cells = ({objects, invalid}: Choice): fc.Arbitrary<unknown> =>
  fc.oneof(
    {weight: 12, arbitrary: fc.constantFrom(...SIMPLE_CELLS)},
    {weight: objects ? 4 : 0, arbitrary: fc.constantFrom(...RARE_CELLS)},
    {weight: invalid ? 3 : 0, arbitrary: fc.constantFrom(...INVALID_CELLS)},
  );

const ENTRIES: readonly unknown[] = [
  {type: 'number'},
  {type: 'number', default: 7},
  {type: 'string', required: true},
  {type: 'string', allowNull: true},
  {type: 'string', default: null, allowNull: true},
  {type: 'boolean', default: true, required: true},
  {type: ['array', 'number']},
  {enum: ['x', 1, true], default: 1},
  {enum: ['x', 1]},
  {type: 'number', default: 'wrong'},
  {type: 'nothing'},
];
const OBJECT_DEFAULTS: readonly unknown[] = [
  {type: 'object', default: {d: 1}},
  {type: ['array', 'number'], default: [1], required: true},
];

const isMandatory = (entry: unknown): boolean =>
  typeof entry === 'object' && entry !== null && 'required' in entry && !('default' in entry);

/** Arbitrary operations, transactions nested up to two deep. */
export const operations = (choice: Choice): fc.Arbitrary<Operation> => {
  const tableId = fc.constantFrom(...TABLE_IDS);
  const rowId = fc.constantFrom(...ROW_IDS);
  const cellId = fc.constantFrom(...CELL_IDS);
  const valueId = fc.constantFrom(...VALUE_IDS);
  const cell = cells(choice);
  const orWrong = (right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.oneof(
      {weight: 15, arbitrary: right},
      {weight: choice.shapes ? 1 : 0, arbitrary: fc.constantFrom(5, 'x', null, [], new Date(0))},
    );
  const few = choice.shapes ? 0 : 1;
  const row = orWrong(objectOf(cellId, cell, 3, few));
  const partialRow = choice.oneByOne ? objectOf(cellId, cell, 1) : row;
  const table = orWrong(objectOf(rowId, row, 3, few));
  const tables = orWrong(objectOf(tableId, table, 2, few));
  const someTables = objectOf(tableId, table, 2, 0);
  const someValues = objectOf(valueId, cell, 3, 0);
  const values = orWrong(objectOf(valueId, cell, 3, few));
  const method = (name: string, ...args: fc.Arbitrary<unknown>[]): fc.Arbitrary<Operation> =>
    fc.tuple(...args).map((given) => ({method: name, args: given}));
  const writes = fc.oneof(
    {weight: 10, arbitrary: method('setCell', tableId, rowId, cellId, cell)},
    {weight: 3, arbitrary: method('setRow', tableId, rowId, row)},
    {weight: 3, arbitrary: method('setPartialRow', tableId, rowId, partialRow)},
    {weight: choice.noAddRow ? 0 : 3, arbitrary: method('addRow', tableId, row, fc.boolean())},
    {weight: 2, arbitrary: method('setTable', tableId, table)},
    {weight: 1, arbitrary: method('setTables', tables)},
    {weight: 1, arbitrary: method('setContent', orWrong(fc.tuple(someTables, someValues)))},
    {weight: 4, arbitrary: method('setValue', valueId, cell)},
    {weight: 1, arbitrary: method('setValues', values)},
    {weight: 1, arbitrary: method('setPartialValues', values)},
    {weight: 4, arbitrary: method('delCell', tableId, rowId, cellId, fc.boolean())},
    {weight: 3, arbitrary: method('delRow', tableId, rowId)},
    {weight: 1, arbitrary: method('delTable', tableId)},
    {weight: 2, arbitrary: method('delValue', valueId)},
    {weight: 1, arbitrary: fc.constantFrom('delTables', 'delValues').chain((name) => method(name))},
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('setCell' as const), fc.tuple(tableId, rowId, cellId))
        .map(([map, ids]) => ({map, ids})),
    },
    {weight: 1, arbitrary: valueId.map((id) => ({map: 'setValue' as const, ids: [id]}))},
  );
  const entrySchema = fc.constantFrom(
    ...ENTRIES,
    ...(choice.objectDefaults ? OBJECT_DEFAULTS : []),
  );
  const tablesSchema = objectOf(tableId, objectOf(cellId, entrySchema, 4), 3);
  const valuesSchema = objectOf(
    valueId,
    entrySchema.filter((entry) => !isMandatory(entry)),
    4,
  );
  const anything = choice.schemas
    ? fc.oneof(
        {weight: 12, arbitrary: writes},
        {weight: 1, arbitrary: method('setTablesSchema', tablesSchema)},
        {weight: 1, arbitrary: method('setValuesSchema', valuesSchema)},
        {
          weight: 1,
          arbitrary: fc
            .constantFrom('delTablesSchema', 'delValuesSchema')
            .chain((name) => method(name)),
        },
      )
    : writes;
  const ending: fc.Arbitrary<Ending> = choice.rollback
    ? fc.constantFrom<Ending>('commit', 'rollback', 'throw')
    : fc.constant('commit');
  const nested = (inner: fc.Arbitrary<Operation>): fc.Arbitrary<Operation> =>
    fc.oneof(
      {weight: 8, arbitrary: inner},
      {
        weight: 1,
        arbitrary: fc.record({transaction: fc.array(inner, {maxLength: 6}), ending}),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          span: fc.array(inner, {maxLength: 6}),
          ending: ending.map((how) => (how === 'throw' ? 'rollback' : how)),
        }),
      },
    );
  return nested(nested(anything));
};
