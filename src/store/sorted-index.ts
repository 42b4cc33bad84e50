/**
 * The rows of a table in the order of one of their cells, kept up to date row by row: a change costs the
 * logarithm of the rows, and a page its own length. The order is kept in buckets, so that putting a row in
 * its place moves a bucket's worth of rows, not the table.
 */
import {decodeCell, isEncodedObject} from './cell-encoding.ts';
import type {Table} from './table.ts';
import type {Id, Sorter} from './types.ts';

type Key = string | number | boolean;
interface Entry {
  readonly rowId: Id;
  readonly key: Key;
  /** Ties are in the order of the rows. */
  slot: number;
}

const BUCKET_SIZE = 512;

/** Sorts by `<`; what is missing or null counts as 0. */
export const defaultSorter: Sorter = (one, other) => {
  const [key1, key2] = [one ?? 0, other ?? 0];
  return key1 < key2 ? -1 : key1 === key2 ? 0 : 1;
};

const compare = (one: Entry, other: Entry): number =>
  one.key < other.key ? -1 : one.key > other.key ? 1 : one.slot - other.slot;

export class SortedIndex {
  readonly #table: Table;
  readonly #cellId: Id | undefined;
  #buckets: Entry[][] | undefined;
  #entries = new Map<Id, Entry>();
  #touched = new Set<Id>();
  /** Strings compare with strings and the rest with the rest only. */
  #strings = 0;

  constructor(table: Table, cellId: Id | undefined) {
    this.#table = table;
    this.#cellId = cellId;
  }

  touch(rowId: Id): void {
    if (this.#buckets) this.#touched.add(rowId);
  }

  /** All rows may have got other slots. */
  reset(): void {
    this.#buckets = undefined;
  }

  /** Row ids from position `start` on, ascending or descending; `undefined` if the cells have no order. */
  page(descending: boolean, start: number, end: number): Id[] | undefined {
    this.#update();
    if (this.#strings > 0 && this.#strings < this.#entries.size) return undefined;
    const size = this.#entries.size;
    const from = descending ? size - end : start;
    const to = descending ? size - start : end;
    const page: Id[] = [];
    let position = 0;
    for (const bucket of this.#buckets ?? []) {
      if (position >= to) break;
      const first = Math.max(from - position, 0);
      for (let at = first; at < bucket.length && position + at < to; at++) {
        const entry = bucket[at];
        if (entry) page.push(entry.rowId);
      }
      position += bucket.length;
    }
    return descending ? page.reverse() : page;
  }

  #update(): void {
    if (!this.#buckets || this.#touched.size * 4 > this.#table.rows.size) {
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
    let key: Key = rowId;
    if (this.#cellId !== undefined) {
      const cell = this.#table.getCell(rowId, this.#cellId) ?? 0;
      // Objects compare as their text does, `[object Object]` or the joined array.
      key = isEncodedObject(cell) ? String(decodeCell(cell)) : cell;
    }
    if (typeof key === 'string') this.#strings++;
    const entry = {rowId, key, slot: this.#table.slot(rowId)};
    this.#entries.set(rowId, entry);
    return entry;
  }

  #build(): void {
    this.#strings = 0;
    this.#entries = new Map();
    const entries: Entry[] = [];
    for (const rowId of this.#table.rows.keys()) entries.push(this.#newEntry(rowId));
    entries.sort(compare);
    this.#buckets = [];
    for (let at = 0; at < entries.length; at += BUCKET_SIZE / 2) {
      this.#buckets.push(entries.slice(at, at + BUCKET_SIZE / 2));
    }
  }

  #remove(rowId: Id): void {
    const entry = this.#entries.get(rowId);
    const buckets = this.#buckets;
    if (!entry || !buckets) return;
    this.#entries.delete(rowId);
    if (typeof entry.key === 'string') this.#strings--;
    const index = this.#bucketOf(buckets, entry);
    const bucket = buckets[index] ?? [];
    bucket.splice(lowerBound(bucket, entry), 1);
    if (bucket.length === 0) buckets.splice(index, 1);
  }

  #insert(entry: Entry): void {
    const buckets = (this.#buckets ??= []);
    const index = Math.min(this.#bucketOf(buckets, entry), buckets.length - 1);
    const bucket = buckets[index];
    if (!bucket) {
      buckets.push([entry]);
      return;
    }
    bucket.splice(lowerBound(bucket, entry), 0, entry);
    if (bucket.length > BUCKET_SIZE) {
      buckets.splice(index + 1, 0, bucket.splice(BUCKET_SIZE / 2));
    }
  }

  /** The first bucket whose last entry is not before `entry`. */
  #bucketOf(buckets: readonly Entry[][], entry: Entry): number {
    let low = 0;
    let high = buckets.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const last = buckets[middle]?.at(-1);
      if (last && compare(last, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const lowerBound = (entries: readonly Entry[], entry: Entry): number => {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const known = entries[middle];
    if (known && compare(known, entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
};
