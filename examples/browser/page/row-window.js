/** Which rows are shown: those that match a search, in some order, a page at a time. */

const TABLE = 'places';

/** Lower case, and without accents, so that `sao` finds São Paulo. */
const fold = (text) =>
  text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase();

export class RowWindow {
  sortedBy = 'name';
  isDescending = false;
  size = 10;
  #store;
  #search = '';
  #start = 0;

  constructor(store) {
    this.#store = store;
  }

  set search(text) {
    this.#search = fold(text.trim());
    this.#start = 0;
  }

  /** Sorts by a column, or, if that has been so, the other way round. */
  sortBy(column) {
    this.isDescending = this.sortedBy === column && !this.isDescending;
    this.sortedBy = column;
    this.#start = 0;
  }

  /** @param pages How many to go on, or back if negative. */
  turn(pages) {
    this.#start = Math.max(0, this.#start + pages * this.size);
  }

  /** @returns `{rowIds, start, total}`: the rows to be shown, from which on, and how many there are in all. */
  look() {
    const {sortedBy, isDescending, size} = this;
    if (!this.#search) {
      const total = this.#store.getRowCount(TABLE);
      const start = this.#keepWithin(total);
      const rowIds = this.#store.getSortedRowIds(TABLE, sortedBy, isDescending, start, size);
      return {rowIds, start, total};
    }
    const found = this.#store
      .getSortedRowIds(TABLE, sortedBy, isDescending)
      .filter((rowId) => this.#matches(rowId));
    const start = this.#keepWithin(found.length);
    return {rowIds: found.slice(start, start + size), start, total: found.length};
  }

  #keepWithin(total) {
    const last = Math.floor(Math.max(0, total - 1) / this.size) * this.size;
    return (this.#start = Math.min(this.#start, last));
  }

  #matches(rowId) {
    const {name = '', note = ''} = this.#store.getRow(TABLE, rowId);
    return fold(name).includes(this.#search) || fold(note).includes(this.#search);
  }
}
