/** Pages of sorted row ids: from an index if the same order is asked for again, else in one pass. */
import {decodeCell, isEncodedObject} from './cell-encoding.ts';
import {defaultSorter, SortedIndex} from './sorted-index.ts';
import type {Table} from './table.ts';
import type {Id, Sorter} from './types.ts';

export interface SortedPage {
  readonly cellId: Id | undefined;
  readonly descending: boolean;
  readonly offset: number;
  readonly limit: number | undefined;
  readonly sorter: Sorter | undefined;
}

interface Keyed {
  readonly rowId: Id;
  readonly key: unknown;
}

/** As `Array.prototype.slice` has it. */
const position = (at: number, size: number): number =>
  at < 0 ? Math.max(size + at, 0) : Math.min(at, size);

const keyOf = (table: Table, rowId: Id, cellId: Id | undefined): unknown =>
  cellId === undefined ? rowId : decodeCell(table.getCell(rowId, cellId));

const sortAll = (table: Table, page: SortedPage, start: number, end: number): Id[] => {
  const {cellId, descending, sorter = defaultSorter} = page;
  const rows: Keyed[] = [];
  for (const rowId of table.rows.keys()) rows.push({rowId, key: keyOf(table, rowId, cellId)});
  rows.sort((one, other) => sorter(one.key as never, other.key as never));
  if (descending) rows.reverse();
  return rows.slice(start, end).map(({rowId}) => rowId);
};

/** The first `count` rows in one pass, keeping only so many; `undefined` if the cells have no order. */
const selectFirst = (table: Table, page: SortedPage, count: number): Id[] | undefined => {
  const {cellId, descending} = page;
  const best: {rowId: Id; key: string | number | boolean}[] = [];
  let strings = 0;
  const values = cellId === undefined ? undefined : (table.columns.get(cellId)?.values ?? []);
  for (const [rowId, slot] of table.rows) {
    const cell = values ? (values[slot] ?? 0) : rowId;
    if (isEncodedObject(cell)) return undefined;
    if (typeof cell === 'string') strings++;
    const worst = best[best.length - 1];
    // Of rows that tie, the first one comes first, and last if descending.
    if (best.length === count && worst && (descending ? cell < worst.key : cell >= worst.key))
      continue;
    let low = 0;
    let high = best.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const key = best[middle]?.key ?? 0;
      if (descending ? key > cell : key <= cell) low = middle + 1;
      else high = middle;
    }
    best.splice(low, 0, {rowId, key: cell});
    if (best.length > count) best.pop();
  }
  return strings > 0 && strings < table.rows.size ? undefined : best.map(({rowId}) => rowId);
};

/** @param isRepeated Whether an index is worth its memory already at the first use. */
export const sortedRowIds = (table: Table, page: SortedPage, isRepeated: boolean): Id[] => {
  const {cellId, descending, offset, limit, sorter} = page;
  const size = table.rows.size;
  const start = position(offset, size);
  const end = limit === undefined ? size : position(offset + limit, size);
  if (end <= start) return [];
  if (sorter === undefined || sorter === defaultSorter) {
    let index = table.sortedIndexes.get(cellId);
    if (!index && (isRepeated || table.sortedBefore.has(cellId))) {
      table.sortedIndexes.set(cellId, (index = new SortedIndex(table, cellId)));
    }
    table.sortedBefore.add(cellId);
    const first = index || end * 4 > size ? undefined : selectFirst(table, page, end);
    const rowIds = index ? index.page(descending, start, end) : first?.slice(start);
    if (rowIds) return rowIds;
  }
  return sortAll(table, page, start, end);
};
