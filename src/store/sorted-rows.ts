/** Pages of sorted row ids: from an index if the same order is asked for again, else in one pass. */
import {decodeCell, isEncodedObject} from './cell-encoding.ts';
import {defaultSorter, type Key, search, SortedIndex} from './sorted-index.ts';
import type {Table} from './table.ts';
import type {Id, Sorter} from './types.ts';

/** Which rows to list; `SortedRowIdsArgs` of any schema. */
export interface SortedPage {
  readonly tableId: Id;
  readonly cellId?: Id | undefined;
  readonly descending?: boolean | undefined;
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
  readonly sorter?: Sorter | undefined;
}

/** Selecting rows for a longer page costs more than sorting all. */
const MAX_SELECTED = 1000;

/** As `Array.prototype.slice` has it. */
const position = (at: number, size: number): number =>
  at < 0 ? Math.max(size + at, 0) : Math.min(at, size);

const sortAll = (table: Table, cellId: Id | undefined, sorter: Sorter): Id[] =>
  [...table.rows.keys()]
    .map((rowId) => ({
      rowId,
      key: cellId === undefined ? rowId : decodeCell(table.getCell(rowId, cellId)),
    }))
    .sort((one, other) => sorter(one.key as never, other.key as never))
    .map(({rowId}) => rowId);

/** The first `count` rows in one pass, keeping only so many; `undefined` if the cells have no order. */
const selectFirst = (
  table: Table,
  cellId: Id | undefined,
  descending: boolean,
  count: number,
): Id[] | undefined => {
  const {rowIds} = table;
  const values = cellId === undefined ? rowIds : table.columns.get(cellId)?.values;
  const best: Id[] = [];
  const keys: Key[] = [];
  let strings = 0;
  for (let slot = 0; slot < rowIds.length; slot++) {
    const rowId = rowIds[slot];
    if (rowId === undefined) continue;
    const key = values?.[slot] ?? 0;
    if (typeof key === 'string') {
      if (isEncodedObject(key)) return undefined;
      strings++;
    }
    const worst = keys[count - 1];
    // Of rows that tie, the first one comes first, and last if descending.
    if (worst !== undefined && (descending ? key < worst : key >= worst)) continue;
    const at = search(keys.length, (index) => {
      const known = keys[index] ?? key;
      return descending ? known > key : known <= key;
    });
    keys.splice(at, 0, key);
    best.splice(at, 0, rowId);
    if (best.length > count) {
      keys.pop();
      best.pop();
    }
  }
  return strings > 0 && strings < table.rows.size ? undefined : best;
};

/** @param isRepeated Whether an index is worth its memory already at the first use. */
export const sortedRowIds = (
  table: Table | undefined,
  {cellId, descending = false, offset = 0, limit, sorter = defaultSorter}: SortedPage,
  isRepeated: boolean,
): Id[] => {
  const size = table?.rows.size ?? 0;
  const start = position(offset, size);
  const end = limit === undefined ? size : position(offset + limit, size);
  if (!table || end <= start) return [];
  if (sorter === defaultSorter) {
    const {sortedIndexes} = table;
    const isKnown = isRepeated || sortedIndexes.has(cellId);
    const index =
      sortedIndexes.get(cellId) ?? (isKnown ? new SortedIndex(table, cellId) : undefined);
    sortedIndexes.set(cellId, index);
    const rowIds = index
      ? index.page(descending, start, end)
      : end <= MAX_SELECTED && selectFirst(table, cellId, descending, end)?.slice(start);
    if (rowIds) return rowIds;
  }
  const rowIds = sortAll(table, cellId, sorter);
  return (descending ? rowIds.reverse() : rowIds).slice(start, end);
};
