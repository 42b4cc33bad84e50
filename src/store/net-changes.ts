/** What a transaction has changed, net of what it changed back: the log compared with what is there now. */
import type {ChangeLog, RowBefore} from './change-log.ts';
import type {EncodedCell} from './internals.ts';
import type {StoreData} from './store-data.ts';
import type {Id} from './types.ts';

export type IdChange = -1 | 0 | 1;
export type Change = readonly [old: EncodedCell | undefined, now: EncodedCell | undefined];

export interface NetRow {
  readonly idChange: IdChange;
  readonly cells: ReadonlyMap<Id, Change>;
}

export interface NetTable {
  readonly idChange: IdChange;
  readonly rows: ReadonlyMap<Id, NetRow>;
}

const idChange = (existed: boolean, exists: boolean): IdChange =>
  existed === exists ? 0 : exists ? 1 : -1;

/** Whether the id of a cell or value came or went. */
export const idChangeOf = ([old, now]: Change): IdChange =>
  idChange(old !== undefined, now !== undefined);

const netRow = (data: StoreData, tableId: Id, rowId: Id, before: RowBefore): NetRow | undefined => {
  const table = data.tables.get(tableId);
  const cells = new Map<Id, Change>();
  const compare = (cellId: Id): void => {
    const [old, now] = [before.cells.get(cellId), table?.getCell(rowId, cellId)];
    if (old !== now) cells.set(cellId, [old, now]);
  };
  for (const cellId of before.cells.keys()) compare(cellId);
  if (before.isAdded) {
    for (const cellId of table?.cellIds(rowId) ?? []) {
      if (!before.cells.has(cellId)) compare(cellId);
    }
  }
  if (cells.size === 0) return undefined;
  return {idChange: idChange(before.existed, table?.rows.has(rowId) === true), cells};
};

/** The tables, rows and cells that differ, in the order in which they were first touched. */
export const netTables = (data: StoreData, log: ChangeLog): Map<Id, NetTable> => {
  const tables = new Map<Id, NetTable>();
  for (const [tableId, before] of log.tables) {
    const rows = new Map<Id, NetRow>();
    for (const [rowId, rowBefore] of before.rows) {
      const row = netRow(data, tableId, rowId, rowBefore);
      if (row) rows.set(rowId, row);
    }
    if (rows.size > 0) {
      tables.set(tableId, {idChange: idChange(before.existed, data.tables.has(tableId)), rows});
    }
  }
  return tables;
};

/** The values that differ. */
export const netValues = (data: StoreData, log: ChangeLog): Map<Id, Change> => {
  const values = new Map<Id, Change>();
  for (const [valueId, old] of log.values) {
    const now = data.values.get(valueId);
    if (old !== now) values.set(valueId, [old, now]);
  }
  return values;
};

/** Which cell ids came into use in a table, or went out of it. */
export const netTableCellIds = (
  data: StoreData,
  tableId: Id,
  {rows}: NetTable,
): Map<Id, IdChange> => {
  const differences = new Map<Id, number>();
  for (const {cells} of rows.values()) {
    for (const [cellId, change] of cells) {
      differences.set(cellId, (differences.get(cellId) ?? 0) + idChangeOf(change));
    }
  }
  const ids = new Map<Id, IdChange>();
  for (const [cellId, difference] of differences) {
    const count = data.tables.get(tableId)?.columns.get(cellId)?.count ?? 0;
    const change = idChange(count - difference > 0, count > 0);
    if (change !== 0) ids.set(cellId, change);
  }
  return ids;
};
