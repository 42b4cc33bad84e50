/**
 * The content of a store: tables and values in their encoded form, and the primitive writes, which never
 * fail and keep the change log. Knows nothing of schemas, transactions and listeners.
 */
import {ChangeLog} from './change-log.ts';
import {decodeCell} from './cell-encoding.ts';
import {objectFrom, withoutPrototype} from './fresh-object.ts';
import type {EncodedCell} from './internals.ts';
import {NO_CELL, NO_ROW, type Revisions, Table} from './table.ts';
import type {Id} from './types.ts';

/** Sees every write, in order: what a store that stamps its cells needs. */
export interface WriteObserver {
  cellWritten(tableId: Id, rowId: Id, cellId: Id, cell: EncodedCell | undefined): void;
  valueWritten(valueId: Id, value: EncodedCell | undefined): void;
}

export class StoreData {
  readonly tables: Map<Id, Table> = new Map();
  readonly values: Map<Id, EncodedCell> = new Map();
  /** Set while somebody may want to know, or undo, what is written. */
  log: ChangeLog | undefined;
  observer: WriteObserver | undefined;
  readonly #revisions: Revisions = {last: 0};

  setCell(tableId: Id, rowId: Id, cellId: Id, cell: EncodedCell): void {
    const table = this.tables.get(tableId);
    const old = table ? table.swapCell(rowId, cellId, cell) : NO_ROW;
    if (old === NO_ROW) {
      this.addRow(tableId, rowId, [cellId], [cell]);
    } else if (old !== cell) {
      this.log?.cellChanged(tableId, rowId, cellId, old === NO_CELL ? undefined : old);
      this.observer?.cellWritten(tableId, rowId, cellId, cell);
    }
  }

  /** Adds a row that is not there yet. */
  addRow(tableId: Id, rowId: Id, cellIds: readonly Id[], cells: readonly EncodedCell[]): void {
    let table = this.tables.get(tableId);
    this.log?.rowAdded(tableId, rowId, table !== undefined);
    if (!table) this.tables.set(tableId, (table = new Table(this.#revisions)));
    table.addRow(rowId, cellIds, cells);
    if (this.observer) {
      for (const cellId of cellIds) {
        this.observer.cellWritten(tableId, rowId, cellId, table.getCell(rowId, cellId));
      }
    }
  }

  /** With the last cell goes the row, with the last row the table. */
  delCell(tableId: Id, rowId: Id, cellId: Id): void {
    const table = this.tables.get(tableId);
    const old = table?.getCell(rowId, cellId);
    if (!table || old === undefined) return;
    if (table.cellIds(rowId).length === 1) {
      this.delRow(tableId, rowId, false);
      return;
    }
    this.log?.cellChanged(tableId, rowId, cellId, old);
    table.delCell(rowId, cellId);
    this.observer?.cellWritten(tableId, rowId, cellId, undefined);
  }

  delRow(tableId: Id, rowId: Id, freesId = true): void {
    const table = this.tables.get(tableId);
    if (!table?.rows.has(rowId)) return;
    if (this.log || this.observer) {
      const cellIds = table.cellIds(rowId);
      const cells = cellIds.map((cellId) => table.getCell(rowId, cellId));
      this.log?.rowRemoved(tableId, rowId, cellIds, cells);
      for (const cellId of this.observer ? cellIds : []) {
        this.observer?.cellWritten(tableId, rowId, cellId, undefined);
      }
    }
    table.delRow(rowId);
    if (freesId) table.freeRowId(rowId);
    if (table.rows.size === 0) this.tables.delete(tableId);
  }

  delTable(tableId: Id): void {
    if (!this.log && !this.observer) this.tables.delete(tableId);
    for (const rowId of this.tables.get(tableId)?.rows.keys() ?? []) this.delRow(tableId, rowId);
  }

  setValue(valueId: Id, value: EncodedCell): void {
    const old = this.values.get(valueId);
    if (old === value) return;
    this.log?.valueChanged(valueId, old);
    this.values.set(valueId, value);
    this.observer?.valueWritten(valueId, value);
  }

  delValue(valueId: Id): void {
    const old = this.values.get(valueId);
    if (old === undefined) return;
    this.log?.valueChanged(valueId, old);
    this.values.delete(valueId);
    this.observer?.valueWritten(valueId, undefined);
  }

  /** Puts everything back as it was before `log` began. */
  undo(log: ChangeLog): void {
    this.log = undefined;
    for (const [tableId, {rows}] of log.tables) {
      for (const [rowId, {existed, isAdded, cells}] of rows) {
        if (!existed) {
          this.delRow(tableId, rowId, false);
          continue;
        }
        if (!this.tables.get(tableId)?.rows.has(rowId)) {
          const present = [...cells].filter(([, cell]) => cell !== undefined);
          const cellIds = present.map(([cellId]) => cellId);
          this.addRow(
            tableId,
            rowId,
            cellIds,
            present.map(([, cell]) => cell ?? null),
          );
          continue;
        }
        // What was there first, so that the row does not go with a cell that has come since.
        for (const [cellId, cell] of cells) {
          if (cell !== undefined) this.setCell(tableId, rowId, cellId, cell);
        }
        for (const cellId of this.tables.get(tableId)?.cellIds(rowId) ?? []) {
          if (cells.has(cellId) ? cells.get(cellId) === undefined : isAdded) {
            this.delCell(tableId, rowId, cellId);
          }
        }
      }
    }
    for (const [valueId, value] of log.values) {
      if (value === undefined) this.delValue(valueId);
      else this.setValue(valueId, value);
    }
  }

  getTables(): Record<Id, Record<Id, Record<Id, unknown>>> {
    return objectFrom(this.#readTables(decodeCell));
  }

  encodedTables(): Record<Id, Record<Id, Record<Id, EncodedCell>>> {
    return objectFrom(this.#readTables((cell) => cell));
  }

  getTable(tableId: Id): Record<Id, Record<Id, unknown>> {
    return this.tables.get(tableId)?.content(decodeCell) ?? withoutPrototype({});
  }

  getValues(): Record<Id, unknown> {
    return objectFrom([...this.values].map(([id, value]) => [id, decodeCell(value)] as const));
  }

  encodedValues(): Record<Id, EncodedCell> {
    return objectFrom(this.values);
  }

  *#readTables<Cell>(
    read: (cell: EncodedCell) => Cell,
  ): Generator<[Id, Record<Id, Record<Id, Cell>>]> {
    for (const [tableId, table] of this.tables) yield [tableId, table.content(read)];
  }
}
