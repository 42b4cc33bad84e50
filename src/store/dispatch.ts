/** Calls the listeners to what a transaction has changed, from the whole to the part and back. */
import {decodeCell} from './cell-encoding.ts';
import type {ChangeLog} from './change-log.ts';
import {objectFrom} from './fresh-object.ts';
import type {EncodedCell} from './internals.ts';
import type {InvalidLog} from './invalid-log.ts';
import {type Kind, KINDS, type Listener, type Listeners} from './listeners.ts';
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

const VALUE_KINDS: readonly Kind[] = ['hasValues', 'valueIds', 'hasValue', 'value', 'values'];
const CELL_KINDS = (Object.keys(KINDS) as Kind[]).filter(
  (kind) => !/^invalid|alue|Transaction$/.test(kind),
);

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
    const {data, log, invalid, listeners} = this.#transaction;
    const hasAny = (kinds: readonly Kind[]): boolean =>
      kinds.some((kind) => listeners.has(kind, this.#isMutator));
    for (const [tableId, rows] of invalid.cells) {
      for (const [rowId, cells] of rows) {
        for (const [cellId, all] of cells) {
          this.#call('invalidCell', [tableId, rowId, cellId], () => [[...all]]);
        }
      }
    }
    if (hasAny(CELL_KINDS)) this.#callForTables(netTables(data, log));
    for (const [valueId, all] of invalid.values) {
      this.#call('invalidValue', [valueId], () => [[...all]]);
    }
    if (hasAny(VALUE_KINDS)) this.#callForValues(netValues(data, log));
  }

  #callForTables(tables: ReadonlyMap<Id, NetTable>): void {
    if (tables.size === 0) return;
    this.#tables = tables;
    const {data} = this.#transaction;
    const ids = nonZero([...tables].map(([id, {idChange}]) => [id, idChange] as const));
    if (ids) {
      const before = ids.reduce((size, [, change]) => size - change, data.tables.size);
      this.#callHas('hasTables', [], before > 0, data.tables.size > 0);
      this.#callIds('tableIds', [], ids);
      for (const [tableId, change] of ids) this.#call('hasTable', [tableId], () => [change > 0]);
    }
    for (const [tableId, table] of tables) {
      if (this.#has('tableCellIds') || this.#has('hasTableCell')) {
        const cellIds = [...netTableCellIds(data, tableId, table)];
        if (cellIds.length > 0) this.#callIds('tableCellIds', [tableId], cellIds);
        for (const [cellId, change] of cellIds) {
          this.#call('hasTableCell', [tableId, cellId], () => [change > 0]);
        }
      }
    }
    for (const [tableId, {rows}] of tables) {
      if (!this.#has('rowCount')) break;
      let difference = 0;
      for (const {idChange} of rows.values()) difference += idChange;
      const count = data.tables.get(tableId)?.rows.size ?? 0;
      if (difference !== 0) this.#call('rowCount', [tableId], () => [count]);
    }
    const sortedOnly: Id[] = [];
    for (const [tableId, {rows}] of tables) {
      const rowIds = this.#hasRowKinds()
        ? nonZero([...rows].map(([id, {idChange}]) => [id, idChange] as const))
        : undefined;
      if (!rowIds) {
        sortedOnly.push(tableId);
        continue;
      }
      this.#callIds('rowIds', [tableId], rowIds);
      for (const [rowId, change] of rowIds) {
        this.#call('hasRow', [tableId, rowId], () => [change > 0]);
      }
      this.#callSorted(tableId);
    }
    for (const tableId of sortedOnly) this.#callSorted(tableId);
    if (this.#has('cellIds') || this.#has('hasCell')) {
      for (const [tableId, {rows}] of tables) {
        for (const [rowId, row] of rows) this.#callForCellIds(tableId, rowId, row);
      }
    }
    for (const [tableId, {rows}] of tables) {
      if (this.#has('cell') || this.#has('row')) {
        for (const [rowId, {cells}] of rows) {
          if (this.#has('cell')) {
            for (const [cellId, [old, now]] of cells) {
              this.#call('cell', [tableId, rowId, cellId], () => [
                decodeCell(now),
                decodeCell(old),
                this.#getCellChange,
              ]);
            }
          }
          this.#call('row', [tableId, rowId], () => [this.#getCellChange]);
        }
      }
      this.#call('table', [tableId], () => [this.#getCellChange]);
    }
    this.#call('tables', [], () => [this.#getCellChange]);
  }

  #callForCellIds(tableId: Id, rowId: Id, {cells}: NetRow): void {
    const ids = nonZero([...cells].map(([id, change]) => [id, idChangeOf(change)] as const));
    if (!ids) return;
    this.#callIds('cellIds', [tableId, rowId], ids);
    for (const [cellId, change] of ids) {
      this.#call('hasCell', [tableId, rowId, cellId], () => [change > 0]);
    }
  }

  #callForValues(values: ReadonlyMap<Id, Change>): void {
    if (values.size === 0) return;
    const {data} = this.#transaction;
    const ids = nonZero([...values].map(([id, change]) => [id, idChangeOf(change)] as const));
    if (ids) {
      const before = ids.reduce((size, [, change]) => size - change, data.values.size);
      this.#callHas('hasValues', [], before > 0, data.values.size > 0);
      this.#callIds('valueIds', [], ids);
      for (const [valueId, change] of ids) this.#call('hasValue', [valueId], () => [change > 0]);
    }
    const getValueChange = (valueId: Id): [boolean, unknown, unknown] =>
      changeOf(values.get(String(valueId)), data.values.get(String(valueId)));
    for (const [valueId, [old, now]] of values) {
      this.#call('value', [valueId], () => [decodeCell(now), decodeCell(old), getValueChange]);
    }
    this.#call('values', [], () => [getValueChange]);
  }

  readonly #getCellChange = (tableId: Id, rowId: Id, cellId: Id): [boolean, unknown, unknown] => {
    const [table, row, cell] = [String(tableId), String(rowId), String(cellId)];
    return changeOf(
      this.#tables.get(table)?.rows.get(row)?.cells.get(cell),
      this.#transaction.data.tables.get(table)?.getCell(row, cell),
    );
  };

  #hasRowKinds(): boolean {
    return this.#has('rowIds') || this.#has('hasRow') || this.#has('sortedRowIds');
  }

  #has(kind: Kind): boolean {
    return this.#transaction.listeners.has(kind, this.#isMutator);
  }

  #callHas(kind: Kind, path: readonly Id[], had: boolean, has: boolean): void {
    if (had !== has) this.#call(kind, path, () => [has]);
  }

  #callIds(kind: Kind, path: readonly Id[], ids: (readonly [Id, IdChange])[]): void {
    this.#call(kind, path, () => [() => objectFrom(ids)]);
  }

  /** They find out by themselves whether their page has changed. */
  #callSorted(tableId: Id): void {
    this.#call('sortedRowIds', [tableId], () => []);
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
