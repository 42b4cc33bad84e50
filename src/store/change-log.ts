/**
 * What was there before the open transaction touched it. Writing appends to a flat list, which is cheap and
 * can be undone backwards; it is folded into one entry per row and cell when somebody asks what has changed.
 */
import type {EncodedCell} from './internals.ts';
import {addPart, newParts, partOf, type Parts} from './parts.ts';
import type {Id} from './types.ts';

/** Cells by position, so that rows with the same cells may share the list of ids. */
export interface Cells {
  readonly cellIds: readonly Id[];
  readonly cells: readonly EncodedCell[];
}

/** The cell, value or row that was there; `undefined` if it was added. */
export type Old = EncodedCell | Cells | undefined;

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

/** All that was touched, in the order in which it first was. */
export interface Touched {
  readonly tables: Parts<ChangedTable>;
  readonly values: Parts<ChangedCell>;
}

/** Beyond so many entries, and whenever it has doubled, the list is freed of repeated writes. */
const MAX_ENTRIES = 100_000;
/** Those of an entry: objects would cost three times as much. */
const FIELDS = 4;

const touchCell = (cells: Parts<ChangedCell>, id: Id, old: Old): boolean => {
  if (partOf(cells, id)) return false;
  addPart(cells, {id, old: old as EncodedCell | undefined, now: undefined});
  return true;
};

const newTable = (id: Id): ChangedTable => ({
  id,
  idChange: 0,
  rowCount: 0,
  rowCountChange: 0,
  rows: newParts(),
});

const newRow = (id: Id, existed: boolean): ChangedRow => ({
  id,
  existed,
  isReplaced: false,
  idChange: 0,
  cells: newParts(),
});

/** @returns Whether the entry is about something that no earlier one has told all about. */
const touch = ({tables, values}: Touched, fields: readonly unknown[], at: number): boolean => {
  const tableId = fields[at] as Id | undefined;
  const rowId = fields[at + 1] as Id;
  const cellId = fields[at + 2] as Id | undefined;
  const old = fields[at + 3] as Old;
  if (tableId === undefined) return touchCell(values, cellId ?? '', old);
  const {rows} = partOf(tables, tableId) ?? addPart(tables, newTable(tableId));
  const row = partOf(rows, rowId) ?? addPart(rows, newRow(rowId, (cellId ?? old) !== undefined));
  if (row.isReplaced) return false;
  if (cellId !== undefined) return touchCell(row.cells, cellId, old);
  row.isReplaced = true;
  const {cellIds, cells} = (old ?? {cellIds: [], cells: []}) as Cells;
  cellIds.forEach((id, index) => touchCell(row.cells, id, cells[index]));
  return true;
};

export class ChangeLog {
  /** What undoing takes, oldest first: the fields of one entry after those of the other. */
  #fields: unknown[] = [];
  #maxFields = MAX_ENTRIES * FIELDS;

  get isEmpty(): boolean {
    return this.#fields.length === 0;
  }

  /** The table, row and cell, and what was there, if that is all there is: of most transactions it is. */
  get onlyCell(): [tableId: Id, rowId: Id, cellId: Id, old: EncodedCell] | undefined {
    const fields = this.#fields;
    if (fields.length !== FIELDS || fields.includes(undefined)) return undefined;
    return fields as [Id, Id, Id, EncodedCell];
  }

  /** Whether any write was about a value, or about tables. */
  touches(values: boolean): boolean {
    return this.#fields.some((id, at) => at % FIELDS === 0 && (id === undefined) === values);
  }

  /**
   * @param tableId `undefined`: it is about a value, whose id is in `cellId`.
   * @param cellId `undefined`: the row was added or removed as a whole.
   */
  add(tableId: Id | undefined, rowId: Id, cellId: Id | undefined, old: Old): void {
    // Most transactions make one entry, and an array that grows to it would take more room.
    if (this.#fields.length === 0) this.#fields = [tableId, rowId, cellId, old];
    else this.#fields.push(tableId, rowId, cellId, old);
    if (this.#fields.length > this.#maxFields) this.#shorten();
  }

  clear(): void {
    this.#fields = [];
    this.#maxFields = MAX_ENTRIES * FIELDS;
  }

  /** One entry per row and cell, made afresh. */
  fold(): Touched {
    const touched: Touched = {tables: newParts(), values: newParts()};
    for (let at = 0; at < this.#fields.length; at += FIELDS) touch(touched, this.#fields, at);
    return touched;
  }

  /** Restores what each entry tells, the newest first; but rows removed one after the other come back in that order. */
  undo(data: {restore(...entry: Parameters<ChangeLog['add']>): void}): void {
    const fields = this.#fields;
    for (let end = fields.length; end > 0;) {
      let first = end - FIELDS;
      if (this.#isRemoval(first)) while (this.#isRemoval(first - FIELDS)) first -= FIELDS;
      for (let at = first; at < end; at += FIELDS) {
        data.restore(
          fields[at] as Id | undefined,
          fields[at + 1] as Id,
          fields[at + 2] as Id | undefined,
          fields[at + 3] as Old,
        );
      }
      end = first;
    }
  }

  /** Whether the entry is about a row that was removed. */
  #isRemoval(at: number): boolean {
    return at >= 0 && this.#fields[at + 2] === undefined && this.#fields[at + 3] !== undefined;
  }

  #shorten(): void {
    const touched: Touched = {tables: newParts(), values: newParts()};
    const isNew = this.#fields.map(
      (_, at) => at % FIELDS === 0 && touch(touched, this.#fields, at),
    );
    this.#fields = this.#fields.filter((_, at) => isNew[at - (at % FIELDS)]);
    this.#maxFields = Math.max(MAX_ENTRIES * FIELDS, this.#fields.length * 2);
  }
}
