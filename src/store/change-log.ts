/**
 * What was there before the open transaction touched it. Writing appends to a flat list, which is cheap;
 * the list is folded into one entry per row and cell when somebody asks, or when it has grown long.
 */
import type {EncodedCell} from './internals.ts';
import type {Id} from './types.ts';

type OldCell = EncodedCell | undefined;

/** A row as it was. */
export interface RowBefore {
  readonly existed: boolean;
  /** The row has been added in this transaction, so that all its present cells may be new. */
  isAdded: boolean;
  readonly cells: Map<Id, OldCell>;
}

export interface TableBefore {
  readonly existed: boolean;
  readonly rows: Map<Id, RowBefore>;
}

interface RemovedRow {
  readonly cellIds: readonly Id[];
  readonly cells: readonly OldCell[];
}

/** Stand in for the cell id of an entry. */
const ADDED = Symbol('row added');
const REMOVED = Symbol('row removed');
const VALUE = Symbol('value');

/** Four elements each: table id, row id (or value id), cell id or what stands for it, what was there. */
type Entries = [Id, Id, Id | symbol, OldCell | boolean | RemovedRow][];

/** Beyond so many entries the list is folded, so that it does not grow with every write to the same cells. */
const MAX_ENTRIES = 100_000;

export class ChangeLog {
  readonly #tables = new Map<Id, TableBefore>();
  readonly #values = new Map<Id, OldCell>();
  #entries: Entries = [];

  get isEmpty(): boolean {
    return this.#entries.length === 0 && this.#tables.size === 0 && this.#values.size === 0;
  }

  get tables(): ReadonlyMap<Id, TableBefore> {
    this.#fold();
    return this.#tables;
  }

  get values(): ReadonlyMap<Id, OldCell> {
    this.#fold();
    return this.#values;
  }

  cellChanged(tableId: Id, rowId: Id, cellId: Id, old: OldCell): void {
    this.#add(tableId, rowId, cellId, old);
  }

  rowAdded(tableId: Id, rowId: Id, tableExisted: boolean): void {
    this.#add(tableId, rowId, ADDED, tableExisted);
  }

  rowRemoved(tableId: Id, rowId: Id, cellIds: readonly Id[], cells: readonly OldCell[]): void {
    this.#add(tableId, rowId, REMOVED, {cellIds, cells});
  }

  valueChanged(valueId: Id, old: OldCell): void {
    this.#add('', valueId, VALUE, old);
  }

  #add(...entry: Entries[number]): void {
    this.#entries.push(entry);
    if (this.#entries.length > MAX_ENTRIES) this.#fold();
  }

  #fold(): void {
    const entries = this.#entries;
    if (entries.length === 0) return;
    this.#entries = [];
    for (const [tableId, rowId, cellId, old] of entries) {
      if (cellId === VALUE) {
        if (!this.#values.has(rowId)) this.#values.set(rowId, old as OldCell);
        continue;
      }
      let table = this.#tables.get(tableId);
      if (!table) {
        table = {existed: cellId !== ADDED || old === true, rows: new Map()};
        this.#tables.set(tableId, table);
      }
      let row = table.rows.get(rowId);
      if (!row) {
        row = {existed: cellId !== ADDED, isAdded: false, cells: new Map()};
        table.rows.set(rowId, row);
      }
      if (cellId === ADDED) {
        row.isAdded = true;
      } else if (row.existed) {
        const {cellIds, cells} =
          cellId === REMOVED
            ? (old as RemovedRow)
            : {cellIds: [cellId as Id], cells: [old as OldCell]};
        cellIds.forEach((id, index) => {
          // Of a row that was removed and added again, what it had has been noted when it was removed.
          if (!row.cells.has(id)) row.cells.set(id, row.isAdded ? undefined : cells[index]);
        });
      }
    }
  }
}
