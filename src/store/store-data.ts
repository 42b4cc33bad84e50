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
      this.log?.add({
        kind: 'cell',
        tableId,
        rowId,
        id: cellId,
        old: old === NO_CELL ? undefined : old,
      });
      this.observer?.cellWritten(tableId, rowId, cellId, cell);
    }
  }

  /** Adds a row that is not there yet. */
  addRow(tableId: Id, rowId: Id, cellIds: readonly Id[], cells: readonly EncodedCell[]): void {
    let table = this.tables.get(tableId);
    this.log?.add({kind: 'added', tableId, rowId, tableExisted: table !== undefined});
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
    this.log?.add({kind: 'cell', tableId, rowId, id: cellId, old});
    table.delCell(rowId, cellId);
    this.observer?.cellWritten(tableId, rowId, cellId, undefined);
  }

  delRow(tableId: Id, rowId: Id, freesId = true): void {
    const table = this.tables.get(tableId);
    if (!table?.rows.has(rowId)) return;
    if (this.log || this.observer) {
      const cellIds = table.cellIds(rowId);
      const cells = cellIds.map((cellId) => table.getCell(rowId, cellId) ?? null);
      this.log?.add({kind: 'removed', tableId, rowId, cellIds, cells});
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
    this.log?.add({kind: 'value', id: valueId, old});
    this.values.set(valueId, value);
    this.observer?.valueWritten(valueId, value);
  }

  delValue(valueId: Id): void {
    const old = this.values.get(valueId);
    if (old === undefined) return;
    this.log?.add({kind: 'value', id: valueId, old});
    this.values.delete(valueId);
    this.observer?.valueWritten(valueId, undefined);
  }

  /** Puts everything back as it was before `log` began. */
  undo(log: ChangeLog): void {
    this.log = undefined;
    for (let index = log.entries.length - 1; index >= 0; index--) {
      const entry = log.entries[index];
      switch (entry?.kind) {
        case 'added':
          this.delRow(entry.tableId, entry.rowId, false);
          break;
        case 'removed':
          this.addRow(entry.tableId, entry.rowId, entry.cellIds, entry.cells);
          break;
        case 'cell':
          if (entry.old === undefined) this.delCell(entry.tableId, entry.rowId, entry.id);
          else this.setCell(entry.tableId, entry.rowId, entry.id, entry.old);
          break;
        case 'value':
          if (entry.old === undefined) this.delValue(entry.id);
          else this.setValue(entry.id, entry.old);
          break;
        case undefined:
      }
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
