/** What a transaction has changed, net of what it changed back: the log compared with what is there now. */
import type {ChangedCell, ChangedRow, ChangedTable, ChangeLog, IdChange} from './change-log.ts';
import type {Parts} from './parts.ts';
import type {StoreData} from './store-data.ts';
import type {Id} from './types.ts';

/** A copy: what is written afterwards does not show. */
export interface NetChanges {
  readonly isTablesTouched: boolean;
  readonly isValuesTouched: boolean;
  /** The tables, rows and cells that differ, in the order in which they were first touched. */
  readonly tables: Parts<ChangedTable>;
  readonly values: Parts<ChangedCell>;
}

const idChange = (existed: boolean, exists: boolean): IdChange =>
  existed === exists ? 0 : exists ? 1 : -1;

/** Whether the id of a cell or value came or went. */
export const idChangeOf = ({old, now}: ChangedCell): IdChange =>
  idChange(old !== undefined, now !== undefined);

/** The ids that came or went. */
export const changedIds = <Part extends {readonly id: Id}>(
  parts: readonly Part[],
  changeOf: (part: Part) => IdChange,
): Map<Id, IdChange> => {
  const ids = new Map<Id, IdChange>();
  for (const part of parts) {
    const change = changeOf(part);
    if (change !== 0) ids.set(part.id, change);
  }
  return ids;
};

const isChanged = ({old, now}: ChangedCell): boolean => old !== now;

/** Takes out what is as it was. */
const dropUnchanged = (cells: Parts<ChangedCell>): void => {
  if (!cells.list.every(isChanged)) cells.keepOnly(isChanged);
};

const settleRow = (
  data: StoreData,
  tableId: Id,
  {id: rowId, existed, isReplaced, cells}: ChangedRow,
  exists: boolean,
  listsAdded: boolean,
): void => {
  if (exists && isReplaced && (existed || listsAdded)) {
    for (const id of data.tables.get(tableId)?.cellIds(rowId) ?? []) {
      if (!cells.get(id)) cells.add({id, old: undefined, now: undefined});
    }
  }
  for (const cell of cells.list) cell.now = data.getCell(tableId, rowId, cell.id);
  dropUnchanged(cells);
};

const isRowChanged = ({idChange, cells}: ChangedRow): boolean =>
  idChange !== 0 || cells.list.length > 0;

const settleTable = (data: StoreData, changed: ChangedTable, listsAdded: boolean): void => {
  const rows = data.tables.get(changed.id)?.rows;
  for (const row of changed.rows.list) {
    const exists = rows?.has(row.id) === true;
    settleRow(data, changed.id, row, exists, listsAdded);
    row.idChange = idChange(row.existed, exists);
    changed.rowCountChange += row.idChange;
  }
  if (!changed.rows.list.every(isRowChanged)) changed.rows.keepOnly(isRowChanged);
  changed.rowCount = rows?.size ?? 0;
  changed.idChange = idChange(changed.rowCount > changed.rowCountChange, changed.rowCount > 0);
};

const isTableChanged = ({rows}: ChangedTable): boolean => rows.list.length > 0;

/** @param listsAdded Whether the cells of rows that are new are listed, too; the rows always are. */
export const netChanges = (data: StoreData, log: ChangeLog, listsAdded = true): NetChanges => {
  const {tables, values} = log.fold();
  const isValuesTouched = values.list.length > 0;
  for (const value of values.list) value.now = data.values.get(value.id);
  dropUnchanged(values);
  const isTablesTouched = tables.list.length > 0;
  for (const table of tables.list) settleTable(data, table, listsAdded);
  if (!tables.list.every(isTableChanged)) tables.keepOnly(isTableChanged);
  return {isTablesTouched, isValuesTouched, tables, values};
};

/** Which cell ids came into use in a table, or went out of it. */
export const changedTableCellIds = (
  data: StoreData,
  {id: tableId, rows}: ChangedTable,
): Map<Id, IdChange> => {
  const differences = new Map<Id, number>();
  for (const {cells} of rows.list) {
    for (const cell of cells.list) {
      differences.set(cell.id, (differences.get(cell.id) ?? 0) + idChangeOf(cell));
    }
  }
  const columns = data.tables.get(tableId)?.columns;
  const ids = new Map<Id, IdChange>();
  for (const [cellId, difference] of differences) {
    const count = columns?.get(cellId)?.count ?? 0;
    const change = idChange(count > difference, count > 0);
    if (change !== 0) ids.set(cellId, change);
  }
  return ids;
};
