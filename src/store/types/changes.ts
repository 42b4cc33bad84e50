/** What a transaction changed, as its listeners and `getTransactionChanges` and `getTransactionLog` tell it. */
import type {CellOrUndefined, ValueOrUndefined} from './content.ts';
import type {Id} from './ids.ts';
import type {
  AnyCell,
  CellIdFromSchema,
  NoSchemas,
  NoTablesSchema,
  NoValuesSchema,
  OptionalSchemas,
  OptionalTablesSchema,
  OptionalValuesSchema,
  TableIdFromSchema,
  ValueIdFromSchema,
} from './schemas.ts';

/** Whether a cell changed, net, since the transaction began, and what it was and is. */
export type CellChange<
  TS extends OptionalTablesSchema = NoTablesSchema,
  TableId extends TableIdFromSchema<TS> = TableIdFromSchema<TS>,
  CellId extends CellIdFromSchema<TS, TableId> = CellIdFromSchema<TS, TableId>,
> = [
  changed: boolean,
  oldCell: CellOrUndefined<TS, TableId, CellId> | undefined,
  newCell: CellOrUndefined<TS, TableId, CellId> | undefined,
];
/** Tells how any cell changed in the transaction: `[false, cell, cell]` if it did not. */
export type GetCellChange<TS extends OptionalTablesSchema = NoTablesSchema> =
  string extends keyof TS
    ? {call(tableId: Id, rowId: Id, cellId: Id): CellChange}['call']
    : {
        call<TableId extends TableIdFromSchema<TS>, CellId extends CellIdFromSchema<TS, TableId>>(
          tableId: TableId,
          rowId: Id,
          cellId: CellId,
        ): CellChange<TS, TableId, CellId>;
      }['call'];

/** Whether a value changed, net, since the transaction began, and what it was and is. */
export type ValueChange<
  VS extends OptionalValuesSchema = NoValuesSchema,
  ValueId extends ValueIdFromSchema<VS> = ValueIdFromSchema<VS>,
> = [
  changed: boolean,
  oldValue: ValueOrUndefined<VS, ValueId> | undefined,
  newValue: ValueOrUndefined<VS, ValueId> | undefined,
];
/** Tells how any value changed in the transaction: `[false, value, value]` if it did not. */
export type GetValueChange<VS extends OptionalValuesSchema = NoValuesSchema> =
  string extends keyof VS
    ? {call(valueId: Id): ValueChange}['call']
    : {
        call<ValueId extends ValueIdFromSchema<VS>>(valueId: ValueId): ValueChange<VS, ValueId>;
      }['call'];

/** 1: the id was added; -1: it was removed. */
export type IdAddedOrRemoved = 1 | -1;
/** Tells which ids were added and removed in the transaction, net. */
export type GetIdChanges<ChangedId extends Id = Id> = string extends ChangedId
  ? () => {[id: Id]: IdAddedOrRemoved}
  : () => {[Key in ChangedId]?: IdAddedOrRemoved};

/** The ids that were added and removed. */
export type IdChanges<ChangedId extends Id = Id> = ReturnType<GetIdChanges<ChangedId>>;

type ChangedRow<TS, TableId extends keyof TS, Entry extends OptionalTablesSchema> = {
  [CellId in keyof TS[TableId] & Id]?:
    | (TS extends Entry
        ? CellOrUndefined<
            TS,
            TableId & TableIdFromSchema<TS>,
            CellId & CellIdFromSchema<TS, TableId & TableIdFromSchema<TS>>
          >
        : never)
    | undefined;
};
/**
 * A difference between two contents, `[tables, values, 1]`. A table, row, cell or value that is
 * `undefined` was deleted; what is not mentioned did not change.
 */
export type Changes<Schemas extends OptionalSchemas = NoSchemas> = [
  changedTables: string extends keyof Schemas[0]
    ? {
        [tableId: Id]: {[rowId: Id]: {[cellId: Id]: AnyCell | undefined} | undefined} | undefined;
      }
    : {
        [TableId in TableIdFromSchema<Schemas[0]>]?:
          | {[rowId: Id]: ChangedRow<Schemas[0], TableId, OptionalTablesSchema> | undefined}
          | undefined;
      },
  changedValues: string extends keyof Schemas[1]
    ? {[valueId: Id]: AnyCell | undefined}
    : {
        [ValueId in ValueIdFromSchema<Schemas[1]>]?:
          ValueOrUndefined<Schemas[1], ValueId> | undefined;
      },
  isChanges: 1,
];

/** What a cell was before the transaction, and is after it; `undefined` is missing. */
export type ChangedCell = [oldCell: AnyCell | undefined, newCell: AnyCell | undefined];
/** What a value was before the transaction, and is after it; `undefined` is missing. */
export type ChangedValue = [oldValue: AnyCell | undefined, newValue: AnyCell | undefined];
export type ChangedCells = {[tableId: Id]: {[rowId: Id]: {[cellId: Id]: ChangedCell}}};
export type ChangedValues = {[valueId: Id]: ChangedValue};
/** What could not be set, in the order of the attempts; an id that was not given is `'undefined'`. */
export type InvalidCells = {[tableId: Id]: {[rowId: Id]: {[cellId: Id]: unknown[]}}};
/** What could not be set, in the order of the attempts; an id that was not given is `'undefined'`. */
export type InvalidValues = {[valueId: Id]: unknown[]};
export type ChangedTableIds = {[tableId: Id]: IdAddedOrRemoved};
export type ChangedRowIds = {[tableId: Id]: {[rowId: Id]: IdAddedOrRemoved}};
export type ChangedCellIds = {[tableId: Id]: {[rowId: Id]: {[cellId: Id]: IdAddedOrRemoved}}};
export type ChangedValueIds = {[valueId: Id]: IdAddedOrRemoved};

/** Everything about a transaction. All but the first two, and what was invalid, is net. */
export type TransactionLog = [
  cellsTouched: boolean,
  valuesTouched: boolean,
  changedCells: ChangedCells,
  invalidCells: InvalidCells,
  changedValues: ChangedValues,
  invalidValues: InvalidValues,
  changedTableIds: ChangedTableIds,
  changedRowIds: ChangedRowIds,
  changedCellIds: ChangedCellIds,
  changedValueIds: ChangedValueIds,
];
