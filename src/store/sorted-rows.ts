/** Pages of sorted row ids. */
import {decodeCell} from './cell-encoding.ts';
import {defaultSorter, SortedPrefix} from './sorted-prefix.ts';
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

/** @param isRepeated Whether the same will be asked again. */
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
    const known = table.sorted.find(
      (prefix) => prefix.cellId === cellId && prefix.isDescending === descending,
    );
    const prefix = known ?? new SortedPrefix(table, cellId, descending);
    if (!known) table.sorted.push(prefix);
    const rowIds = prefix.page(start, end, isRepeated || known !== undefined);
    if (rowIds) return rowIds;
  }
  const rowIds = sortAll(table, cellId, sorter);
  return (descending ? rowIds.reverse() : rowIds).slice(start, end);
};
