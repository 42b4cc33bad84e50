/** What has to be known to write certain cells of a table's rows: found once, as the next edit is often of the same. */
import type {Id} from '../../store/types.ts';
import type {Column} from './dialect.ts';
import type {CellColumn, MappedTable} from './mapped-table.ts';

export interface WritePlan {
  /** The cells that the plan is for. */
  readonly cellIds: readonly Id[];
  /** Those that have columns to write to. */
  readonly writableIds: readonly Id[];
  /** The column of the ids and then, by writable cell, its own. */
  readonly columns: readonly Column[];
  /** By writable cell. */
  readonly cellColumns: readonly CellColumn[];
  /** Where a writable cell is among all cells; -1 for one that is removed, as the plan is for all of a row. */
  readonly places: readonly number[];
  /** The cells that the database writes itself. */
  readonly generatedIds: readonly Id[];
  /** Whether there are cells that have no column. */
  readonly hasOthers: boolean;
  /** Cells that are not mentioned, and whose columns cannot tell that a row lacks them. */
  readonly untoldIds: readonly Id[];
  /** Whether a row can be inserted with these cells alone, or updated if that conflicts with one that is there. */
  readonly isUpsertable: boolean;
}

const makePlan = (mapped: MappedTable, cellIds: readonly Id[], isWhole: boolean): WritePlan => {
  const {columns, idColumn, table} = mapped;
  const isGenerated = (cellId: Id): boolean => columns.get(cellId)?.column.isGenerated === true;
  const mentioned = isWhole ? [...columns.keys()] : cellIds;
  const writableIds = mentioned.filter((cellId) => columns.has(cellId) && !isGenerated(cellId));
  const cellColumns = writableIds.map((cellId) => columns.get(cellId) as CellColumn);
  const written = new Set([idColumn, ...cellColumns.map(({column}) => column)]);
  const lacksRequired = [...table.columns.values()].some(
    (column) => column.isRequired && !written.has(column),
  );
  const untold = [...columns].filter(
    ([cellId, {isNullAbsent}]) =>
      !isNullAbsent && !isGenerated(cellId) && !mentioned.includes(cellId),
  );
  return {
    cellIds,
    writableIds,
    columns: [...written],
    cellColumns,
    places: writableIds.map((cellId) => cellIds.indexOf(cellId)),
    generatedIds: isWhole ? [] : cellIds.filter(isGenerated),
    hasOthers: cellIds.some((cellId) => !columns.has(cellId)),
    untoldIds: untold.map(([cellId]) => cellId),
    isUpsertable: idColumn.isUnique && !table.isView && !lacksRequired,
  };
};

/** The latest plan for a table, whose mapping is another object as soon as anything about it is different. */
const latest = new WeakMap<MappedTable, WritePlan>();

const isSame = (ids: readonly Id[], others: readonly Id[]): boolean =>
  ids.length === others.length && ids.every((id, index) => id === others[index]);

/** @param isWhole Whether cells that are not mentioned are removed. */
export const planWrite = (
  mapped: MappedTable,
  cellIds: readonly Id[],
  isWhole: boolean,
): WritePlan => {
  if (isWhole) return makePlan(mapped, cellIds, true);
  const known = latest.get(mapped);
  if (known && isSame(known.cellIds, cellIds)) return known;
  const plan = makePlan(mapped, cellIds, false);
  latest.set(mapped, plan);
  return plan;
};
