/**
 * The content of a store: tables and values in their encoded form, and the primitive writes, which never
 * fail and keep the change log. Knows nothing of schemas, transactions and listeners.
 */
import {decodeCell} from './cell-encoding.ts';
import type {Cells, ChangeLog, Old} from './change-log.ts';
import {objectFrom} from './fresh-object.ts';
import type {EncodedCell, EncodedColumns, EncodedTables, WriteObserver} from './internals.ts';
import {type Revisions, Table} from './table.ts';
import type {Id} from './types.ts';

export class StoreData {
  readonly tables: Map<Id, Table> = new Map();
  readonly values: Map<Id, EncodedCell> = new Map();
  /** Set while somebody may want to know, or undo, what is written. */
  log: ChangeLog | undefined;
  observer: WriteObserver | undefined;
  readonly #revisions: Revisions = {last: 0};

  getCell(tableId: Id, rowId: Id, cellId: Id): EncodedCell | undefined {
    return this.tables.get(tableId)?.getCell(rowId, cellId);
  }

  setCell(tableId: Id, rowId: Id, cellId: Id, cell: EncodedCell, isDefault = false): void {
    const table = this.tables.get(tableId);
    const slot = table?.rows.get(rowId);
    if (!table || slot === undefined) {
      this.addRow(tableId, rowId, {cellIds: [cellId], cells: [cell]}, isDefault ? 0 : 1);
      return;
    }
    const column = table.column(cellId);
    const old = column.values[slot];
    if (old === cell) return;
    this.log?.add(tableId, rowId, cellId, old);
    table.write(slot, rowId, column, old, cell);
    this.observer?.cellWritten(tableId, rowId, cellId, cell, isDefault);
  }

  /**
   * Adds a row that is not there yet.
   * @param given How many of its cells are not defaults that a schema has filled in; those come last.
   */
  addRow(tableId: Id, rowId: Id, row: Cells, given: number = row.cells.length): void {
    this.log?.add(tableId, rowId, undefined, undefined);
    let table = this.tables.get(tableId);
    if (!table) this.tables.set(tableId, (table = new Table(this.#revisions)));
    table.addRow(rowId, row);
    if (this.observer) {
      for (const [index, cellId] of row.cellIds.entries()) {
        this.observer.cellWritten(tableId, rowId, cellId, row.cells[index], index >= given);
      }
    }
  }

  /** A table that is in no store yet, with all its rows. @param counts How many cells each column has. */
  newTable(columns: EncodedColumns, counts: readonly number[]): Table {
    const table = new Table(this.#revisions);
    table.fill(columns, counts);
    return table;
  }

  /** With the last cell goes the row, with the last row the table. */
  delCell(tableId: Id, rowId: Id, cellId: Id): void {
    const table = this.tables.get(tableId);
    const slot = table?.rows.get(rowId);
    const column = table?.columns.get(cellId);
    const old = slot === undefined ? undefined : column?.values[slot];
    if (!table || !column || slot === undefined || old === undefined) return;
    if (table.cellCount(slot) === 1) {
      this.delRow(tableId, rowId, false);
      return;
    }
    this.log?.add(tableId, rowId, cellId, old);
    table.write(slot, rowId, column, old, undefined);
    this.observer?.cellWritten(tableId, rowId, cellId, undefined, false);
  }

  delRow(tableId: Id, rowId: Id, freesId = true): void {
    const table = this.tables.get(tableId);
    const slot = table?.rows.get(rowId);
    if (!table || slot === undefined) return;
    if (this.log || this.observer) {
      const row = table.cells(rowId);
      this.log?.add(tableId, rowId, undefined, row);
      for (const cellId of row.cellIds) {
        this.observer?.cellWritten(tableId, rowId, cellId, undefined, false);
      }
    }
    table.delRow(slot, rowId, freesId);
    if (table.rows.size === 0) this.tables.delete(tableId);
  }

  delTable(tableId: Id): void {
    const rowIds = this.tables.get(tableId)?.rows.keys() ?? [];
    if (this.log || this.observer) for (const rowId of rowIds) this.delRow(tableId, rowId);
    else this.tables.delete(tableId);
  }

  /** @param value `undefined` removes it. */
  setValue(valueId: Id, value: EncodedCell | undefined, isDefault = false): void {
    const old = this.values.get(valueId);
    if (old === value) return;
    this.log?.add(undefined, '', valueId, old);
    if (value === undefined) this.values.delete(valueId);
    else this.values.set(valueId, value);
    this.observer?.valueWritten(valueId, value, isDefault);
  }

  /** Puts everything back as it was before the log began, and begins it anew. */
  undo(log: ChangeLog): void {
    this.log = undefined;
    log.undo(this);
    log.clear();
    this.log = log;
  }

  /** Puts back what one entry of the log tells. */
  restore(tableId: Id | undefined, rowId: Id, cellId: Id | undefined, old: Old): void {
    if (tableId === undefined) {
      this.setValue(cellId ?? '', old as EncodedCell | undefined);
    } else if (cellId === undefined) {
      this.delRow(tableId, rowId, false);
      if (old !== undefined) this.addRow(tableId, rowId, old as Cells);
    } else if (old === undefined) {
      this.delCell(tableId, rowId, cellId);
    } else {
      this.setCell(tableId, rowId, cellId, old as EncodedCell);
    }
  }

  getTables(): Record<Id, Record<Id, Record<Id, unknown>>> {
    return objectFrom(this.tables, (table) => table.content(true));
  }

  encodedTables(): EncodedTables {
    return objectFrom(this.tables, (table) => table.content(false)) as EncodedTables;
  }

  getValues(): Record<Id, unknown> {
    return objectFrom(this.values, decodeCell);
  }
}
