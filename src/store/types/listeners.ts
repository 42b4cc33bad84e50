/**
 * What the `add…Listener` methods take. Each kind has the ids that it listens to as parameters, `null`
 * being the wildcard; under a schema its arguments are what is possible for the ids that match. The last parameter is the type of store that is handed to it.
 */
import type {GetCellChange, GetIdChanges, GetValueChange} from './changes.ts';
import type {Cell, Sorter, Value} from './content.ts';
import type {Id, Ids} from './ids.ts';
import type {
  CellIdFromSchema,
  NoSchemas,
  NoTablesSchema,
  OptionalSchemas,
  OptionalTablesSchema,
  TableIdFromSchema,
  ValueIdFromSchema,
} from './schemas.ts';
import type {Store} from './store.ts';

/** The table ids to listen to: one, several, or all (`null`). */
export type TableIdOrNull<Schemas extends OptionalSchemas> = TableIdFromSchema<Schemas[0]> | null;
/** The cell ids to listen to, in the tables listened to: one, several, or all (`null`). */
export type CellIdOrNull<
  Schemas extends OptionalSchemas,
  TableId extends TableIdOrNull<Schemas>,
> = CellIdFromSchema<Schemas[0], MatchingTableId<Schemas, TableId>> | null;
/** The value ids to listen to: one, several, or all (`null`). */
export type ValueIdOrNull<Schemas extends OptionalSchemas> = ValueIdFromSchema<Schemas[1]> | null;

type MatchingTableId<Schemas extends OptionalSchemas, TableId> = string extends keyof Schemas[0]
  ? Id
  : null extends TableId
    ? TableIdFromSchema<Schemas[0]>
    : TableId & TableIdFromSchema<Schemas[0]>;
type MatchingCellId<
  Schemas extends OptionalSchemas,
  TableId extends TableIdOrNull<Schemas>,
  CellId,
> = string extends keyof Schemas[0]
  ? Id
  : CellIdFromSchema<Schemas[0], MatchingTableId<Schemas, TableId>> &
      (null extends CellId ? unknown : CellId);
type MatchingCell<
  Schemas extends OptionalSchemas,
  TableId extends TableIdOrNull<Schemas>,
  CellId,
> = Cell<
  Schemas[0],
  MatchingTableId<Schemas, TableId>,
  MatchingCellId<Schemas, TableId, CellId> &
    CellIdFromSchema<Schemas[0], MatchingTableId<Schemas, TableId>>
>;
type MatchingValueId<Schemas extends OptionalSchemas, ValueId> = string extends keyof Schemas[1]
  ? Id
  : null extends ValueId
    ? ValueIdFromSchema<Schemas[1]>
    : ValueId & ValueIdFromSchema<Schemas[1]>;

/**
 * A function whose parameters may be annotated more narrowly than they are called: existing listeners
 * that say `newCell: Cell` where the cell may have been deleted still compile.
 */
type LenientFunction<Args extends unknown[]> = {call(...args: Args): void}['call'];

/**
 * A function called with one of several tuples, so that testing one parameter narrows the others. The
 * compiler does not let it have fewer parameters: methods that take one are overloaded for that.
 */
export type NarrowingFunction<Args extends unknown[]> = LenientFunction<Args>;
/** The first five of a listener's arguments: up to the new cell. */
export type FirstFive<Args extends unknown[]> = Args extends [
  ...infer Five extends [unknown, unknown, unknown, unknown, unknown],
  unknown,
  unknown,
]
  ? Five
  : never;
/** The first three of a listener's arguments: up to the new value. */
export type FirstThree<Args extends unknown[]> = Args extends [
  ...infer Three extends [unknown, unknown, unknown],
  unknown,
  unknown,
]
  ? Three
  : never;

/** Called when the store starts or stops having any table. */
export type HasTablesListener<
  Schemas extends OptionalSchemas = NoSchemas,
  S = Store<Schemas>,
> = LenientFunction<[store: S, hasTables: boolean]>;

/** Called when any cell changed. `getCellChange` is missing if `callListener` calls. */
export type TablesListener<
  Schemas extends OptionalSchemas = NoSchemas,
  S = Store<Schemas>,
> = LenientFunction<[store: S, getCellChange: GetCellChange<Schemas[0]> | undefined]>;

/** Called when tables were added or removed. `getIdChanges` is missing if `callListener` calls. */
export type TableIdsListener<
  Schemas extends OptionalSchemas = NoSchemas,
  S = Store<Schemas>,
> = LenientFunction<
  [store: S, getIdChanges: GetIdChanges<TableIdFromSchema<Schemas[0]>> | undefined]
>;

/** Called when the table was added or removed. */
export type HasTableListener<
  Schemas extends OptionalSchemas = NoSchemas,
  TableId extends TableIdOrNull<Schemas> = null,
  S = Store<Schemas>,
> = LenientFunction<[store: S, tableId: MatchingTableId<Schemas, TableId>, hasTable: boolean]>;

/** Called when any cell of the table changed. `getCellChange` is missing if `callListener` calls. */
export type TableListener<
  Schemas extends OptionalSchemas = NoSchemas,
  TableId extends TableIdOrNull<Schemas> = null,
  S = Store<Schemas>,
> = LenientFunction<
  [
    store: S,
    tableId: MatchingTableId<Schemas, TableId>,
    getCellChange: GetCellChange<Schemas[0]> | undefined,
  ]
>;

/** Called when cell ids start or stop being used in the table. `getIdChanges` is missing if `callListener` calls. */
export type TableCellIdsListener<
  Schemas extends OptionalSchemas = NoSchemas,
  TableId extends TableIdOrNull<Schemas> = null,
  S = Store<Schemas>,
> = LenientFunction<
  [
    store: S,
    tableId: MatchingTableId<Schemas, TableId>,
    getIdChanges: GetIdChanges<MatchingCellId<Schemas, TableId, null>> | undefined,
  ]
>;

/** Called when a cell id starts or stops being used in the table. */
export type HasTableCellListener<
  Schemas extends OptionalSchemas = NoSchemas,
  TableId extends TableIdOrNull<Schemas> = null,
  CellId extends CellIdOrNull<Schemas, TableId> = null,
  S = Store<Schemas>,
> = LenientFunction<
  [
    store: S,
    tableId: MatchingTableId<Schemas, TableId>,
    cellId: MatchingCellId<Schemas, TableId, CellId>,
    hasTableCell: boolean,
  ]
>;

/** Called when the number of rows changed, with the new number. */
export type RowCountListener<
  Schemas extends OptionalSchemas = NoSchemas,
  TableId extends TableIdOrNull<Schemas> = null,
  S = Store<Schemas>,
> = LenientFunction<[store: S, tableId: MatchingTableId<Schemas, TableId>, count: number]>;

/** Called when rows were added to or removed from the table. `getIdChanges` is missing if `callListener` calls. */
export type RowIdsListener<
  Schemas extends OptionalSchemas = NoSchemas,
  TableId extends TableIdOrNull<Schemas> = null,
  S = Store<Schemas>,
> = LenientFunction<
  [store: S, tableId: MatchingTableId<Schemas, TableId>, getIdChanges: GetIdChanges | undefined]
>;

interface SortedRowIdsOf<TableId, CellId> {
  tableId: TableId;
  /** The cell to sort by; without one, rows are sorted by their ids. */
  cellId?: CellId | undefined;
  /** Defaults to false. */
  descending?: boolean | undefined;
  /** The number of rows to leave out, defaults to 0; a negative one counts from the end. */
  offset?: number | undefined;
  /** The greatest number of rows in the page, defaults to all. */
  limit?: number | undefined;
  /** Compares two cells, or row ids; defaults to `defaultSorter`. */
  sorter?: Sorter | undefined;
}
/** What to sort the rows of a table by, and which page of them to take. */
export type SortedRowIdsArgs<
  TS extends OptionalTablesSchema = NoTablesSchema,
  TableId extends TableIdFromSchema<TS> = TableIdFromSchema<TS>,
> = SortedRowIdsOf<TableId, CellIdFromSchema<TS, TableId>>;
/** Called when the page of sorted rows changed, with the new page. */
export type SortedRowIdsListener<
  Schemas extends OptionalSchemas = NoSchemas,
  TableId extends TableIdFromSchema<Schemas[0]> = TableIdFromSchema<Schemas[0]>,
  CellId extends CellIdFromSchema<Schemas[0], TableId> | undefined =
    CellIdFromSchema<Schemas[0], TableId> | undefined,
  S = Store<Schemas>,
> = LenientFunction<
  [
    store: S,
    tableId: TableId,
    cellId: CellId,
    descending: boolean,
    offset: number,
    limit: number | undefined,
    sortedRowIds: Ids,
  ]
>;

/** Called when the row was added or removed. */
export type HasRowListener<
  Schemas extends OptionalSchemas = NoSchemas,
  TableId extends TableIdOrNull<Schemas> = null,
  S = Store<Schemas>,
> = LenientFunction<
  [store: S, tableId: MatchingTableId<Schemas, TableId>, rowId: Id, hasRow: boolean]
>;

/** Called when any cell of the row changed. `getCellChange` is missing if `callListener` calls. */
export type RowListener<
  Schemas extends OptionalSchemas = NoSchemas,
  TableId extends TableIdOrNull<Schemas> = null,
  S = Store<Schemas>,
> = LenientFunction<
  [
    store: S,
    tableId: MatchingTableId<Schemas, TableId>,
    rowId: Id,
    getCellChange: GetCellChange<Schemas[0]> | undefined,
  ]
>;

/** Called when cells were added to or removed from the row. `getIdChanges` is missing if `callListener` calls. */
export type CellIdsListener<
  Schemas extends OptionalSchemas = NoSchemas,
  TableId extends TableIdOrNull<Schemas> = null,
  S = Store<Schemas>,
> = LenientFunction<
  [
    store: S,
    tableId: MatchingTableId<Schemas, TableId>,
    rowId: Id,
    getIdChanges: GetIdChanges<MatchingCellId<Schemas, TableId, null>> | undefined,
  ]
>;

/** Called when the cell was added or removed. */
export type HasCellListener<
  Schemas extends OptionalSchemas = NoSchemas,
  TableId extends TableIdOrNull<Schemas> = null,
  CellId extends CellIdOrNull<Schemas, TableId> = null,
  S = Store<Schemas>,
> = LenientFunction<
  [
    store: S,
    tableId: MatchingTableId<Schemas, TableId>,
    rowId: Id,
    cellId: MatchingCellId<Schemas, TableId, CellId>,
    hasCell: boolean,
  ]
>;

/** Called when the cell changed; `undefined` is a missing cell. `getCellChange` is missing if `callListener` calls. */
export type CellListener<
  Schemas extends OptionalSchemas = NoSchemas,
  TableId extends TableIdOrNull<Schemas> = null,
  CellId extends CellIdOrNull<Schemas, TableId> = null,
  S = Store<Schemas>,
> = LenientFunction<
  [
    store: S,
    tableId: MatchingTableId<Schemas, TableId>,
    rowId: Id,
    cellId: MatchingCellId<Schemas, TableId, CellId>,
    newCell: MatchingCell<Schemas, TableId, CellId> | undefined,
    oldCell: MatchingCell<Schemas, TableId, CellId> | undefined,
    getCellChange: GetCellChange<Schemas[0]> | undefined,
  ]
>;
/** What a cell listener is called with, one tuple for each matching cell of the schema. */
export type CellListenerArgs<
  Schemas extends OptionalSchemas,
  TableId extends TableIdOrNull<Schemas>,
  CellId extends CellIdOrNull<Schemas, TableId>,
  S,
> = string extends keyof Schemas[0]
  ? Parameters<CellListener<Schemas, TableId, CellId, S>>
  : {
      [T in MatchingTableId<Schemas, TableId>]: {
        [C in MatchingCellId<Schemas, T, CellId>]: [
          store: S,
          tableId: T,
          rowId: Id,
          cellId: C,
          newCell: MatchingCell<Schemas, T, C> | undefined,
          oldCell: MatchingCell<Schemas, T, C> | undefined,
          getCellChange: GetCellChange<Schemas[0]> | undefined,
        ];
      }[MatchingCellId<Schemas, T, CellId>];
    }[MatchingTableId<Schemas, TableId>];

/**
 * Called when something invalid was written, even if it was rolled back, with all of it, in order. An
 * id is `undefined` if no such id had been given; no `invalidCells` if `callListener` calls.
 */
export type InvalidCellListener<
  Schemas extends OptionalSchemas = NoSchemas,
  S = Store<Schemas>,
> = LenientFunction<[store: S, tableId: Id, rowId: Id, cellId: Id, invalidCells: unknown[]]>;

/** Called when the store starts or stops having any value. */
export type HasValuesListener<
  Schemas extends OptionalSchemas = NoSchemas,
  S = Store<Schemas>,
> = LenientFunction<[store: S, hasValues: boolean]>;

/** Called when any value changed. `getValueChange` is missing if `callListener` calls. */
export type ValuesListener<
  Schemas extends OptionalSchemas = NoSchemas,
  S = Store<Schemas>,
> = LenientFunction<[store: S, getValueChange: GetValueChange<Schemas[1]> | undefined]>;

/** Called when values were added or removed. `getIdChanges` is missing if `callListener` calls. */
export type ValueIdsListener<
  Schemas extends OptionalSchemas = NoSchemas,
  S = Store<Schemas>,
> = LenientFunction<
  [store: S, getIdChanges: GetIdChanges<ValueIdFromSchema<Schemas[1]>> | undefined]
>;

/** Called when the value was added or removed. */
export type HasValueListener<
  Schemas extends OptionalSchemas = NoSchemas,
  ValueId extends ValueIdOrNull<Schemas> = null,
  S = Store<Schemas>,
> = LenientFunction<[store: S, valueId: MatchingValueId<Schemas, ValueId>, hasValue: boolean]>;

/** Called when the value changed; `undefined` is a missing value. `getValueChange` is missing if `callListener` calls. */
export type ValueListener<
  Schemas extends OptionalSchemas = NoSchemas,
  ValueId extends ValueIdOrNull<Schemas> = null,
  S = Store<Schemas>,
> = LenientFunction<
  [
    store: S,
    valueId: MatchingValueId<Schemas, ValueId>,
    newValue: Value<Schemas[1], MatchingValueId<Schemas, ValueId>> | undefined,
    oldValue: Value<Schemas[1], MatchingValueId<Schemas, ValueId>> | undefined,
    getValueChange: GetValueChange<Schemas[1]> | undefined,
  ]
>;
/** What a value listener is called with, one tuple for each matching value of the schema. */
export type ValueListenerArgs<
  Schemas extends OptionalSchemas,
  ValueId extends ValueIdOrNull<Schemas>,
  S,
> = string extends keyof Schemas[1]
  ? Parameters<ValueListener<Schemas, ValueId, S>>
  : {
      [V in MatchingValueId<Schemas, ValueId>]: [
        store: S,
        valueId: V,
        newValue: Value<Schemas[1], V> | undefined,
        oldValue: Value<Schemas[1], V> | undefined,
        getValueChange: GetValueChange<Schemas[1]> | undefined,
      ];
    }[MatchingValueId<Schemas, ValueId>];

/**
 * Called when something invalid was written, even if it was rolled back, with all of it, in order. The
 * id is `undefined` if none had been given; no `invalidValues` if `callListener` calls.
 */
export type InvalidValueListener<
  Schemas extends OptionalSchemas = NoSchemas,
  S = Store<Schemas>,
> = LenientFunction<[store: S, valueId: Id, invalidValues: unknown[]]>;

/** Called when a transaction starts, is about to finish, or has finished. */
export type TransactionListener<
  Schemas extends OptionalSchemas = NoSchemas,
  S = Store<Schemas>,
> = LenientFunction<[store: S]>;

/** How many listeners of each kind there are, mutators included. */
export interface ListenerStats {
  hasTables: number;
  tables: number;
  tableIds: number;
  hasTable: number;
  table: number;
  tableCellIds: number;
  hasTableCell: number;
  rowCount: number;
  rowIds: number;
  sortedRowIds: number;
  hasRow: number;
  row: number;
  cellIds: number;
  hasCell: number;
  cell: number;
  invalidCell: number;
  hasValues: number;
  values: number;
  valueIds: number;
  hasValue: number;
  value: number;
  invalidValue: number;
  /** Of all three kinds: start, will finish and did finish. */
  transaction: number;
}
