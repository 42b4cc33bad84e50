/** The inner door of the plain store. */
import {encodeCell, encodeStoredCell} from './cell-encoding.ts';
import type {RefusalListener, StoreInternals} from './internals.ts';
import {Kind, type Listeners} from './listeners.ts';
import type {StoreData} from './store-data.ts';
import type {Transactions} from './transactions.ts';
import type {Writer} from './writer.ts';

export const createInternals = (
  data: StoreData,
  writer: Writer,
  transactions: Transactions,
  listeners: Listeners,
): StoreInternals => {
  const writeStored = (write: () => void, refused: RefusalListener | undefined): void => {
    transactions.write(() => {
      writer.encode = encodeStoredCell;
      writer.refused = refused;
      try {
        write();
      } finally {
        writer.encode = encodeCell;
        writer.refused = undefined;
      }
    });
  };
  return {
    getContent: () => [data.encodedTables(), data.encodedValues()],
    getRow: (tableId, rowId) => data.tables.get(tableId)?.encodedRow(rowId),
    getCell: (tableId, rowId, cellId) => data.tables.get(tableId)?.getCell(rowId, cellId),
    getValue: (valueId) => data.values.get(valueId),
    setContent: (content, refused) => writeStored(() => writer.setContent(content), refused),
    applyChanges: (changes, refused) => writeStored(() => writer.applyChanges(changes), refused),
    observe: (observer) => {
      transactions.observers.add(observer);
      return () => transactions.observers.delete(observer);
    },
    isInTransaction: () => transactions.isOpen,
    whenIdle: (action) => transactions.whenIdle(action),
    hasMutators: () =>
      listeners.hasMutators || listeners.hasAny(1 << Kind.willFinishTransaction, false),
    forEachRowChunk: (tableId, visit) => data.tables.get(tableId)?.forEachChunk(visit),
  };
};
