import type {AnyStore} from './any-store.ts';
import type {
  RowCallback,
  CellCallback,
  TableCallback,
  TableCellCallback,
  ValueCallback,
} from './callbacks.ts';
import type {Changes, TransactionLog} from './changes.ts';
import type {
  Cell,
  CellOrUndefined,
  Content,
  MapCell,
  MapValue,
  PartialRow,
  PartialValues,
  Row,
  Sorter,
  Table,
  Tables,
  Value,
  ValueOrUndefined,
  Values,
} from './content.ts';
import type {Id, Ids} from './ids.ts';
import type {Listening} from './listening.ts';
import type {SortedRowIdsArgs} from './listeners.ts';
import type {
  CellIdFromSchema,
  NoSchemas,
  NoTablesSchema,
  NoValuesSchema,
  OptionalSchemas,
  OptionalTablesSchema,
  OptionalValuesSchema,
  TableIdFromSchema,
  TablesSchemaWithDefaults,
  ValueIdFromSchema,
  ValuesSchemaWithDefaults,
} from './schemas.ts';

/**
 * A reactive in-memory store of tables, whose rows have cells, and of keyed values. Nothing in it is ever
 * empty: with its last cell goes the row, with its last row the table. Objects that are read are fresh, have
 * no prototype, and are the caller's own. Ids are coerced to strings. Methods can be detached from the store.
 *
 * Writing what is not a cell or value, or what the schema does not admit, changes nothing at that place and
 * is reported to the `Invalid…` listeners. Each write is a transaction if none is open.
 *
 * In a listener's path `null` is the wildcard for every id. Listeners are called when the outermost
 * transaction ends, and only for what is different from when it began. Those added with `mutator` true are
 * called before all others, and may write; others cannot write. Adding one returns an id for `delListener`.
 *
 * @typeParam Schemas The tables schema and values schema; `setTablesSchema` and the like return the store as
 *   one of these. Without, all ids are strings and cells are whatever a store can hold.
 */
export interface Store<Schemas extends OptionalSchemas = NoSchemas>
  extends AnyStore, Listening<Schemas> {
  /** All tables and values, `[tables, values]`. */
  getContent(): Content<Schemas>;

  /** All tables by id, `{}` if there are none. */
  getTables(): Tables<Schemas[0]>;
  /** The ids of the tables, in the order in which they were added. */
  getTableIds(): TableIdFromSchema<Schemas[0]>[];
  /** The rows of a table by id, `{}` if there is no such table. */
  getTable<TableId extends TableIdFromSchema<Schemas[0]>>(
    tableId: TableId,
  ): Table<Schemas[0], TableId>;
  /** The ids of the cells in use in any row of a table, in the order of their first appearance. */
  getTableCellIds<TableId extends TableIdFromSchema<Schemas[0]>>(
    tableId: TableId,
  ): CellIdFromSchema<Schemas[0], TableId>[];
  /** The number of rows of a table, 0 if there is no such table. */
  getRowCount(tableId: TableIdFromSchema<Schemas[0]>): number;
  /** The ids of the rows of a table, in the order in which they were added. */
  getRowIds(tableId: TableIdFromSchema<Schemas[0]>): Ids;
  /**
   * A page of the ids of the rows of a table, sorted by a cell, or by the row ids if there is no `cellId`.
   * Rows that tie are in the order in which they were added, in the opposite one if `descending`.
   * @param offset The number of rows to leave out, defaults to 0; a negative one counts from the end.
   * @param limit The greatest number of rows in the page, defaults to all.
   * @param sorter Compares two cells, or row ids; defaults to `defaultSorter`.
   */
  getSortedRowIds<TableId extends TableIdFromSchema<Schemas[0]>>(
    tableId: TableId,
    cellId?: CellIdFromSchema<Schemas[0], TableId>,
    descending?: boolean,
    offset?: number,
    limit?: number,
    sorter?: Sorter,
  ): Ids;
  /** A page of the ids of the rows of a table, sorted; see {@link SortedRowIdsArgs}. */
  getSortedRowIds<TableId extends TableIdFromSchema<Schemas[0]>>(
    args: SortedRowIdsArgs<Schemas[0], TableId>,
  ): Ids;
  /** The cells of a row by id, `{}` if there is no such row. */
  getRow<TableId extends TableIdFromSchema<Schemas[0]>>(
    tableId: TableId,
    rowId: Id,
  ): Row<Schemas[0], TableId>;
  /** The ids of the cells of a row, in the order in which they were added. */
  getCellIds<TableId extends TableIdFromSchema<Schemas[0]>>(
    tableId: TableId,
    rowId: Id,
  ): CellIdFromSchema<Schemas[0], TableId>[];
  /** A cell, `undefined` if there is none. */
  getCell<
    TableId extends TableIdFromSchema<Schemas[0]>,
    CellId extends CellIdFromSchema<Schemas[0], TableId>,
  >(
    tableId: TableId,
    rowId: Id,
    cellId: CellId,
  ): CellOrUndefined<Schemas[0], TableId, CellId>;

  /** All values by id, `{}` if there are none. */
  getValues(): Values<Schemas[1]>;
  /** The ids of the values, in the order in which they were added. */
  getValueIds(): ValueIdFromSchema<Schemas[1]>[];
  /** A value, `undefined` if there is none. */
  getValue<ValueId extends ValueIdFromSchema<Schemas[1]>>(
    valueId: ValueId,
  ): ValueOrUndefined<Schemas[1], ValueId>;

  /** Whether there is such a table. */
  hasTable(tableId: TableIdFromSchema<Schemas[0]>): boolean;
  /** Whether any row of a table has such a cell. */
  hasTableCell<TableId extends TableIdFromSchema<Schemas[0]>>(
    tableId: TableId,
    cellId: CellIdFromSchema<Schemas[0], TableId>,
  ): boolean;
  /** Whether there is such a row. */
  hasRow(tableId: TableIdFromSchema<Schemas[0]>, rowId: Id): boolean;
  /** Whether there is such a cell. */
  hasCell<TableId extends TableIdFromSchema<Schemas[0]>>(
    tableId: TableId,
    rowId: Id,
    cellId: CellIdFromSchema<Schemas[0], TableId>,
  ): boolean;
  /** Whether there is such a value. */
  hasValue(valueId: ValueIdFromSchema<Schemas[1]>): boolean;

  /**
   * What the open transaction changed so far, or the finished one, if called from a listener or `doRollback`;
   * net of what was changed back. `[{}, {}, 1]` outside a transaction.
   */
  getTransactionChanges(): Changes<Schemas>;
  /** Everything about the transaction, as {@link getTransactionChanges}. */
  getTransactionLog(): TransactionLog;

  /**
   * Replaces all tables and values, or calls for them. An empty half deletes that half, one that is not an
   * object is left as it is; what is not a pair is ignored.
   */
  setContent(
    content:
      Content<Schemas, true> | Content<Schemas> | (() => Content<Schemas, true> | Content<Schemas>),
  ): this;
  /** Replaces all tables. Tables and rows which turn out empty are left out; if nothing is left, nothing changes. */
  setTables(tables: Tables<Schemas[0], true>): this;
  /** Replaces a table. Rows which turn out empty are left out; if nothing is left, nothing changes. */
  setTable<TableId extends TableIdFromSchema<Schemas[0]>>(
    tableId: TableId,
    table: Table<Schemas[0], TableId, true>,
  ): this;
  /**
   * Replaces a row. Missing cells that have a default get it; if nothing is left, or a required cell is
   * missing, nothing changes.
   */
  setRow<TableId extends TableIdFromSchema<Schemas[0]>>(
    tableId: TableId,
    rowId: Id,
    row: Row<Schemas[0], TableId, true>,
  ): this;
  /**
   * Adds a row under a new id, a counter.
   * @param reuseRowIds Whether the id may be one of a row that was deleted, defaults to true.
   * @returns The id, or `undefined` if nothing was added because the row is invalid.
   */
  addRow<TableId extends TableIdFromSchema<Schemas[0]>>(
    tableId: TableId,
    row: Row<Schemas[0], TableId, true>,
    reuseRowIds?: boolean,
  ): Id | undefined;
  /** Sets some cells of a row and leaves the others. A new row also gets its default cells. */
  setPartialRow<TableId extends TableIdFromSchema<Schemas[0]>>(
    tableId: TableId,
    rowId: Id,
    partialRow: PartialRow<Schemas[0], TableId>,
  ): this;
  /** Sets a cell, to what the function makes of the current one if it is a function. */
  setCell<
    TableId extends TableIdFromSchema<Schemas[0]>,
    CellId extends CellIdFromSchema<Schemas[0], TableId>,
  >(
    tableId: TableId,
    rowId: Id,
    cellId: CellId,
    cell: Cell<Schemas[0], TableId, CellId> | MapCell<Schemas[0], TableId, CellId>,
  ): this;
  /**
   * Replaces all values. Missing values that have a default get it; if nothing is left, or a required one is
   * missing, nothing changes.
   */
  setValues(values: Values<Schemas[1], true>): this;
  /** Sets some values and leaves the others. */
  setPartialValues(partialValues: PartialValues<Schemas[1]>): this;
  /** Sets a value, to what the function makes of the current one if it is a function. */
  setValue<ValueId extends ValueIdFromSchema<Schemas[1]>>(
    valueId: ValueId,
    value: Value<Schemas[1], ValueId> | MapValue<Schemas[1], ValueId>,
  ): this;
  /**
   * Applies what {@link getTransactionChanges} of another store told: sets what is there, deletes what is `undefined`.
   * @throws TypeError If `changes` has not that form; nothing changes then.
   */
  applyChanges(changes: Changes<Schemas>): this;

  /**
   * Sets which tables and cells there may be. Invalid entries are left out, `{}` is ignored. What is in the
   * store and is not admitted is replaced by its default or deleted.
   * @returns The same store, whose type now is that of the schema.
   */
  setTablesSchema<const TS extends OptionalTablesSchema>(
    tablesSchema: TS & TablesSchemaWithDefaults<TS>,
  ): Store<[TS, Schemas[1]]>;
  /**
   * Sets which values there may be. Invalid entries are left out, `{}` is ignored. What is in the store and
   * is not admitted is replaced by its default or deleted; missing defaults are added.
   * @returns The same store, whose type now is that of the schema.
   */
  setValuesSchema<const VS extends OptionalValuesSchema>(
    valuesSchema: VS & ValuesSchemaWithDefaults<VS>,
  ): Store<[Schemas[0], VS]>;
  /** Sets both schemas, or only that of the tables, as {@link setTablesSchema} and {@link setValuesSchema}. */
  setSchema<
    const TS extends OptionalTablesSchema,
    const VS extends OptionalValuesSchema = Schemas[1],
  >(
    tablesSchema: TS & TablesSchemaWithDefaults<TS>,
    valuesSchema?: VS & ValuesSchemaWithDefaults<VS>,
  ): Store<[TS, VS]>;
  /** Admits any tables and cells from now on; what is in the store stays. */
  delTablesSchema(): Store<[NoTablesSchema, Schemas[1]]>;
  /** Admits any values from now on; what is in the store stays. */
  delValuesSchema(): Store<[Schemas[0], NoValuesSchema]>;
  /** Admits anything from now on; what is in the store stays. */
  delSchema(): Store;

  /** Deletes a table, cells with a default included. */
  delTable(tableId: TableIdFromSchema<Schemas[0]>): this;
  /** Deletes a row, cells with a default included. */
  delRow(tableId: TableIdFromSchema<Schemas[0]>, rowId: Id): this;
  /**
   * Deletes a cell; one that has a default is reset to it.
   * @param forceDel Whether to delete a cell with a default nonetheless, and so its row; defaults to false.
   */
  delCell<TableId extends TableIdFromSchema<Schemas[0]>>(
    tableId: TableId,
    rowId: Id,
    cellId: CellIdFromSchema<Schemas[0], TableId>,
    forceDel?: boolean,
  ): this;
  /** Deletes a value; one that has a default is reset to it. */
  delValue(valueId: ValueIdFromSchema<Schemas[1]>): this;

  /** Visits the tables, in the order of {@link getTableIds}. */
  forEachTable(tableCallback: TableCallback<Schemas[0]>): void;
  forEachTable(tableCallback: (tableId: TableIdFromSchema<Schemas[0]>) => void): void;
  /** Visits the rows of a table, in the order of {@link getRowIds}. */
  forEachRow<TableId extends TableIdFromSchema<Schemas[0]>>(
    tableId: TableId,
    rowCallback: RowCallback<Schemas[0], TableId>,
  ): void;
  /** Visits the cells of a row, in the order of {@link getCellIds}. */
  forEachCell<TableId extends TableIdFromSchema<Schemas[0]>>(
    tableId: TableId,
    rowId: Id,
    cellCallback: CellCallback<Schemas[0], TableId>,
  ): void;
  forEachCell<TableId extends TableIdFromSchema<Schemas[0]>>(
    tableId: TableId,
    rowId: Id,
    cellCallback: (cellId: CellIdFromSchema<Schemas[0], TableId>) => void,
  ): void;
  /** Visits the ids of the cells in use in a table, in the order of {@link getTableCellIds}. */
  forEachTableCell<TableId extends TableIdFromSchema<Schemas[0]>>(
    tableId: TableId,
    tableCellCallback: TableCellCallback<Schemas[0], TableId>,
  ): void;
  /** Visits the values, in the order of {@link getValueIds}. */
  forEachValue(valueCallback: ValueCallback<Schemas[1]>): void;
  forEachValue(valueCallback: (valueId: ValueIdFromSchema<Schemas[1]>) => void): void;
}
