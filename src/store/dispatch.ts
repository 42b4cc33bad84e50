/** Calls the listeners to what a transaction has changed, from the whole to the part and back. */
import {decodeCell} from './cell-encoding.ts';
import type {ChangedCell, ChangedTable, ChangeLog, IdChange} from './change-log.ts';
import {objectOf} from './fresh-object.ts';
import type {EncodedCell} from './internals.ts';
import type {InvalidLog} from './invalid-log.ts';
import {Kind, type Listeners, type Registry, setOfKinds} from './listeners.ts';
import {
  changedIds,
  changedTableCellIds,
  idChangeOf,
  type NetChanges,
  netChanges,
} from './net-changes.ts';
import {partOf} from './parts.ts';
import type {StoreData} from './store-data.ts';
import {toId} from './to-id.ts';
import type {Id, Store} from './types.ts';

type Path = readonly (Id | undefined)[];

const VALUE_KINDS = setOfKinds(
  Kind.hasValues,
  Kind.values,
  Kind.valueIds,
  Kind.hasValue,
  Kind.value,
);
const TABLE_CELL_ID_KINDS = setOfKinds(Kind.tableCellIds, Kind.hasTableCell);
const ROW_ID_KINDS = setOfKinds(Kind.rowIds, Kind.hasRow, Kind.sortedRowIds);
const CELL_ID_KINDS = setOfKinds(Kind.cellIds, Kind.hasCell);
const ROW_KINDS = setOfKinds(Kind.cell, Kind.row);
const CELL_KIND = 1 << Kind.cell;
const MORE_THAN_CELL = setOfKinds(Kind.row, Kind.table, Kind.tables);
const TABLES_KINDS = setOfKinds(Kind.tables, Kind.table);
/** All that is about tables: the kinds before `invalidCell`. */
const TABLE_KINDS = (1 << Kind.invalidCell) - 1;
/** All that is about which ids there are, in tables. */
const ID_KINDS = TABLE_KINDS & ~ROW_KINDS & ~TABLES_KINDS;
/** All but those to transactions, which come last. */
export const CONTENT_KINDS: number = (1 << Kind.startTransaction) - 1;

const describeChange = (
  change: ChangedCell | undefined,
  now: EncodedCell | undefined,
): unknown[] => [
  change !== undefined,
  decodeCell(change ? change.old : now),
  decodeCell(change ? change.now : now),
];

const idChangeIn = ({idChange}: {readonly idChange: IdChange}): IdChange => idChange;

/** Calls the listeners of one store. One dispatch ends before the next begins. */
export class Dispatcher {
  readonly #store: Store;
  readonly #data: StoreData;
  readonly #listeners: Listeners;
  /** Those that are being called. */
  #registry: Registry;
  #onError: (error: unknown) => void = () => undefined;

  /** @param store What listeners get as their first argument. */
  constructor(store: Store, data: StoreData, listeners: Listeners) {
    this.#store = store;
    this.#data = data;
    this.#listeners = listeners;
    this.#registry = listeners.others;
  }

  /**
   * Calls all mutators to what the open transaction has changed so far.
   * @throws What the first one throws.
   */
  callMutators(log: ChangeLog, invalid: InvalidLog | undefined): void {
    this.#registry = this.#listeners.mutators;
    this.#onError = (error) => {
      throw error;
    };
    this.#callForInvalidCells(invalid);
    if (this.#hasAny(TABLE_KINDS)) this.#callForTables(netChanges(this.#data, log, true));
    this.#callForInvalidValues(invalid);
    // What mutators to cells have written is seen by those to values.
    if (this.#hasAny(VALUE_KINDS)) this.#callForValues(netChanges(this.#data, log, true));
  }

  /** Calls all other listeners. @param errors Gets what they throw. */
  callOthers(changes: NetChanges, invalid: InvalidLog | undefined, errors: unknown[]): void {
    this.#registry = this.#listeners.others;
    this.#onError = (error) => errors.push(error);
    this.#callForInvalidCells(invalid);
    this.#callForTables(changes);
    this.#callForInvalidValues(invalid);
    this.#callForValues(changes);
  }

  #callForInvalidCells(invalid: InvalidLog | undefined): void {
    invalid?.cells.forEach((rows, tableId) => {
      rows.forEach((cells, rowId) => {
        cells.forEach((all, cellId) => {
          this.#call(Kind.invalidCell, [tableId, rowId, cellId], () => [[...all]]);
        });
      });
    });
  }

  #callForInvalidValues(invalid: InvalidLog | undefined): void {
    invalid?.values.forEach((all, valueId) => {
      this.#call(Kind.invalidValue, [valueId], () => [[...all]]);
    });
  }

  #hasAny(kinds: number): boolean {
    return (this.#registry.kinds & kinds) !== 0;
  }

  /** @param getArgs What listeners get after the store and the path. */
  #call(kind: Kind, path: Path, getArgs: () => unknown[]): void {
    if (!this.#hasAny(1 << kind)) return;
    let args: unknown[] | undefined;
    this.#registry.forEach(kind, path, (listener) => {
      args ??= [this.#store, ...path, ...getArgs()];
      try {
        (listener.call as (...args: unknown[]) => unknown)(...args);
      } catch (error) {
        this.#onError(error);
      }
    });
  }

  #callForIds(idsKind: Kind, hasKind: Kind, path: Path, ids: ReadonlyMap<Id, IdChange>): void {
    if (ids.size === 0) return;
    this.#call(idsKind, path, () => [() => objectOf(ids)]);
    for (const [id, change] of ids) this.#call(hasKind, [...path, id], () => [change > 0]);
  }

  /** Tables, or values: whether there are any. */
  #callForAny(kind: Kind, ids: ReadonlyMap<Id, IdChange>, size: number): void {
    let before = size;
    for (const change of ids.values()) before -= change;
    if (before > 0 !== size > 0) this.#call(kind, [], () => [size > 0]);
  }

  #callForTables({tables}: NetChanges): void {
    const {list} = tables;
    if (list.length === 0) return;
    if (this.#hasAny(ID_KINDS)) this.#callForTableIds(list);
    this.#callForCells(tables);
  }

  #callForTableIds(list: readonly ChangedTable[]): void {
    const data = this.#data;
    // What is listed here is as of now: mutators may write.
    const cellIds = this.#hasAny(TABLE_CELL_ID_KINDS)
      ? list.map((table) => [table.id, changedTableCellIds(data, table)] as const)
      : [];

    const ids = changedIds(list, idChangeIn);
    this.#callForAny(Kind.hasTables, ids, data.tables.size);
    this.#callForIds(Kind.tableIds, Kind.hasTable, [], ids);
    for (const [tableId, ids] of cellIds) {
      this.#callForIds(Kind.tableCellIds, Kind.hasTableCell, [tableId], ids);
    }
    for (const {id, rowCount, rowCountChange} of list) {
      if (rowCountChange !== 0) this.#call(Kind.rowCount, [id], () => [rowCount]);
    }
    if (this.#hasAny(ROW_ID_KINDS)) this.#callForRowIds(list);
    if (this.#hasAny(CELL_ID_KINDS)) {
      for (const {id: tableId, rows} of list) {
        for (const {id: rowId, cells} of rows.list) {
          const ids = changedIds(cells.list, idChangeOf);
          this.#callForIds(Kind.cellIds, Kind.hasCell, [tableId, rowId], ids);
        }
      }
    }
  }

  #callForRowIds(tables: readonly ChangedTable[]): void {
    const cellsOnly: Id[] = [];
    for (const {id: tableId, rows} of tables) {
      const ids = changedIds(rows.list, idChangeIn);
      this.#callForIds(Kind.rowIds, Kind.hasRow, [tableId], ids);
      // These listeners find out by themselves whether their page has changed.
      if (ids.size > 0) this.#call(Kind.sortedRowIds, [tableId], () => []);
      else cellsOnly.push(tableId);
    }
    for (const tableId of cellsOnly) this.#call(Kind.sortedRowIds, [tableId], () => []);
  }

  #callForCells(tables: NetChanges['tables']): void {
    const getCellChange = (tableId: unknown, rowId: unknown, cellId: unknown): unknown[] => {
      const [table, row, cell] = [toId(tableId), toId(rowId), toId(cellId)];
      const rows = partOf(tables, table)?.rows;
      const cells = rows && partOf(rows, row)?.cells;
      const change = cells && partOf(cells, cell);
      return describeChange(change, this.#data.getCell(table, row, cell));
    };
    const callsForCells = this.#hasAny(CELL_KIND);
    const callsForMore = this.#hasAny(MORE_THAN_CELL);
    const withGetter = (): unknown[] => [getCellChange];
    for (const {id: tableId, rows} of tables.list) {
      for (const {id: rowId, cells} of this.#hasAny(ROW_KINDS) ? rows.list : []) {
        for (const cell of callsForCells ? cells.list : []) {
          this.#callForCell(tableId, rowId, cell, getCellChange);
        }
        if (callsForMore) this.#call(Kind.row, [tableId, rowId], withGetter);
      }
      if (callsForMore) this.#call(Kind.table, [tableId], withGetter);
    }
    if (callsForMore) this.#call(Kind.tables, [], withGetter);
  }

  /** Does what {@link #call} does, at half the cost: this is what most transactions come to. */
  #callForCell(tableId: Id, rowId: Id, {id, old, now}: ChangedCell, getCellChange: unknown): void {
    const store = this.#store;
    const newCell = decodeCell(now);
    const oldCell = decodeCell(old);
    this.#registry.forEach(Kind.cell, [tableId, rowId, id], (listener) => {
      const call = listener.call as (...args: unknown[]) => unknown;
      try {
        call(store, tableId, rowId, id, newCell, oldCell, getCellChange);
      } catch (error) {
        this.#onError(error);
      }
    });
  }

  #callForValues({values}: NetChanges): void {
    const {list} = values;
    if (list.length === 0) return;
    const getValueChange = (valueId: unknown): unknown[] =>
      describeChange(partOf(values, toId(valueId)), this.#data.values.get(toId(valueId)));
    const ids = changedIds(list, idChangeOf);
    this.#callForAny(Kind.hasValues, ids, this.#data.values.size);
    this.#callForIds(Kind.valueIds, Kind.hasValue, [], ids);
    for (const {id, old, now} of list) {
      this.#call(Kind.value, [id], () => [decodeCell(now), decodeCell(old), getValueChange]);
    }
    this.#call(Kind.values, [], () => [getValueChange]);
  }
}
