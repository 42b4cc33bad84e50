/** Calls the listeners to what a transaction has changed, from the whole to the part and back. */
import {decodeCell} from './cell-encoding.ts';
import type {Change, IdChange} from './change-log.ts';
import {objectOf} from './fresh-object.ts';
import type {EncodedCell} from './internals.ts';
import type {InvalidLog} from './invalid-log.ts';
import {Kind, type Listeners, setOfKinds} from './listeners.ts';
import {
  changedIds,
  changedTableCellIds,
  idChangeOf,
  type NetChanges,
  netChanges,
} from './net-changes.ts';
import type {StoreData} from './store-data.ts';
import {toId} from './to-id.ts';
import type {Id, Store} from './types.ts';

type Path = readonly (Id | undefined)[];
type GetArgs = () => unknown[];

const VALUE_KINDS = setOfKinds(
  Kind.hasValues,
  Kind.values,
  Kind.valueIds,
  Kind.hasValue,
  Kind.value,
);
const TABLE_ID_KINDS = setOfKinds(Kind.hasTables, Kind.tableIds, Kind.hasTable);
const TABLE_CELL_ID_KINDS = setOfKinds(Kind.tableCellIds, Kind.hasTableCell);
const ROW_ID_KINDS = setOfKinds(Kind.rowIds, Kind.hasRow, Kind.sortedRowIds);
const CELL_ID_KINDS = setOfKinds(Kind.cellIds, Kind.hasCell);
const ROW_KINDS = setOfKinds(Kind.cell, Kind.row);
/** All that is about tables: the kinds before `invalidCell`. */
const TABLE_KINDS = (1 << Kind.invalidCell) - 1;

/**
 * Calls all listeners, mutators or others, to what the open transaction has changed so far.
 * @param store What listeners get as their first argument.
 * @param onError Gets what listeners throw; may throw, and so stop.
 */
export const dispatch = (
  store: Store,
  data: StoreData,
  invalid: InvalidLog | undefined,
  listeners: Listeners,
  isMutator: boolean,
  onError: (error: unknown) => void,
): void => {
  const hasAny = (kinds: number): boolean => listeners.hasAny(kinds, isMutator);

  const call = (kind: Kind, path: Path, getArgs: GetArgs): void => {
    if (!hasAny(1 << kind)) return;
    let args: unknown[] | undefined;
    listeners.forEach(kind, isMutator, path, (listener) => {
      args ??= [store, ...path, ...getArgs()];
      try {
        (listener.call as (...args: unknown[]) => unknown)(...args);
      } catch (error) {
        onError(error);
      }
    });
  };

  const callForIds = (
    idsKind: Kind,
    hasKind: Kind,
    path: Path,
    ids: ReadonlyMap<Id, IdChange>,
  ): void => {
    if (ids.size === 0) return;
    call(idsKind, path, () => [() => objectOf(ids)]);
    for (const [id, change] of ids) call(hasKind, [...path, id], () => [change > 0]);
  };

  /** Tables, or values: whether there are any. */
  const callForAny = (kind: Kind, ids: ReadonlyMap<Id, IdChange>, size: number): void => {
    let before = size;
    for (const change of ids.values()) before -= change;
    if (before > 0 !== size > 0) call(kind, [], () => [size > 0]);
  };

  const callForTables = ({tables}: NetChanges): void => {
    if (tables.size === 0) return;
    const getCellChange = (tableId: unknown, rowId: unknown, cellId: unknown): unknown[] => {
      const [table, row, cell] = [toId(tableId), toId(rowId), toId(cellId)];
      const change = tables.get(table)?.rows.get(row)?.cells.get(cell);
      return describeChange(change, data.getCell(table, row, cell));
    };
    const withGetter: GetArgs = () => [getCellChange];
    // What is listed here is as of now: mutators may write.
    const cellIds = hasAny(TABLE_CELL_ID_KINDS)
      ? [...tables].map(([id, table]) => [id, changedTableCellIds(data, id, table)] as const)
      : [];

    if (hasAny(TABLE_ID_KINDS)) {
      const ids = changedIds(tables, ({idChange}) => idChange);
      callForAny(Kind.hasTables, ids, data.tables.size);
      callForIds(Kind.tableIds, Kind.hasTable, [], ids);
    }
    for (const [tableId, ids] of cellIds) {
      callForIds(Kind.tableCellIds, Kind.hasTableCell, [tableId], ids);
    }
    for (const [tableId, {rowCount, rowCountChange}] of tables) {
      if (rowCountChange !== 0) call(Kind.rowCount, [tableId], () => [rowCount]);
    }
    if (hasAny(ROW_ID_KINDS)) {
      const cellsOnly: Id[] = [];
      for (const [tableId, {rows}] of tables) {
        const ids = changedIds(rows, ({idChange}) => idChange);
        callForIds(Kind.rowIds, Kind.hasRow, [tableId], ids);
        // These listeners find out by themselves whether their page has changed.
        if (ids.size > 0) call(Kind.sortedRowIds, [tableId], () => []);
        else cellsOnly.push(tableId);
      }
      for (const tableId of cellsOnly) call(Kind.sortedRowIds, [tableId], () => []);
    }
    if (hasAny(CELL_ID_KINDS)) {
      for (const [tableId, {rows}] of tables) {
        for (const [rowId, {cells}] of rows) {
          const ids = changedIds(cells, idChangeOf);
          callForIds(Kind.cellIds, Kind.hasCell, [tableId, rowId], ids);
        }
      }
    }
    for (const [tableId, {rows}] of tables) {
      for (const [rowId, {cells}] of hasAny(ROW_KINDS) ? rows : []) {
        for (const [cellId, {old, now}] of hasAny(1 << Kind.cell) ? cells : []) {
          call(Kind.cell, [tableId, rowId, cellId], () => [
            decodeCell(now),
            decodeCell(old),
            getCellChange,
          ]);
        }
        call(Kind.row, [tableId, rowId], withGetter);
      }
      call(Kind.table, [tableId], withGetter);
    }
    call(Kind.tables, [], withGetter);
  };

  const callForValues = ({values}: NetChanges): void => {
    if (values.size === 0) return;
    const getValueChange = (valueId: unknown): unknown[] =>
      describeChange(values.get(toId(valueId)), data.values.get(toId(valueId)));
    const ids = changedIds(values, idChangeOf);
    callForAny(Kind.hasValues, ids, data.values.size);
    callForIds(Kind.valueIds, Kind.hasValue, [], ids);
    for (const [valueId, {old, now}] of values) {
      call(Kind.value, [valueId], () => [decodeCell(now), decodeCell(old), getValueChange]);
    }
    call(Kind.values, [], () => [getValueChange]);
  };

  const read = (kinds: number): NetChanges | undefined =>
    hasAny(kinds) && data.log ? netChanges(data, data.log) : undefined;

  for (const [tableId, rows] of invalid?.cells ?? []) {
    for (const [rowId, cells] of rows) {
      for (const [cellId, all] of cells) {
        call(Kind.invalidCell, [tableId, rowId, cellId], () => [[...all]]);
      }
    }
  }
  const changes = read(TABLE_KINDS);
  if (changes) callForTables(changes);
  for (const [valueId, all] of invalid?.values ?? []) {
    call(Kind.invalidValue, [valueId], () => [[...all]]);
  }
  // What mutators to cells have written is seen by those to values.
  const valueChanges = isMutator || !changes ? read(VALUE_KINDS) : changes;
  if (valueChanges) callForValues(valueChanges);
};

const describeChange = (change: Change | undefined, now: EncodedCell | undefined): unknown[] => [
  change !== undefined,
  decodeCell(change ? change.old : now),
  decodeCell(change ? change.now : now),
];
