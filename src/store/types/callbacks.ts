/**
 * What the `forEach…` methods call. Under a schema the arguments are one of several tuples, so that
 * testing the id narrows the cell. The compiler does not let such functions have fewer parameters:
 * methods that take one are overloaded for that.
 */
import type {Cell, Value} from './content.ts';
import type {Id} from './ids.ts';
import type {
  AnyCell,
  CellIdFromSchema,
  NoTablesSchema,
  NoValuesSchema,
  OptionalTablesSchema,
  OptionalValuesSchema,
  TableIdFromSchema,
  ValueIdFromSchema,
} from './schemas.ts';

/** Called for each table; `forEachRow` visits its rows. */
export type TableCallback<TS extends OptionalTablesSchema = NoTablesSchema> = (
  ...args: string extends keyof TS
    ? [tableId: Id, forEachRow: (rowCallback: RowCallback) => void]
    : {
        [TableId in TableIdFromSchema<TS>]: [
          tableId: TableId,
          forEachRow: (rowCallback: RowCallback<TS, TableId>) => void,
        ];
      }[TableIdFromSchema<TS>]
) => void;

/** Called for each row of a table; `forEachCell` visits its cells. */
export type RowCallback<
  TS extends OptionalTablesSchema = NoTablesSchema,
  TableId extends TableIdFromSchema<TS> = TableIdFromSchema<TS>,
> = (rowId: Id, forEachCell: ForEachCell<TS, TableId>) => void;
interface ForEachCell<TS extends OptionalTablesSchema, TableId extends TableIdFromSchema<TS>> {
  (cellCallback: CellCallback<TS, TableId>): void;
  (cellCallback: (cellId: CellIdFromSchema<TS, TableId>) => void): void;
}

/** Called for each cell of a row. */
export type CellCallback<
  TS extends OptionalTablesSchema = NoTablesSchema,
  TableId extends TableIdFromSchema<TS> = TableIdFromSchema<TS>,
> = (
  ...args: string extends keyof TS
    ? [cellId: Id, cell: AnyCell]
    : {
        [CellId in CellIdFromSchema<TS, TableId>]: [
          cellId: CellId,
          cell: Cell<TS, TableId, CellId>,
        ];
      }[CellIdFromSchema<TS, TableId>]
) => void;

/** Called for each cell id in use in a table, with the number of rows that have such a cell. */
export type TableCellCallback<
  TS extends OptionalTablesSchema = NoTablesSchema,
  TableId extends TableIdFromSchema<TS> = TableIdFromSchema<TS>,
> = (cellId: CellIdFromSchema<TS, TableId>, count: number) => void;

/** Called for each value. */
export type ValueCallback<VS extends OptionalValuesSchema = NoValuesSchema> = (
  ...args: string extends keyof VS
    ? [valueId: Id, value: AnyCell]
    : {
        [ValueId in ValueIdFromSchema<VS>]: [valueId: ValueId, value: Value<VS, ValueId>];
      }[ValueIdFromSchema<VS>]
) => void;
