/** What a transaction has changed, for persisters: ids only, and nothing per cell of added rows. */
import type {ChangeLog} from './change-log.ts';
import type {TransactionSummary} from './internals.ts';
import {netChanges} from './net-changes.ts';
import type {StoreData} from './store-data.ts';

/** @returns `undefined` if nothing has changed after all. */
export const summarize = (data: StoreData, log: ChangeLog): TransactionSummary | undefined => {
  const {tables, values} = netChanges(data, log, false);
  if (tables.list.length === 0 && values.list.length === 0) return undefined;
  return {
    forEachRow: (visit) => {
      for (const table of tables.list) {
        for (const {id: rowId, idChange, cells} of table.rows.list) {
          const kind = idChange === 0 ? 'changed' : idChange > 0 ? 'added' : 'removed';
          visit(
            table.id,
            rowId,
            kind,
            cells.list.map(({id}) => id),
          );
        }
      }
    },
    forEachValue: (visit) => {
      for (const {id} of values.list) visit(id);
    },
  };
};
