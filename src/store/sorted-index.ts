/**
 * The rows of a table in the order of one of their cells, kept up to date row by row: a change costs the
 * logarithm of the rows, and a page its own length. The order is kept in buckets, so that putting a row in
 * its place moves a bucket's worth of rows, not the table.
 */
import {decodeCell, isEncodedObject} from './cell-encoding.ts';
import type {EncodedCell} from './internals.ts';
import type {Table} from './table.ts';
import type {Id, Sorter} from './types.ts';

export type Key = string | number | boolean;
interface Entry {
  readonly rowId: Id;
  readonly key: Key;
  /** Ties are in the order of the rows. */
  readonly slot: number;
}

const BUCKET_SIZE = 512;

/** Sorts by `<`; what is missing or null counts as 0. */
export const defaultSorter: Sorter = (one, other) => {
  const [key1, key2] = [one ?? 0, other ?? 0];
  return key1 < key2 ? -1 : key1 === key2 ? 0 : 1;
};

/** What a cell counts as. Objects compare as their text does, `[object Object]` or the joined array. */
const keyOf = (cell: EncodedCell | undefined): Key =>
  isEncodedObject(cell) ? String(decodeCell(cell)) : (cell ?? 0);

/** The first position of `length` that is not before what is looked for. */
export const search = (length: number, isBefore: (at: number) => boolean): number => {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
};

const isString = ({key}: Entry): number => Number(typeof key === 'string');

const compare = (one: Entry, other: Entry): number =>
  isString(one) - isString(other) ||
  (one.key < other.key ? -1 : one.key > other.key ? 1 : one.slot - other.slot);

const positionIn = (bucket: readonly Entry[], entry: Entry): number =>
  search(bucket.length, (at) => compare(bucket[at] ?? entry, entry) < 0);

export class SortedIndex {
  readonly #table: Table;
  readonly #cellId: Id | undefined;
  #buckets: Entry[][] = [];
  readonly #entries = new Map<Id, Entry>();
  readonly #touched = new Set<Id>();
  /** Strings compare with strings and the rest with the rest only. */
  #strings = 0;

  constructor(table: Table, cellId: Id | undefined) {
    this.#table = table;
    this.#cellId = cellId;
    this.#build();
  }

  touch(rowId: Id): void {
    this.#touched.add(rowId);
  }

  /** Row ids from position `start` on, ascending or descending; `undefined` if the cells have no order. */
  page(descending: boolean, start: number, end: number): Id[] | undefined {
    this.#update();
    const {size} = this.#entries;
    if (this.#strings > 0 && this.#strings < size) return undefined;
    const from = descending ? size - end : start;
    const to = descending ? size - start : end;
    const page: Id[] = [];
    let position = 0;
    for (const bucket of this.#buckets) {
      if (position >= to) break;
      for (const {rowId} of bucket.slice(Math.max(from - position, 0), to - position)) {
        page.push(rowId);
      }
      position += bucket.length;
    }
    return descending ? page.reverse() : page;
  }

  #update(): void {
    if (this.#touched.size * 4 > this.#table.rows.size) {
      this.#build();
    } else {
      for (const rowId of this.#touched) {
        this.#remove(rowId);
        if (this.#table.rows.has(rowId)) this.#insert(this.#newEntry(rowId));
      }
    }
    this.#touched.clear();
  }

  #newEntry(rowId: Id): Entry {
    const table = this.#table;
    const key = this.#cellId === undefined ? rowId : keyOf(table.getCell(rowId, this.#cellId));
    const entry = {rowId, key, slot: table.rows.get(rowId) ?? 0};
    this.#strings += isString(entry);
    this.#entries.set(rowId, entry);
    return entry;
  }

  #build(): void {
    this.#strings = 0;
    this.#entries.clear();
    const entries = [...this.#table.rows.keys()].map((rowId) => this.#newEntry(rowId));
    entries.sort(compare);
    this.#buckets = [];
    while (entries.length > 0) this.#buckets.push(entries.splice(-BUCKET_SIZE / 2));
    this.#buckets.reverse();
  }

  #remove(rowId: Id): void {
    const entry = this.#entries.get(rowId);
    if (!entry) return;
    this.#entries.delete(rowId);
    this.#strings -= isString(entry);
    const index = this.#bucketOf(entry);
    const bucket = this.#buckets[index] ?? [];
    bucket.splice(positionIn(bucket, entry), 1);
    if (bucket.length === 0) this.#buckets.splice(index, 1);
  }

  #insert(entry: Entry): void {
    const index = Math.min(this.#bucketOf(entry), this.#buckets.length - 1);
    const bucket = this.#buckets[index];
    if (!bucket) {
      this.#buckets.push([entry]);
      return;
    }
    bucket.splice(positionIn(bucket, entry), 0, entry);
    if (bucket.length > BUCKET_SIZE) {
      this.#buckets.splice(index + 1, 0, bucket.splice(BUCKET_SIZE / 2));
    }
  }

  /** The first bucket whose last entry is not before `entry`. */
  #bucketOf(entry: Entry): number {
    const buckets = this.#buckets;
    return search(buckets.length, (at) => compare(buckets[at]?.at(-1) ?? entry, entry) < 0);
  }
}
