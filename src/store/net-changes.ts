/** What a transaction has changed, net of what it changed back: the log compared with what is there now. */
import type {
  ChangedCell,
  ChangedRow,
  ChangedTable,
  ChangeLog,
  IdChange,
  Touched,
} from './change-log.ts';
import {addPart, keepParts, partOf} from './parts.ts';
import type {StoreData} from './store-data.ts';
import type {Table} from './table.ts';
import type {Id} from './types.ts';

/**
 * The tables, rows, cells and values that differ, in the order in which they were first touched. A copy: what
 * is written afterwards does not show.
 */
export interface NetChanges extends Touched {
  readonly isTablesTouched: boolean;
  readonly isValuesTouched: boolean;
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
const isRowChanged = ({idChange, cells}: ChangedRow): boolean =>
  idChange !== 0 || cells.list.length > 0;
const isTableChanged = ({rows}: ChangedTable): boolean => rows.list.length > 0;

const settleRow = (table: Table | undefined, row: ChangedRow, listsAdded: boolean): void => {
  const {id: rowId, existed, isReplaced, cells} = row;
  const exists = table?.rows.has(rowId) === true;
  row.idChange = idChange(existed, exists);
  if (table && exists && isReplaced && (existed || listsAdded)) {
    for (const id of table.cellIds(rowId)) {
      if (!partOf(cells, id)) addPart(cells, {id, old: undefined, now: undefined});
    }
  }
  for (const cell of cells.list) cell.now = table?.getCell(rowId, cell.id);
  keepParts(cells, isChanged);
};

/** @param listsAdded Whether the cells of rows that are new are listed, too; the rows always are. */
export const netChanges = (data: StoreData, log: ChangeLog, listsAdded: boolean): NetChanges => {
  const {tables, values} = log.fold();
  const [isTablesTouched, isValuesTouched] = [tables.list.length > 0, values.list.length > 0];
  for (const value of values.list) value.now = data.values.get(value.id);
  keepParts(values, isChanged);
  for (const changed of tables.list) {
    const table = data.tables.get(changed.id);
    for (const row of changed.rows.list) {
      settleRow(table, row, listsAdded);
      changed.rowCountChange += row.idChange;
    }
    keepParts(changed.rows, isRowChanged);
    changed.rowCount = table?.rows.size ?? 0;
    changed.idChange = idChange(changed.rowCount > changed.rowCountChange, changed.rowCount > 0);
  }
  keepParts(tables, isTableChanged);
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
