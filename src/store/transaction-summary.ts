/** What a transaction has changed, for persisters: ids only, and nothing per cell of added rows. */
import type {ChangeLog, RowBefore} from './change-log.ts';
import type {TransactionSummary} from './internals.ts';
import {netValues} from './net-changes.ts';
import type {StoreData} from './store-data.ts';
import type {Table} from './table.ts';
import type {Id} from './types.ts';

const changedCellIds = (table: Table, rowId: Id, {cells, isAdded}: RowBefore): Id[] => {
  const ids = [...cells.keys()].filter((id) => cells.get(id) !== table.getCell(rowId, id));
  return isAdded ? [...ids, ...table.cellIds(rowId).filter((id) => !cells.has(id))] : ids;
};

/** @returns `undefined` if nothing has changed after all. */
export const summarize = (data: StoreData, log: ChangeLog): TransactionSummary | undefined => {
  const forEachRow: TransactionSummary['forEachRow'] = (visit) => {
    for (const [tableId, {rows}] of log.tables) {
      const table = data.tables.get(tableId);
      for (const [rowId, before] of rows) {
        if (!table?.rows.has(rowId)) {
          const cellIds = [...before.cells].filter(([, cell]) => cell !== undefined);
          if (before.existed)
            visit(
              tableId,
              rowId,
              'removed',
              cellIds.map(([id]) => id),
            );
        } else if (before.existed) {
          const cellIds = changedCellIds(table, rowId, before);
          if (cellIds.length > 0) visit(tableId, rowId, 'changed', cellIds);
        } else {
          visit(tableId, rowId, 'added', []);
        }
      }
    }
  };
  const values = netValues(data, log);
  let isEmpty = values.size === 0;
  if (isEmpty) forEachRow(() => (isEmpty = false));
  if (isEmpty) return undefined;
  return {
    forEachRow,
    forEachValue: (visit) => {
      for (const valueId of values.keys()) visit(valueId);
    },
  };
};
