/** Tables, rows, cells and values, as they are read and as they are set, under a schema or without. */
import type {Id} from './ids.ts';
import type {
  AdmittedBy,
  AnyCell,
  CellIdFromSchema,
  MandatoryIds,
  NoSchemas,
  NoTablesSchema,
  NoValuesSchema,
  OptionalSchemas,
  OptionalTablesSchema,
  OptionalValuesSchema,
  PresentIds,
  TableIdFromSchema,
  ValueIdFromSchema,
} from './schemas.ts';

/** An object with these ids mandatory and all others optional. */
type WithIds<Entries, Mandatory extends keyof Entries> = {
  -readonly [EntryId in keyof Entries as EntryId extends Mandatory ? EntryId : never]: AdmittedBy<
    Entries[EntryId]
  >;
} & {
  -readonly [EntryId in keyof Entries as EntryId extends Mandatory ? never : EntryId]?: AdmittedBy<
    Entries[EntryId]
  >;
};
type Flat<Type> = {[Key in keyof Type]: Type[Key]};
type Partially<Entries> = {-readonly [EntryId in keyof Entries]?: AdmittedBy<Entries[EntryId]>};
type Whole<Entries, WhenSet extends boolean> = Flat<
  WithIds<Entries, WhenSet extends true ? MandatoryIds<Entries> : PresentIds<Entries>>
>;

/** A cell: a string, finite number, boolean, `null`, plain object or array, as far as the schema admits. */
export type Cell<
  TS extends OptionalTablesSchema = NoTablesSchema,
  TableId extends TableIdFromSchema<TS> = TableIdFromSchema<TS>,
  CellId extends CellIdFromSchema<TS, TableId> = CellIdFromSchema<TS, TableId>,
> = string extends keyof TS ? AnyCell : CellAt<TS, TableId, CellId>;
type CellAt<TS, TableId extends keyof TS, CellId> = TableId extends unknown
  ? CellId extends keyof TS[TableId]
    ? AdmittedBy<TS[TableId][CellId]>
    : never
  : never;

/** A cell, or `undefined` if it may be missing: one with a default, or required, may not. */
export type CellOrUndefined<
  TS extends OptionalTablesSchema = NoTablesSchema,
  TableId extends TableIdFromSchema<TS> = TableIdFromSchema<TS>,
  CellId extends CellIdFromSchema<TS, TableId> = CellIdFromSchema<TS, TableId>,
> = string extends keyof TS
  ? AnyCell | undefined
  : CellAt<TS, TableId, CellId> | UnlessPresent<TS, TableId, CellId>;
type UnlessPresent<TS, TableId extends keyof TS, CellId> = TableId extends unknown
  ? CellId extends PresentIds<TS[TableId]>
    ? never
    : undefined
  : never;

/**
 * The cells of a row by cell id. As it is read, cells with a default and required ones are there; as
 * it is set (`WhenSet`), only required ones without a default have to be.
 */
export type Row<
  TS extends OptionalTablesSchema = NoTablesSchema,
  TableId extends TableIdFromSchema<TS> = TableIdFromSchema<TS>,
  WhenSet extends boolean = false,
> = string extends keyof TS
  ? {[cellId: Id]: AnyCell}
  : TableId extends unknown
    ? Whole<TS[TableId], WhenSet>
    : never;
/** Some cells of a row by cell id. */
export type PartialRow<
  TS extends OptionalTablesSchema = NoTablesSchema,
  TableId extends TableIdFromSchema<TS> = TableIdFromSchema<TS>,
> = string extends keyof TS
  ? {[cellId: Id]: AnyCell}
  : TableId extends unknown
    ? Partially<TS[TableId]>
    : never;
/** The rows of a table by row id. */
export type Table<
  TS extends OptionalTablesSchema = NoTablesSchema,
  TableId extends TableIdFromSchema<TS> = TableIdFromSchema<TS>,
  WhenSet extends boolean = false,
> = {[rowId: Id]: Row<TS, TableId, WhenSet>};
/** Tables by table id. */
export type Tables<
  TS extends OptionalTablesSchema = NoTablesSchema,
  WhenSet extends boolean = false,
> = string extends keyof TS
  ? {[tableId: Id]: {[rowId: Id]: {[cellId: Id]: AnyCell}}}
  : {-readonly [TableId in TableIdFromSchema<TS>]?: Table<TS, TableId, WhenSet>};

/** A keyed value: a string, finite number, boolean, `null`, plain object or array, as far as the schema admits. */
export type Value<
  VS extends OptionalValuesSchema = NoValuesSchema,
  ValueId extends ValueIdFromSchema<VS> = ValueIdFromSchema<VS>,
> = string extends keyof VS ? AnyCell : AdmittedBy<VS[ValueId]>;
/** A keyed value, or `undefined` if it may be missing: one with a default, or required, may not. */
export type ValueOrUndefined<
  VS extends OptionalValuesSchema = NoValuesSchema,
  ValueId extends ValueIdFromSchema<VS> = ValueIdFromSchema<VS>,
> = string extends keyof VS
  ? AnyCell | undefined
  : AdmittedBy<VS[ValueId]> | (ValueId extends PresentIds<VS> ? never : undefined);
/** Values by value id; `WhenSet` as with {@link Row}. */
export type Values<
  VS extends OptionalValuesSchema = NoValuesSchema,
  WhenSet extends boolean = false,
> = string extends keyof VS ? {[valueId: Id]: AnyCell} : Whole<VS, WhenSet>;
/** Some values by value id. */
export type PartialValues<VS extends OptionalValuesSchema = NoValuesSchema> =
  string extends keyof VS ? {[valueId: Id]: AnyCell} : Partially<VS>;

/** All that a store holds: `[tables, values]`. */
export type Content<
  Schemas extends OptionalSchemas = NoSchemas,
  WhenSet extends boolean = false,
> = [tables: Tables<Schemas[0], WhenSet>, values: Values<Schemas[1], WhenSet>];

/** Makes a new cell from the current one; the parameter may be annotated more narrowly. */
export type MapCell<
  TS extends OptionalTablesSchema = NoTablesSchema,
  TableId extends TableIdFromSchema<TS> = TableIdFromSchema<TS>,
  CellId extends CellIdFromSchema<TS, TableId> = CellIdFromSchema<TS, TableId>,
> = string extends keyof TS
  ? {call(cell: AnyCell | undefined): AnyCell}['call']
  : {call(cell: CellOrUndefined<TS, TableId, CellId>): Cell<TS, TableId, CellId>}['call'];
/** Makes a new value from the current one; the parameter may be annotated more narrowly. */
export type MapValue<
  VS extends OptionalValuesSchema = NoValuesSchema,
  ValueId extends ValueIdFromSchema<VS> = ValueIdFromSchema<VS>,
> = string extends keyof VS
  ? {call(value: AnyCell | undefined): AnyCell}['call']
  : {call(value: ValueOrUndefined<VS, ValueId>): Value<VS, ValueId>}['call'];
/** Reads a cell of the row at hand. */
export type GetCell<
  TS extends OptionalTablesSchema = NoTablesSchema,
  TableId extends TableIdFromSchema<TS> = TableIdFromSchema<TS>,
> = <CellId extends CellIdFromSchema<TS, TableId>>(
  cellId: CellId,
) => CellOrUndefined<TS, TableId, CellId>;

/** What rows are sorted by: a cell, `undefined` where it is missing, or the row id. */
export type SortKey = AnyCell | undefined;
/** Compares two sort keys: negative if the first comes first, positive if last, 0 if they tie. */
export type Sorter = (key1: SortKey, key2: SortKey) => number;
