/** What a transaction has changed, net of what it changed back: the log compared with what is there now. */
import type {
  ChangedCell,
  ChangedRow,
  ChangedTable,
  ChangeLog,
  IdChange,
  Touched,
} from './change-log.ts';
import type {TransactionSummary, VisitRow} from './internals.ts';
import {addPart, keepParts, newParts, partOf, type Parts} from './parts.ts';
import type {StoreData} from './store-data.ts';
import type {Table} from './table.ts';
import type {Id} from './types.ts';

/**
 * The tables, rows, cells and values that differ, in the order in which they were first touched. A copy: what
 * is written afterwards does not show.
 */
export class NetChanges implements Touched, TransactionSummary {
  readonly tables: Parts<ChangedTable>;
  readonly values: Parts<ChangedCell>;

  constructor(tables: Parts<ChangedTable>, values: Parts<ChangedCell>) {
    this.tables = tables;
    this.values = values;
  }

  get isEmpty(): boolean {
    return this.tables.list.length + this.values.list.length === 0;
  }

  forEachRow(visit: VisitRow): void {
    this.tables.list.forEach(({id: tableId, rows}) => {
      rows.list.forEach(({id: rowId, idChange, cells}) => {
        if (idChange > 0) visit(tableId, rowId, 'added', []);
        else
          visit(
            tableId,
            rowId,
            idChange < 0 ? 'removed' : 'changed',
            cells.list.map(({id}) => id),
          );
      });
    });
  }

  forEachValue(visit: (valueId: Id) => void): void {
    this.values.list.forEach(({id}) => visit(id));
  }
}

/** Kept for good: when no object of its shape is left, a collection of garbage takes the compiled code with it. */
export const NO_CHANGES: NetChanges = new NetChanges(newParts(), newParts());

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

/** What the general way comes to for a single cell: with all that it has to go through, it costs ten times as much. */
const changeOfCell = (tableId: Id, rowId: Id, cell: ChangedCell): NetChanges => {
  const cells = {list: [cell], byId: undefined};
  const row = {id: rowId, existed: true, isReplaced: false, idChange: 0 as const, cells};
  const rows = {list: [row], byId: undefined};
  const table = {id: tableId, idChange: 0 as const, rowCount: 0, rowCountChange: 0, rows};
  return new NetChanges({list: [table], byId: undefined}, NO_CHANGES.values);
};

/** A transaction that has changed one cell, for those who need to know no more than that. */
class OneCell implements TransactionSummary {
  readonly isEmpty = false;
  readonly #tableId: Id;
  readonly #rowId: Id;
  readonly #cellId: Id;

  constructor(tableId: Id, rowId: Id, cellId: Id) {
    this.#tableId = tableId;
    this.#rowId = rowId;
    this.#cellId = cellId;
  }

  forEachRow(visit: VisitRow): void {
    visit(this.#tableId, this.#rowId, 'changed', [this.#cellId]);
  }

  forEachValue(): void {
    // It has changed none.
  }
}

/** What observers are told, where there are no listeners. */
export const summaryOf = (data: StoreData, log: ChangeLog): NetChanges | OneCell => {
  const {onlyCell} = log;
  if (onlyCell) {
    const [tableId, rowId, cellId] = onlyCell;
    if (data.getCell(tableId, rowId, cellId) !== undefined) {
      return new OneCell(tableId, rowId, cellId);
    }
  }
  return netChanges(data, log, false);
};

/** @param listsAdded Whether the cells of rows that are new are listed, too; the rows always are. */
export const netChanges = (data: StoreData, log: ChangeLog, listsAdded: boolean): NetChanges => {
  const {onlyCell} = log;
  if (log.isEmpty) return NO_CHANGES;
  if (onlyCell) {
    const [tableId, rowId, id, old] = onlyCell;
    const now = data.getCell(tableId, rowId, id);
    if (now !== undefined) return changeOfCell(tableId, rowId, {id, old, now});
  }
  const {tables, values} = log.fold();
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
  return new NetChanges(tables, values);
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
