/**
 * What was there before the open transaction touched it. Writing appends to a flat list, which is cheap and
 * can be undone backwards; it is folded into one entry per row and cell when somebody asks what has changed.
 */
import type {EncodedCell} from './internals.ts';
import type {Id} from './types.ts';

export type OldCell = EncodedCell | undefined;

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

/** One write; a value's has no table and row. */
export type LogEntry =
  | {
      readonly kind: 'cell';
      readonly tableId: Id;
      readonly rowId: Id;
      readonly id: Id;
      readonly old: OldCell;
    }
  | {
      readonly kind: 'added';
      readonly tableId: Id;
      readonly rowId: Id;
      readonly tableExisted: boolean;
    }
  | {
      readonly kind: 'removed';
      readonly tableId: Id;
      readonly rowId: Id;
      readonly cellIds: readonly Id[];
      readonly cells: readonly EncodedCell[];
    }
  | {readonly kind: 'value'; readonly id: Id; readonly old: OldCell};

/** Beyond so many entries, and whenever it has doubled, the list is freed of repeated writes to the same cells. */
const MAX_ENTRIES = 100_000;

export class ChangeLog {
  readonly #tables = new Map<Id, TableBefore>();
  readonly #values = new Map<Id, OldCell>();
  #entries: LogEntry[] = [];
  #folded = 0;
  #maxEntries = MAX_ENTRIES;

  /** All writes, oldest first. */
  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  get tables(): ReadonlyMap<Id, TableBefore> {
    this.#fold();
    return this.#tables;
  }

  get values(): ReadonlyMap<Id, OldCell> {
    this.#fold();
    return this.#values;
  }

  add(entry: LogEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > this.#maxEntries) this.#compact();
  }

  #fold(): void {
    for (; this.#folded < this.#entries.length; this.#folded++) {
      const entry = this.#entries[this.#folded];
      if (entry?.kind === 'value') {
        if (!this.#values.has(entry.id)) this.#values.set(entry.id, entry.old);
      } else if (entry) {
        this.#foldRow(entry);
      }
    }
  }

  #foldRow(entry: Exclude<LogEntry, {kind: 'value'}>): void {
    const {kind, tableId, rowId} = entry;
    let table = this.#tables.get(tableId);
    if (!table) {
      table = {existed: kind !== 'added' || entry.tableExisted, rows: new Map()};
      this.#tables.set(tableId, table);
    }
    let row = table.rows.get(rowId);
    if (!row) {
      row = {existed: kind !== 'added', isAdded: false, cells: new Map()};
      table.rows.set(rowId, row);
    }
    if (kind === 'added') {
      row.isAdded = true;
    } else if (row.existed) {
      const [cellIds, cells] =
        kind === 'cell' ? [[entry.id], [entry.old]] : [entry.cellIds, entry.cells];
      for (let index = 0; index < cellIds.length; index++) {
        const id = cellIds[index] ?? '';
        // Of a row that was removed and added again, what it had has been noted when it was removed.
        if (!row.cells.has(id)) row.cells.set(id, row.isAdded ? undefined : cells[index]);
      }
    }
  }

  /** Undoing needs only the first of several writes to a cell, as long as its row stays. */
  #compact(): void {
    this.#fold();
    const seen = new Map<string, Set<Id>>();
    const values = new Set<Id>();
    this.#entries = this.#entries.filter((entry) => {
      if (entry.kind === 'value') return values.size < values.add(entry.id).size;
      const key = JSON.stringify([entry.tableId, entry.rowId]);
      if (entry.kind !== 'cell') {
        seen.delete(key);
        return true;
      }
      const cellIds = seen.get(key) ?? new Set();
      seen.set(key, cellIds);
      return cellIds.size < cellIds.add(entry.id).size;
    });
    this.#folded = this.#entries.length;
    this.#maxEntries = Math.max(MAX_ENTRIES, this.#entries.length * 2);
  }
}
