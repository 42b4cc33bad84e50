/** What a transaction has changed, net of what it changed back: the log compared with what is there now. */
import type {Change, ChangeLog, IdChange, TouchedRow, TouchedTable} from './change-log.ts';
import type {StoreData} from './store-data.ts';
import type {Id} from './types.ts';

/** A copy: what is written afterwards does not show. */
export interface NetChanges {
  readonly isTablesTouched: boolean;
  readonly isValuesTouched: boolean;
  /** The tables, rows and cells that differ, in the order in which they were first touched. */
  readonly tables: ReadonlyMap<Id, TouchedTable>;
  readonly values: ReadonlyMap<Id, Change>;
}

const NO_VALUES: ReadonlyMap<Id, Change> = new Map();

const idChange = (existed: boolean, exists: boolean): IdChange =>
  existed === exists ? 0 : exists ? 1 : -1;

/** Whether the id of a cell or value came or went. */
export const idChangeOf = ({old, now}: Change): IdChange =>
  idChange(old !== undefined, now !== undefined);

/** The ids that came or went. */
export const changedIds = <Part>(
  parts: Iterable<readonly [Id, Part]>,
  changeOf: (part: Part) => IdChange,
): Map<Id, IdChange> => {
  const ids = new Map<Id, IdChange>();
  for (const [id, part] of parts) {
    const change = changeOf(part);
    if (change !== 0) ids.set(id, change);
  }
  return ids;
};

/**
 * Fills in what is there now, and takes out what is as it was.
 * @param cellIds The cells that it has now, if any of them may be new.
 */
const settle = (
  {cells}: TouchedRow,
  cellIds: readonly Id[],
  read: (cellId: Id) => Change['now'],
): void => {
  for (const id of cellIds) if (!cells.has(id)) cells.set(id, {old: undefined, now: undefined});
  for (const [id, change] of cells) {
    change.now = read(id);
    if (change.now === change.old) cells.delete(id);
  }
};

const settleTable = (
  data: StoreData,
  tableId: Id,
  touched: TouchedTable,
  listsAdded: boolean,
): void => {
  const table = data.tables.get(tableId);
  for (const [rowId, row] of touched.rows) {
    const {existed, isReplaced} = row;
    const exists = table?.rows.has(rowId) === true;
    const isListed = exists && isReplaced && (existed || listsAdded);
    settle(row, isListed ? table.cellIds(rowId) : [], (cellId) => table?.getCell(rowId, cellId));
    row.idChange = idChange(existed, exists);
    touched.rowCountChange += row.idChange;
    if (row.idChange === 0 && row.cells.size === 0) touched.rows.delete(rowId);
  }
  touched.rowCount = table?.rows.size ?? 0;
  touched.idChange = idChange(touched.rowCount > touched.rowCountChange, touched.rowCount > 0);
};

/** @param listsAdded Whether the cells of rows that are new are listed, too; the rows always are. */
export const netChanges = (data: StoreData, log: ChangeLog, listsAdded = true): NetChanges => {
  const touched = log.fold();
  const values = touched.get(undefined)?.rows.get('');
  if (values) settle(values, [], (valueId) => data.values.get(valueId));
  touched.delete(undefined);
  // Without the values, all of them have an id.
  const tables = touched as Map<Id, TouchedTable>;
  const isTablesTouched = tables.size > 0;
  for (const [tableId, table] of tables) {
    settleTable(data, tableId, table, listsAdded);
    if (table.rows.size === 0) tables.delete(tableId);
  }
  return {
    isTablesTouched,
    isValuesTouched: values !== undefined,
    tables,
    values: values?.cells ?? NO_VALUES,
  };
};

/** Which cell ids came into use in a table, or went out of it. */
export const changedTableCellIds = (
  data: StoreData,
  tableId: Id,
  {rows}: TouchedTable,
): Map<Id, IdChange> => {
  const differences = new Map<Id, number>();
  for (const {cells} of rows.values()) {
    for (const [cellId, change] of cells) {
      differences.set(cellId, (differences.get(cellId) ?? 0) + idChangeOf(change));
    }
  }
  const columns = data.tables.get(tableId)?.columns;
  for (const [cellId, difference] of differences) {
    const count = columns?.get(cellId)?.count ?? 0;
    differences.set(cellId, idChange(count > difference, count > 0));
  }
  return changedIds(differences, (change) => change as IdChange);
};
