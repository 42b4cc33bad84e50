/**
 * What was there before the open transaction touched it. Writing appends to a flat list, which is cheap and
 * can be undone backwards; it is folded into one entry per row and cell when somebody asks what has changed.
 */
import type {EncodedCell} from './internals.ts';
import type {Id} from './types.ts';

/** Cells by position, so that rows with the same cells may share the list of ids. */
export interface Cells {
  readonly cellIds: readonly Id[];
  readonly cells: readonly EncodedCell[];
}

/** One write. All entries have the same fields, which keeps them small and quick to make. */
export interface LogEntry {
  /** `undefined`: it is about a value, whose id is in `cellId`. */
  readonly tableId: Id | undefined;
  readonly rowId: Id;
  /** `undefined`: the row was added or removed as a whole. */
  readonly cellId: Id | undefined;
  /** The cell or value that was there. */
  readonly old: EncodedCell | undefined;
  /** The row that was removed, `undefined` if it was added. */
  readonly row: Cells | undefined;
}

export type IdChange = -1 | 0 | 1;

export interface Change {
  readonly old: EncodedCell | undefined;
  now: EncodedCell | undefined;
}

/** A row that was touched. What is there now is for `netChanges` to fill in, here and in the tables. */
export interface TouchedRow {
  readonly existed: boolean;
  /** It has been added or removed as a whole: any cell that it has now may be new. */
  isReplaced: boolean;
  idChange: IdChange;
  /** What is known of its cells before; those of added rows are not listed. */
  readonly cells: Map<Id, Change>;
}

export interface TouchedTable {
  idChange: IdChange;
  rowCount: number;
  rowCountChange: number;
  readonly rows: Map<Id, TouchedRow>;
}

/** By id; the values are in the one row, with no name, of the table `undefined`. */
export type TouchedTables = Map<Id | undefined, TouchedTable>;

/** Beyond so many entries, and whenever it has doubled, the list is freed of repeated writes. */
const MAX_ENTRIES = 100_000;

/** @returns Whether the entry is about something that no earlier one has told all about. */
const note = (tables: TouchedTables, entry: LogEntry): boolean => {
  const {tableId, rowId, cellId, old, row} = entry;
  let table = tables.get(tableId);
  if (!table) {
    table = {idChange: 0, rowCount: 0, rowCountChange: 0, rows: new Map<Id, TouchedRow>()};
    tables.set(tableId, table);
  }
  let touched = table.rows.get(rowId);
  if (!touched) {
    const existed = (cellId ?? row) !== undefined;
    touched = {existed, isReplaced: false, idChange: 0, cells: new Map<Id, Change>()};
    table.rows.set(rowId, touched);
  }
  const {cells} = touched;
  if (touched.isReplaced || (cellId !== undefined && cells.has(cellId))) return false;
  if (cellId !== undefined) {
    cells.set(cellId, {old, now: undefined});
    return true;
  }
  touched.isReplaced = true;
  row?.cellIds.forEach((id, index) => {
    if (!cells.has(id)) cells.set(id, {old: row.cells[index], now: undefined});
  });
  return true;
};

export class ChangeLog {
  /** What undoing takes, oldest first. */
  entries: LogEntry[] = [];
  #maxEntries = MAX_ENTRIES;

  add(
    tableId: Id | undefined,
    rowId: Id,
    cellId: Id | undefined,
    old: EncodedCell | undefined,
    row: Cells | undefined,
  ): void {
    this.entries.push({tableId, rowId, cellId, old, row});
    if (this.entries.length > this.#maxEntries) {
      const tables: TouchedTables = new Map();
      this.entries = this.entries.filter((entry) => note(tables, entry));
      this.#maxEntries = Math.max(MAX_ENTRIES, this.entries.length * 2);
    }
  }

  /** One entry per row and cell, made afresh. */
  fold(): TouchedTables {
    const tables: TouchedTables = new Map();
    for (const entry of this.entries) note(tables, entry);
    return tables;
  }
}
