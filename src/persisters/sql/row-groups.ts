/** Rows that are to be written, column by column: the form in which databases take many at once. */
import type {Id} from '../../store/types.ts';
import type {StoredCell} from './dialect.ts';

/** Cells to be set, or (`undefined`) removed. */
export type CellChanges = Readonly<Record<Id, StoredCell | undefined>>;
/** The same, by row. */
export type RowChanges = Readonly<Record<Id, CellChanges>>;

/** The same with rows that are to be deleted. */
export type RowChangesOrDeletions = Readonly<Record<Id, CellChanges | undefined>>;

/** Rows of which the same cells are to be written. */
export interface RowGroup {
  readonly rowIds: readonly Id[];
  readonly cellIds: readonly Id[];
  /** By cell, and in each by row; `undefined`, or nothing at the end: the row has, or is to have, no such cell. */
  readonly columns: readonly (readonly (StoredCell | undefined)[])[];
}

interface GrowingGroup extends RowGroup {
  readonly rowIds: Id[];
  readonly columns: (StoredCell | undefined)[][];
}

const isSame = (ids: readonly Id[], others: readonly Id[]): boolean =>
  ids.length === others.length && ids.every((id, index) => id === others[index]);

const newGroup = (cellIds: readonly Id[]): GrowingGroup => ({
  rowIds: [],
  cellIds,
  columns: cellIds.map(() => []),
});

const addRow = ({rowIds, cellIds, columns}: GrowingGroup, rowId: Id, cells: CellChanges): void => {
  rowIds.push(rowId);
  for (let index = 0; index < cellIds.length; index++) {
    const cellId = cellIds[index] ?? '';
    columns[index]?.push(Object.hasOwn(cells, cellId) ? cells[cellId] : undefined);
  }
};

/** @returns Groups of those rows that mention the same cells, and the ids of the rows that are to be deleted. */
export const groupChanges = (rows: RowChangesOrDeletions): [groups: RowGroup[], deleted: Id[]] => {
  const groups = new Map<string, GrowingGroup>();
  const deleted: Id[] = [];
  let group: GrowingGroup | undefined;
  for (const rowId of Object.keys(rows)) {
    const cells = rows[rowId];
    if (!cells) {
      deleted.push(rowId);
      continue;
    }
    const cellIds = Object.keys(cells);
    // Most are like the one before.
    if (!group || !isSame(group.cellIds, cellIds)) {
      const key = JSON.stringify(cellIds);
      group = groups.get(key);
      if (!group) groups.set(key, (group = newGroup(cellIds)));
    }
    addRow(group, rowId, cells);
  }
  return [[...groups.values()], deleted];
};

/** @returns All rows as one group: what one of them does not mention, it does not have. */
export const joinRows = (rows: RowChanges): RowGroup => {
  const cellIds = new Set<Id>();
  for (const cells of Object.values(rows)) for (const id of Object.keys(cells)) cellIds.add(id);
  const group = newGroup([...cellIds]);
  for (const rowId of Object.keys(rows)) addRow(group, rowId, rows[rowId] ?? {});
  return group;
};

export const NO_ROWS: RowGroup = {rowIds: [], cellIds: [], columns: []};

/** @returns The cells of one row of a group. */
export const cellsAt = ({cellIds, columns}: RowGroup, index: number): CellChanges =>
  Object.fromEntries(cellIds.map((cellId, place) => [cellId, columns[place]?.[index]]));

/** @returns A group with some of its rows only. */
export const pickRows = (group: RowGroup, indexes: readonly number[]): RowGroup => ({
  rowIds: pick(group.rowIds, indexes),
  cellIds: group.cellIds,
  columns: group.columns.map((column) => pick(column, indexes)),
});

export const pick = <Item>(items: readonly Item[], indexes: readonly number[]): Item[] =>
  indexes.map((index) => items[index] as Item);
