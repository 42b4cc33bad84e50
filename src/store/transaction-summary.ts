/** What a transaction has changed, for persisters: ids only, and nothing per cell of added rows. */
import type {ChangeLog} from './change-log.ts';
import type {TransactionSummary} from './internals.ts';
import {netChanges} from './net-changes.ts';
import type {StoreData} from './store-data.ts';

/** @returns `undefined` if nothing has changed after all. */
export const summarize = (data: StoreData, log: ChangeLog): TransactionSummary | undefined => {
  const {tables, values} = netChanges(data, log, false);
  if (tables.size === 0 && values.size === 0) return undefined;
  return {
    forEachRow: (visit) => {
      for (const [tableId, {rows}] of tables) {
        for (const [rowId, {idChange, cells}] of rows) {
          const kind = idChange === 0 ? 'changed' : idChange > 0 ? 'added' : 'removed';
          visit(tableId, rowId, kind, [...cells.keys()]);
        }
      }
    },
    forEachValue: (visit) => {
      for (const valueId of values.keys()) visit(valueId);
    },
  };
};
