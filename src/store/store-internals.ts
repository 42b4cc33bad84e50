/** The inner door of a store. Not for apps: the index of this folder does not export it. */
import {type Core, coreOf} from './core.ts';
import {objectOf} from './fresh-object.ts';
import type {StoreInternals} from './internals.ts';
import {Kind} from './listeners.ts';
import type {AnyStore} from './types.ts';

const createInternals = ({data, writer, transactions, listeners}: Core): StoreInternals => ({
  getContent: () => [data.encodedTables(), objectOf(data.values)],
  getColumns: (tableId) => data.tables.get(tableId)?.allColumns(),
  getRow: (tableId, rowId) => data.tables.get(tableId)?.row(rowId, false),
  countCells: (tableId, rowId) => {
    const table = data.tables.get(tableId);
    return table?.cellCount(table.rows.get(rowId)) ?? 0;
  },
  getCell: (tableId, rowId, cellId) => data.getCell(tableId, rowId, cellId),
  getValue: (valueId) => data.values.get(valueId),
  setContent: (content, refused) =>
    transactions.write((writer) => writer.writeStored(() => writer.setContent(content), refused)),
  applyChanges: (changes, refused) =>
    transactions.run((writer) => writer.writeStored(() => writer.applyChanges(changes), refused)),
  observe: (observer) => {
    transactions.observers = [...transactions.observers, observer];
    return () => {
      transactions.observers = transactions.observers.filter((other) => other !== observer);
    };
  },
  observeWrites: (observer) => {
    data.observer = observer;
    return () => {
      if (data.observer === observer) data.observer = undefined;
    };
  },
  getRules: () => [writer.tablesRules, writer.valuesRules],
  isInTransaction: () => transactions.isOpen,
  whenIdle: (action) => transactions.whenIdle(action),
  hasMutators: () =>
    (listeners.mutators.kinds | (listeners.others.kinds & (1 << Kind.willFinishTransaction))) !== 0,
  forEachRowChunk: (tableId, visit) => data.tables.get(tableId)?.forEachChunk(visit),
});

const doors = new WeakMap<Core, StoreInternals>();

/** @throws TypeError if it is not a store of ours. */
export const internalsOf = (store: AnyStore): StoreInternals => {
  const core = coreOf(store);
  let door = doors.get(core);
  if (!door) doors.set(core, (door = createInternals(core)));
  return door;
};
