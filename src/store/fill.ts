/** Filling an empty store with stored content that comes column by column, as it lies in the store. */
import {encodeStoredCell} from './cell-encoding.ts';
import {type Core, coreOf} from './core.ts';
import type {EncodedCell, EncodedColumns, EncodedValues} from './internals.ts';
import type {Table} from './table.ts';
import type {AnyStore, Id} from './types.ts';

/** @returns How many cells there are; `undefined` if one of them is none, or would be stored in another form. */
const countCells = (cells: EncodedColumns['columns'][number]): number | undefined => {
  let count = 0;
  for (let index = 0; index < cells.length; index++) {
    const cell: EncodedCell | undefined = cells[index];
    if (cell === undefined) continue;
    if (encodeStoredCell(cell) !== cell) return undefined;
    count++;
  }
  return count;
};

/** Whether nobody has to be asked, or told, and there is nothing that would have to go. */
const isBare = ({data, listeners, transactions, writer}: Core): boolean =>
  data.tables.size === 0 &&
  data.values.size === 0 &&
  listeners.byId.size === 0 &&
  transactions.observers.length === 0 &&
  !transactions.isOpen &&
  !data.observer &&
  !writer.tablesRules &&
  !writer.valuesRules;

/**
 * Puts whole content in a store that holds nothing, which takes over the lists.
 * @param tables With rows of which each has a cell.
 * @returns Whether it could; if not, because there is something, or somebody to be told, nothing has been done.
 */
export const fillStore = (
  store: AnyStore,
  tables: ReadonlyMap<Id, EncodedColumns>,
  values: EncodedValues,
): boolean => {
  const core = coreOf(store);
  if (!isBare(core)) return false;
  const {data} = core;
  const filled: [Id, Table][] = [];
  for (const [tableId, columns] of tables) {
    const counts: number[] = [];
    for (const cells of columns.columns) {
      const count = countCells(cells);
      if (count === undefined) return false;
      counts.push(count);
    }
    if (columns.rowIds.length > 0) filled.push([tableId, data.newTable(columns, counts)]);
  }
  const all = Object.entries(values);
  if (all.some(([, value]) => encodeStoredCell(value) !== value)) return false;
  for (const [tableId, table] of filled) data.tables.set(tableId, table);
  for (const [valueId, value] of all) data.setValue(valueId, value);
  return true;
};
