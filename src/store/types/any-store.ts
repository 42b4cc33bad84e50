import type {Id, Ids, Json} from './ids.ts';
import type {ListenerStats, TransactionListener} from './listeners.ts';
import type {NoSchemas} from './schemas.ts';

/** Decides, once all is done, whether a transaction is rolled back. It may ask the store what changed. */
export type DoRollback<S = AnyStore> = {call(store: S): boolean}['call'];

/**
 * What every store has, whatever its schemas and whether or not it is mergeable: the parameter type
 * for functions that take any store and handle its content as JSON or not at all. Functions that read or
 * write cells and values take `Store<Schemas>`, with `Schemas` as a type parameter of their own.
 */
export interface AnyStore {
  /** Whether this store can be merged with others. */
  isMergeable(): boolean;

  /** Whether there is any table. */
  hasTables(): boolean;
  /** Whether there is such a table. */
  hasTable(tableId: Id): boolean;
  /** Whether any row of a table has such a cell. */
  hasTableCell(tableId: Id, cellId: Id): boolean;
  /** Whether there is such a row. */
  hasRow(tableId: Id, rowId: Id): boolean;
  /** Whether there is such a cell. */
  hasCell(tableId: Id, rowId: Id, cellId: Id): boolean;
  /** Whether there is any value. */
  hasValues(): boolean;
  /** Whether there is such a value. */
  hasValue(valueId: Id): boolean;

  /** The ids of the tables, in the order in which they were added. */
  getTableIds(): Ids;
  /** The ids of the cells in use in any row of a table, in the order of their first appearance. */
  getTableCellIds(tableId: Id): Ids;
  /** The number of rows of a table, 0 if there is no such table. */
  getRowCount(tableId: Id): number;
  /** The ids of the rows of a table, in the order in which they were added. */
  getRowIds(tableId: Id): Ids;
  /** The ids of the cells of a row, in the order in which they were added. */
  getCellIds(tableId: Id, rowId: Id): Ids;
  /** The ids of the values, in the order in which they were added. */
  getValueIds(): Ids;

  /** Whether a tables schema is set. */
  hasTablesSchema(): boolean;
  /** Whether a values schema is set. */
  hasValuesSchema(): boolean;

  /** All tables as JSON. An object or array cell is a string: U+FFFD followed by its JSON. */
  getTablesJson(): Json;
  /** All values as JSON. An object or array value is a string: U+FFFD followed by its JSON. */
  getValuesJson(): Json;
  /** All tables and values as JSON, `[tables, values]`, as {@link getTablesJson} and {@link getValuesJson}. */
  getJson(): Json;
  /** The tables schema as JSON, `{}` if there is none. */
  getTablesSchemaJson(): Json;
  /** The values schema as JSON, `{}` if there is none. */
  getValuesSchemaJson(): Json;
  /** Both schemas as JSON, `[tablesSchema, valuesSchema]`. */
  getSchemaJson(): Json;

  /**
   * Replaces all tables by those that {@link getTablesJson} wrote. `{}` deletes them; what is no JSON, or no
   * tables, is ignored; never throws.
   */
  setTablesJson(tablesJson: Json): this;
  /**
   * Replaces all values by those that {@link getValuesJson} wrote. `{}` deletes them; what is no JSON, or no
   * values, is ignored; never throws.
   */
  setValuesJson(valuesJson: Json): this;
  /**
   * Replaces all tables and values by those that {@link getJson} wrote. An empty half deletes that half, an
   * object in place of the pair is taken for tables; what is neither is ignored.
   * @throws What a mutator listener throws.
   */
  setJson(tablesAndValuesJson: Json): this;

  /** Deletes all tables, cells with a default included. */
  delTables(): this;
  /** Deletes all values; those with a default are reset to it. */
  delValues(): this;

  /**
   * Runs `actions` as one transaction: listeners are called once, at the end, for what changed in all. An
   * inner transaction is part of the outer one.
   * @param doRollback Asked after mutator listeners have run; true takes back all that the transaction did.
   *   Only the outermost transaction's is asked.
   * @returns What `actions` returns; `undefined`, without running it, if called from a listener that may not write.
   * @throws What `actions`, `doRollback` or a mutator listener throws, having rolled back everything; what
   *   any other listener throws, having kept everything and called all listeners.
   */
  transaction<Return>(actions: () => Return, doRollback?: DoRollback<this>): Return;
  /** Opens a transaction, or one more level of the open one. */
  startTransaction(): this;
  /**
   * Closes a level of the open transaction, and finishes it if that was the outermost. Does nothing if none is open.
   * @param doRollback As with {@link transaction}.
   * @throws As {@link transaction}.
   */
  finishTransaction(doRollback?: DoRollback<this>): this;

  /** Calls `listener` when a transaction has been opened, before anything is done in it. */
  addStartTransactionListener(listener: TransactionListener<NoSchemas, this>): Id;
  /** Calls `listener` after mutator listeners and a rollback, before all others; it may still write. */
  addWillFinishTransactionListener(listener: TransactionListener<NoSchemas, this>): Id;
  /** Calls `listener` after all other listeners; it may not write, but still ask what changed. */
  addDidFinishTransactionListener(listener: TransactionListener<NoSchemas, this>): Id;
  /** Calls a listener now, once for everything in the store that it listens to; an unknown id does nothing. */
  callListener(listenerId: Id): this;
  /** Removes a listener; an unknown id does nothing. */
  delListener(listenerId: Id): this;
  /** How many listeners there are, by kind. */
  getListenerStats(): ListenerStats;
}
