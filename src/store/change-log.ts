/**
 * What was there before the open transaction touched it. Writing appends to a flat list, which is cheap and
 * can be undone backwards; it is folded into one entry per row and cell when somebody asks what has changed.
 */
import type {EncodedCell} from './internals.ts';
import {Parts} from './parts.ts';
import type {Id} from './types.ts';

/** Cells by position, so that rows with the same cells may share the list of ids. */
export interface Cells {
  readonly cellIds: readonly Id[];
  readonly cells: readonly EncodedCell[];
}

/** One write. */
export interface LogEntry {
  /** `undefined`: it is about a value, whose id is in `cellId`. */
  readonly tableId: Id | undefined;
  readonly rowId: Id;
  /** `undefined`: the row was added or removed as a whole. */
  readonly cellId: Id | undefined;
  /** The cell, value or row that was there; `undefined` if it was added. */
  readonly old: EncodedCell | Cells | undefined;
}

export type IdChange = -1 | 0 | 1;

/** A cell or value that was touched. */
export interface ChangedCell {
  readonly id: Id;
  readonly old: EncodedCell | undefined;
  now: EncodedCell | undefined;
}

/** A row that was touched. What is there now is for `netChanges` to fill in, here and in the tables. */
export interface ChangedRow {
  readonly id: Id;
  readonly existed: boolean;
  /** It has been added or removed as a whole: any cell that it has now may be new. */
  isReplaced: boolean;
  idChange: IdChange;
  /** What is known of its cells before; those of added rows are not listed. */
  readonly cells: Parts<ChangedCell>;
}

export interface ChangedTable {
  readonly id: Id;
  idChange: IdChange;
  rowCount: number;
  rowCountChange: number;
  readonly rows: Parts<ChangedRow>;
}

/** Beyond so many entries, and whenever it has doubled, the list is freed of repeated writes. */
const MAX_ENTRIES = 100_000;
/** Those of an entry: objects would cost three times as much. */
const FIELDS = 4;

const noteCell = (cells: Parts<ChangedCell>, id: Id, old: LogEntry['old']): boolean => {
  if (cells.get(id)) return false;
  cells.add({id, old: old as EncodedCell | undefined, now: undefined});
  return true;
};

const newTable = (id: Id): ChangedTable => ({
  id,
  idChange: 0,
  rowCount: 0,
  rowCountChange: 0,
  rows: new Parts(),
});

const newRow = (id: Id, existed: boolean): ChangedRow => ({
  id,
  existed,
  isReplaced: false,
  idChange: 0,
  cells: new Parts(),
});

/** All that was touched, in the order in which it first was. */
export class Touched {
  readonly tables: Parts<ChangedTable> = new Parts();
  readonly values: Parts<ChangedCell> = new Parts();

  /** @returns Whether the entry is about something that no earlier one has told all about. */
  note({tableId, rowId, cellId, old}: LogEntry): boolean {
    if (tableId === undefined) return noteCell(this.values, cellId ?? '', old);
    const {rows} = this.tables.get(tableId) ?? this.tables.add(newTable(tableId));
    const row = rows.get(rowId) ?? rows.add(newRow(rowId, (cellId ?? old) !== undefined));
    if (row.isReplaced) return false;
    if (cellId !== undefined) return noteCell(row.cells, cellId, old);
    row.isReplaced = true;
    const {cellIds, cells} = (old ?? {cellIds: [], cells: []}) as Cells;
    for (const [index, id] of cellIds.entries()) noteCell(row.cells, id, cells[index]);
    return true;
  }
}

export class ChangeLog {
  /** What undoing takes, oldest first: the fields of one entry after those of the other. */
  #fields: LogEntry[keyof LogEntry][] = [];
  #maxFields = MAX_ENTRIES * FIELDS;

  add(tableId: Id | undefined, rowId: Id, cellId: Id | undefined, old: LogEntry['old']): void {
    // Most transactions make one entry, and an array that grows to it would take more room.
    if (this.#fields.length === 0) this.#fields = [tableId, rowId, cellId, old];
    else this.#fields.push(tableId, rowId, cellId, old);
    if (this.#fields.length > this.#maxFields) this.#shorten();
  }

  /** One entry per row and cell, made afresh. */
  fold(): Touched {
    const touched = new Touched();
    for (let at = 0; at < this.#fields.length; at += FIELDS) touched.note(this.#entryAt(at));
    return touched;
  }

  /** Calls `undo` for each entry, the newest first; but rows removed one after the other come back in that order. */
  undo(undo: (entry: LogEntry) => void): void {
    for (let end = this.#fields.length; end > 0;) {
      let first = end - FIELDS;
      if (this.#isRemoval(first)) while (this.#isRemoval(first - FIELDS)) first -= FIELDS;
      for (let at = first; at < end; at += FIELDS) undo(this.#entryAt(at));
      end = first;
    }
  }

  /** Whether the entry is about a row that was removed. */
  #isRemoval(at: number): boolean {
    return at >= 0 && this.#fields[at + 2] === undefined && this.#fields[at + 3] !== undefined;
  }

  #entryAt(at: number): LogEntry {
    const fields = this.#fields;
    return {
      tableId: fields[at],
      rowId: fields[at + 1],
      cellId: fields[at + 2],
      old: fields[at + 3],
    } as LogEntry;
  }

  #shorten(): void {
    const touched = new Touched();
    const isNew = this.#fields.map((_, at) => at % FIELDS === 0 && touched.note(this.#entryAt(at)));
    this.#fields = this.#fields.filter((_, at) => isNew[at - (at % FIELDS)]);
    this.#maxFields = Math.max(MAX_ENTRIES * FIELDS, this.#fields.length * 2);
  }
}
