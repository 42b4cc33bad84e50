/** Calls the listeners to what a transaction has changed, from the whole to the part and back. */
import {decodeCell} from './cell-encoding.ts';
import type {ChangeLog} from './change-log.ts';
import {objectFrom} from './fresh-object.ts';
import type {EncodedCell} from './internals.ts';
import type {InvalidLog} from './invalid-log.ts';
import {Kind, type Listener, type Listeners, setOfKinds} from './listeners.ts';
import {
  type Change,
  type IdChange,
  idChangeOf,
  type NetRow,
  type NetTable,
  netTableCellIds,
  netTables,
  netValues,
} from './net-changes.ts';
import type {StoreData} from './store-data.ts';
import type {Id} from './types.ts';

export interface Transaction {
  readonly data: StoreData;
  readonly log: ChangeLog;
  readonly invalid: InvalidLog;
  readonly listeners: Listeners;
  /** What listeners get as their first argument. */
  readonly store: unknown;
}

type Call = (...args: unknown[]) => unknown;
type OnError = (error: unknown) => void;

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
/** All that is about tables: the kinds before `invalidCell`. */
const CELL_KINDS = (1 << Kind.invalidCell) - 1;

const nonZero = (
  entries: Iterable<readonly [Id, IdChange]>,
): (readonly [Id, IdChange])[] | undefined => {
  const changed = [...entries].filter(([, change]) => change !== 0);
  return changed.length > 0 ? changed : undefined;
};

class Dispatch {
  readonly #transaction: Transaction;
  readonly #isMutator: boolean;
  readonly #onError: OnError;
  #tables: ReadonlyMap<Id, NetTable> = new Map();

  constructor(transaction: Transaction, isMutator: boolean, onError: OnError) {
    this.#transaction = transaction;
    this.#isMutator = isMutator;
    this.#onError = onError;
  }

  run(): void {
    const {data, log, invalid} = this.#transaction;
    for (const [tableId, rows] of invalid.cells) {
      for (const [rowId, cells] of rows) {
        for (const [cellId, all] of cells) {
          this.#call(Kind.invalidCell, [tableId, rowId, cellId], () => [[...all]]);
        }
      }
    }
    if (this.#hasAny(CELL_KINDS)) this.#callForTables(netTables(data, log));
    for (const [valueId, all] of invalid.values) {
      this.#call(Kind.invalidValue, [valueId], () => [[...all]]);
    }
    if (this.#hasAny(VALUE_KINDS)) this.#callForValues(netValues(data, log));
  }

  #callForTables(tables: ReadonlyMap<Id, NetTable>): void {
    if (tables.size === 0) return;
    this.#tables = tables;
    const {data} = this.#transaction;
    const ids = nonZero([...tables].map(([id, {idChange}]) => [id, idChange] as const));
    if (ids) {
      const before = ids.reduce((size, [, change]) => size - change, data.tables.size);
      this.#callHas(Kind.hasTables, [], before > 0, data.tables.size > 0);
      this.#callIds(Kind.tableIds, [], ids);
      for (const [tableId, change] of ids) this.#call(Kind.hasTable, [tableId], () => [change > 0]);
    }
    for (const [tableId, table] of tables) {
      if (this.#hasAny(TABLE_CELL_ID_KINDS)) {
        const cellIds = [...netTableCellIds(data, tableId, table)];
        if (cellIds.length > 0) this.#callIds(Kind.tableCellIds, [tableId], cellIds);
        for (const [cellId, change] of cellIds) {
          this.#call(Kind.hasTableCell, [tableId, cellId], () => [change > 0]);
        }
      }
    }
    for (const [tableId, {rows}] of tables) {
      if (!this.#hasAny(1 << Kind.rowCount)) break;
      let difference = 0;
      for (const {idChange} of rows.values()) difference += idChange;
      const count = data.tables.get(tableId)?.rows.size ?? 0;
      if (difference !== 0) this.#call(Kind.rowCount, [tableId], () => [count]);
    }
    const sortedOnly: Id[] = [];
    for (const [tableId, {rows}] of tables) {
      const rowIds = this.#hasAny(ROW_ID_KINDS)
        ? nonZero([...rows].map(([id, {idChange}]) => [id, idChange] as const))
        : undefined;
      if (!rowIds) {
        sortedOnly.push(tableId);
        continue;
      }
      this.#callIds(Kind.rowIds, [tableId], rowIds);
      for (const [rowId, change] of rowIds) {
        this.#call(Kind.hasRow, [tableId, rowId], () => [change > 0]);
      }
      this.#callSorted(tableId);
    }
    for (const tableId of sortedOnly) this.#callSorted(tableId);
    if (this.#hasAny(CELL_ID_KINDS)) {
      for (const [tableId, {rows}] of tables) {
        for (const [rowId, row] of rows) this.#callForCellIds(tableId, rowId, row);
      }
    }
    for (const [tableId, {rows}] of tables) {
      if (this.#hasAny(ROW_KINDS)) {
        for (const [rowId, {cells}] of rows) {
          if (this.#hasAny(1 << Kind.cell)) {
            for (const [cellId, [old, now]] of cells) {
              this.#call(Kind.cell, [tableId, rowId, cellId], () => [
                decodeCell(now),
                decodeCell(old),
                this.#getCellChange,
              ]);
            }
          }
          this.#call(Kind.row, [tableId, rowId], () => [this.#getCellChange]);
        }
      }
      this.#call(Kind.table, [tableId], () => [this.#getCellChange]);
    }
    this.#call(Kind.tables, [], () => [this.#getCellChange]);
  }

  #callForCellIds(tableId: Id, rowId: Id, {cells}: NetRow): void {
    const ids = nonZero([...cells].map(([id, change]) => [id, idChangeOf(change)] as const));
    if (!ids) return;
    this.#callIds(Kind.cellIds, [tableId, rowId], ids);
    for (const [cellId, change] of ids) {
      this.#call(Kind.hasCell, [tableId, rowId, cellId], () => [change > 0]);
    }
  }

  #callForValues(values: ReadonlyMap<Id, Change>): void {
    if (values.size === 0) return;
    const {data} = this.#transaction;
    const ids = nonZero([...values].map(([id, change]) => [id, idChangeOf(change)] as const));
    if (ids) {
      const before = ids.reduce((size, [, change]) => size - change, data.values.size);
      this.#callHas(Kind.hasValues, [], before > 0, data.values.size > 0);
      this.#callIds(Kind.valueIds, [], ids);
      for (const [valueId, change] of ids) this.#call(Kind.hasValue, [valueId], () => [change > 0]);
    }
    const getValueChange = (valueId: Id): [boolean, unknown, unknown] =>
      changeOf(values.get(String(valueId)), data.values.get(String(valueId)));
    for (const [valueId, [old, now]] of values) {
      this.#call(Kind.value, [valueId], () => [decodeCell(now), decodeCell(old), getValueChange]);
    }
    this.#call(Kind.values, [], () => [getValueChange]);
  }

  readonly #getCellChange = (tableId: Id, rowId: Id, cellId: Id): [boolean, unknown, unknown] => {
    const [table, row, cell] = [String(tableId), String(rowId), String(cellId)];
    return changeOf(
      this.#tables.get(table)?.rows.get(row)?.cells.get(cell),
      this.#transaction.data.tables.get(table)?.getCell(row, cell),
    );
  };

  #hasAny(kinds: number): boolean {
    return this.#transaction.listeners.hasAny(kinds, this.#isMutator);
  }

  #callHas(kind: Kind, path: readonly Id[], had: boolean, has: boolean): void {
    if (had !== has) this.#call(kind, path, () => [has]);
  }

  #callIds(kind: Kind, path: readonly Id[], ids: (readonly [Id, IdChange])[]): void {
    this.#call(kind, path, () => [() => objectFrom(ids)]);
  }

  /** They find out by themselves whether their page has changed. */
  #callSorted(tableId: Id): void {
    this.#call(Kind.sortedRowIds, [tableId], () => []);
  }

  #call(kind: Kind, path: readonly (Id | undefined)[], getArgs: () => unknown[]): void {
    const {listeners, store} = this.#transaction;
    let args: unknown[] | undefined;
    listeners.forEach(kind, this.#isMutator, path, (listener: Listener) => {
      args ??= getArgs();
      try {
        (listener.call as Call)(store, ...path, ...args);
      } catch (error) {
        this.#onError(error);
      }
    });
  }
}

const changeOf = (
  change: Change | undefined,
  now: EncodedCell | undefined,
): [boolean, unknown, unknown] => [
  change !== undefined,
  decodeCell(change ? change[0] : now),
  decodeCell(change ? change[1] : now),
];

/**
 * Calls all listeners, mutators or others, to what the transaction has changed so far.
 * @param onError Gets what listeners throw; may throw, and so stop.
 */
export const dispatch = (transaction: Transaction, isMutator: boolean, onError: OnError): void => {
  new Dispatch(transaction, isMutator, onError).run();
};
