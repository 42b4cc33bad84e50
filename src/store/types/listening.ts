import type {Id, IdOrNull} from './ids.ts';
import type {
  CellIdOrNull,
  CellIdsListener,
  CellListener,
  CellListenerArgs,
  FirstFive,
  FirstThree,
  NarrowingFunction,
  ValueListenerArgs,
  HasCellListener,
  HasRowListener,
  HasTableCellListener,
  HasTableListener,
  HasTablesListener,
  HasValueListener,
  HasValuesListener,
  InvalidCellListener,
  InvalidValueListener,
  RowCountListener,
  RowIdsListener,
  RowListener,
  SortedRowIdsArgs,
  SortedRowIdsListener,
  TableCellIdsListener,
  TableIdOrNull,
  TableIdsListener,
  TableListener,
  TablesListener,
  ValueIdOrNull,
  ValueIdsListener,
  ValueListener,
  ValuesListener,
} from './listeners.ts';
import type {CellIdFromSchema, NoSchemas, OptionalSchemas, TableIdFromSchema} from './schemas.ts';

/**
 * How to listen to a store. Transaction listeners, and removing and calling listeners, are in `AnyStore`.
 */
export interface Listening<Schemas extends OptionalSchemas = NoSchemas> {
  /** Calls `listener` when the store starts or stops having any table. */
  addHasTablesListener(listener: HasTablesListener<Schemas, this>, mutator?: boolean): Id;
  /** Calls `listener` when any cell changed. */
  addTablesListener(listener: TablesListener<Schemas, this>, mutator?: boolean): Id;
  /** Calls `listener` when tables were added or removed. */
  addTableIdsListener(listener: TableIdsListener<Schemas, this>, mutator?: boolean): Id;
  /** Calls `listener` when the table was added or removed. */
  addHasTableListener<TableId extends TableIdOrNull<Schemas>>(
    tableId: TableId,
    listener: HasTableListener<Schemas, TableId, this>,
    mutator?: boolean,
  ): Id;
  /** Calls `listener` when any cell of the table changed. */
  addTableListener<TableId extends TableIdOrNull<Schemas>>(
    tableId: TableId,
    listener: TableListener<Schemas, TableId, this>,
    mutator?: boolean,
  ): Id;
  /** Calls `listener` when cell ids start or stop being used anywhere in the table. */
  addTableCellIdsListener<TableId extends TableIdOrNull<Schemas>>(
    tableId: TableId,
    listener: TableCellIdsListener<Schemas, TableId, this>,
    mutator?: boolean,
  ): Id;
  /** Calls `listener` when the cell id starts or stops being used anywhere in the table. */
  addHasTableCellListener<
    TableId extends TableIdOrNull<Schemas>,
    CellId extends CellIdOrNull<Schemas, TableId>,
  >(
    tableId: TableId,
    cellId: CellId,
    listener: HasTableCellListener<Schemas, TableId, CellId, this>,
    mutator?: boolean,
  ): Id;
  /** Calls `listener` when the number of rows of the table changed. */
  addRowCountListener<TableId extends TableIdOrNull<Schemas>>(
    tableId: TableId,
    listener: RowCountListener<Schemas, TableId, this>,
    mutator?: boolean,
  ): Id;
  /** Calls `listener` when rows were added to or removed from the table. */
  addRowIdsListener<TableId extends TableIdOrNull<Schemas>>(
    tableId: TableId,
    listener: RowIdsListener<Schemas, TableId, this>,
    mutator?: boolean,
  ): Id;
  /** Calls `listener` when a page of sorted rows changed; parameters are as with {@link getSortedRowIds}. */
  addSortedRowIdsListener<
    TableId extends TableIdFromSchema<Schemas[0]>,
    CellId extends CellIdFromSchema<Schemas[0], TableId> | undefined,
  >(
    tableId: TableId,
    cellId: CellId,
    descending: boolean,
    offset: number,
    limit: number | undefined,
    listener: SortedRowIdsListener<Schemas, TableId, CellId, this>,
    mutator?: boolean,
  ): Id;
  /** Calls `listener` when a page of sorted rows changed; see {@link SortedRowIdsArgs}. */
  addSortedRowIdsListener<TableId extends TableIdFromSchema<Schemas[0]>>(
    args: SortedRowIdsArgs<Schemas[0], TableId>,
    listener: SortedRowIdsListener<
      Schemas,
      TableId,
      CellIdFromSchema<Schemas[0], TableId> | undefined,
      this
    >,
    mutator?: boolean,
  ): Id;
  /** Calls `listener` when the row was added or removed. */
  addHasRowListener<TableId extends TableIdOrNull<Schemas>>(
    tableId: TableId,
    rowId: IdOrNull,
    listener: HasRowListener<Schemas, TableId, this>,
    mutator?: boolean,
  ): Id;
  /** Calls `listener` when any cell of the row changed. */
  addRowListener<TableId extends TableIdOrNull<Schemas>>(
    tableId: TableId,
    rowId: IdOrNull,
    listener: RowListener<Schemas, TableId, this>,
    mutator?: boolean,
  ): Id;
  /** Calls `listener` when cells were added to or removed from the row. */
  addCellIdsListener<TableId extends TableIdOrNull<Schemas>>(
    tableId: TableId,
    rowId: IdOrNull,
    listener: CellIdsListener<Schemas, TableId, this>,
    mutator?: boolean,
  ): Id;
  /** Calls `listener` when the cell was added or removed. */
  addHasCellListener<
    TableId extends TableIdOrNull<Schemas>,
    CellId extends CellIdOrNull<Schemas, TableId>,
  >(
    tableId: TableId,
    rowId: IdOrNull,
    cellId: CellId,
    listener: HasCellListener<Schemas, TableId, CellId, this>,
    mutator?: boolean,
  ): Id;
  /** Calls `listener` when the cell changed. With all parameters, or up to `newCell`, testing ids narrows the cell. */
  addCellListener<
    TableId extends TableIdOrNull<Schemas>,
    CellId extends CellIdOrNull<Schemas, TableId>,
  >(
    tableId: TableId,
    rowId: IdOrNull,
    cellId: CellId,
    listener: NarrowingFunction<CellListenerArgs<Schemas, TableId, CellId, this>>,
    mutator?: boolean,
  ): Id;
  addCellListener<
    TableId extends TableIdOrNull<Schemas>,
    CellId extends CellIdOrNull<Schemas, TableId>,
  >(
    tableId: TableId,
    rowId: IdOrNull,
    cellId: CellId,
    listener: NarrowingFunction<FirstFive<CellListenerArgs<Schemas, TableId, CellId, this>>>,
    mutator?: boolean,
  ): Id;
  addCellListener<
    TableId extends TableIdOrNull<Schemas>,
    CellId extends CellIdOrNull<Schemas, TableId>,
  >(
    tableId: TableId,
    rowId: IdOrNull,
    cellId: CellId,
    listener: CellListener<Schemas, TableId, CellId, this>,
    mutator?: boolean,
  ): Id;
  /** Calls `listener` when something that cannot be a cell there was written; the ids need not be in the schema. */
  addInvalidCellListener(
    tableId: IdOrNull,
    rowId: IdOrNull,
    cellId: IdOrNull,
    listener: InvalidCellListener<Schemas, this>,
    mutator?: boolean,
  ): Id;

  /** Calls `listener` when the store starts or stops having any value. */
  addHasValuesListener(listener: HasValuesListener<Schemas, this>, mutator?: boolean): Id;
  /** Calls `listener` when any value changed. */
  addValuesListener(listener: ValuesListener<Schemas, this>, mutator?: boolean): Id;
  /** Calls `listener` when values were added or removed. */
  addValueIdsListener(listener: ValueIdsListener<Schemas, this>, mutator?: boolean): Id;
  /** Calls `listener` when the value was added or removed. */
  addHasValueListener<ValueId extends ValueIdOrNull<Schemas>>(
    valueId: ValueId,
    listener: HasValueListener<Schemas, ValueId, this>,
    mutator?: boolean,
  ): Id;
  /** Calls `listener` when the value changed. With all parameters, or up to `newValue`, testing the id narrows the value. */
  addValueListener<ValueId extends ValueIdOrNull<Schemas>>(
    valueId: ValueId,
    listener: NarrowingFunction<ValueListenerArgs<Schemas, ValueId, this>>,
    mutator?: boolean,
  ): Id;
  addValueListener<ValueId extends ValueIdOrNull<Schemas>>(
    valueId: ValueId,
    listener: NarrowingFunction<FirstThree<ValueListenerArgs<Schemas, ValueId, this>>>,
    mutator?: boolean,
  ): Id;
  addValueListener<ValueId extends ValueIdOrNull<Schemas>>(
    valueId: ValueId,
    listener: ValueListener<Schemas, ValueId, this>,
    mutator?: boolean,
  ): Id;
  /** Calls `listener` when something that cannot be the value was written; the id need not be in the schema. */
  addInvalidValueListener(
    valueId: IdOrNull,
    listener: InvalidValueListener<Schemas, this>,
    mutator?: boolean,
  ): Id;
}
