/**
 * The first rows of a table in the order of one of their cells, or all of them, kept up to date row by row.
 * A page near the front costs no more than its length and what has changed since; only when so many of the
 * first rows have gone that it is too short is the table gone through again, in one pass.
 */
import {decodeCell, isEncodedObject} from './cell-encoding.ts';
import type {EncodedCell} from './internals.ts';
import type {Table} from './table.ts';
import type {Id, Sorter} from './types.ts';

type Key = string | number | boolean;

interface Entry {
  readonly rowId: Id;
  readonly key: Key;
  /** Ties are in the order of the rows. */
  readonly slot: number;
}

/** Beyond so many rows, it is all of them. */
const MAX_PARTIAL = 1000;

/** Sorts by `<`; what is missing or null counts as 0. */
export const defaultSorter: Sorter = (one, other) => {
  const [key1, key2] = [one ?? 0, other ?? 0];
  return key1 < key2 ? -1 : key1 === key2 ? 0 : 1;
};

/** Objects compare as their text does, `[object Object]` or the joined array. */
const keyOf = (cell: EncodedCell | undefined): Key =>
  isEncodedObject(cell) ? String(decodeCell(cell)) : (cell ?? 0);

/**
 * The first slot, from `slot` on, whose cell may come before `last`. Most rows are passed over here: a function
 * so small is compiled before the first pass is over.
 */
const skipBeyond = (
  last: Key,
  cells: readonly (EncodedCell | undefined)[],
  slot: number,
  isDescending: boolean,
): number => {
  const type = typeof last;
  let next = slot;
  for (; next < cells.length; next++) {
    const cell = cells[next] as Key;
    if (typeof cell !== type || (isDescending ? cell >= last : cell < last)) break;
    if (isEncodedObject(cell)) break;
  }
  return next;
};

export class SortedPrefix {
  readonly cellId: Id | undefined;
  readonly isDescending: boolean;
  readonly #table: Table;
  #entries: Entry[] = [];
  readonly #byId = new Map<Id, Entry>();
  readonly #touched = new Set<Id>();
  /** How many of the first rows it is for. */
  #capacity = 0;
  /** Whether all keys are strings, or none: only then is there an order. */
  #isText: boolean | undefined;

  constructor(table: Table, cellId: Id | undefined, isDescending: boolean) {
    this.#table = table;
    this.cellId = cellId;
    this.isDescending = isDescending;
  }

  touch(rowId: Id): void {
    if (this.#entries.length > 0) this.#touched.add(rowId);
  }

  /**
   * @param keeps Whether it is worth its memory if it is long.
   * @returns The row ids in these positions; `undefined` if the keys have no order.
   */
  page(start: number, end: number, keeps: boolean): Id[] | undefined {
    if (!this.#update(end)) this.#build(end);
    const page = this.#entries.slice(start, end).map(({rowId}) => rowId);
    const hasOrder = this.#isText !== undefined;
    if (!hasOrder || (!keeps && this.#entries.length > MAX_PARTIAL * 2)) {
      this.#entries = [];
      this.#byId.clear();
    }
    return hasOrder ? page : undefined;
  }

  /** @returns Whether that was enough. */
  #update(end: number): boolean {
    const {rows} = this.#table;
    if (this.#entries.length === 0 || this.#touched.size * 4 > rows.size) return false;
    for (const rowId of this.#touched) {
      const old = this.#byId.get(rowId);
      if (old) this.#entries.splice(this.#positionOf(old), 1);
      this.#byId.delete(rowId);
    }
    for (const rowId of this.#touched) {
      const slot = rows.get(rowId);
      if (slot === undefined) continue;
      const entry = {rowId, slot, key: keyOf(this.#cells?.[slot])};
      if ((typeof entry.key === 'string') !== this.#isText) return false;
      const position = this.#positionOf(entry);
      // At the end, rows that are not in it may come first.
      if (position === this.#entries.length && this.#byId.size + 1 < rows.size) continue;
      this.#entries.splice(position, 0, entry);
      this.#byId.set(rowId, entry);
      if (this.#entries.length > this.#capacity * 2) {
        this.#byId.delete(this.#entries.pop()?.rowId ?? '');
      }
    }
    this.#touched.clear();
    return this.#entries.length >= end;
  }

  #build(end: number): void {
    const {rowIds} = this.#table;
    const cells = this.#cells;
    const capacity = end > MAX_PARTIAL ? Infinity : Math.max(end * 2, 100);
    const {isDescending} = this;
    const entries: Entry[] = [];
    let strings = 0;
    let last: Key | undefined;
    for (let slot = 0; slot < rowIds.length; slot++) {
      if (cells && last !== undefined) {
        const next = skipBeyond(last, cells, slot, isDescending);
        if (typeof last === 'string') strings += next - slot;
        slot = next;
      }
      const rowId = rowIds[slot];
      if (rowId === undefined) continue;
      const key = keyOf(cells?.[slot]);
      if (typeof key === 'string') strings++;
      if (last !== undefined && (isDescending ? key < last : key >= last)) continue;
      entries.push({rowId, key, slot});
      if (entries.length >= capacity * 2) {
        entries.sort(this.#compare).length = capacity;
        last = entries[capacity - 1]?.key;
      }
    }
    entries.sort(this.#compare);
    if (entries.length > capacity) entries.length = capacity;
    const {size} = this.#table.rows;
    this.#isText = strings === 0 ? false : strings === size ? true : undefined;
    this.#capacity = capacity;
    this.#entries = entries;
    this.#byId.clear();
    for (const entry of entries) this.#byId.set(entry.rowId, entry);
    this.#touched.clear();
  }

  /** What rows are sorted by, by slot. */
  get #cells(): readonly (EncodedCell | undefined)[] | undefined {
    const {rowIds, columns} = this.#table;
    return this.cellId === undefined ? rowIds : columns.get(this.cellId)?.values;
  }

  #positionOf(entry: Entry): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#entries[middle] ?? entry, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  readonly #compare = (one: Entry, other: Entry): number => {
    const order = one.key < other.key ? -1 : one.key > other.key ? 1 : one.slot - other.slot;
    return this.isDescending ? -order : order;
  };
}
