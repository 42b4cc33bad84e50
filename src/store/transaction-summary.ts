/** What a transaction has changed, for persisters: ids only, and nothing per cell of added rows. */
import type {TransactionSummary} from './internals.ts';
import type {NetChanges} from './net-changes.ts';

export const summarize = ({tables, values}: NetChanges): TransactionSummary => ({
  forEachRow: (visit) => {
    for (const table of tables.list) {
      for (const {id: rowId, idChange, cells} of table.rows.list) {
        const kind = idChange === 0 ? 'changed' : idChange > 0 ? 'added' : 'removed';
        const cellIds = idChange > 0 ? [] : cells.list.map(({id}) => id);
        visit(table.id, rowId, kind, cellIds);
      }
    }
  },
  forEachValue: (visit) => {
    for (const {id} of values.list) visit(id);
  },
});
