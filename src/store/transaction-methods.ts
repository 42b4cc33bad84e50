/** The methods that open and close transactions, and tell what they have changed. */
import {decodeCell} from './cell-encoding.ts';
import type {Change, IdChange} from './change-log.ts';
import type {Core, Methods} from './core.ts';
import {objectFrom, objectOf} from './fresh-object.ts';
import {changedIds, idChangeOf, netChanges} from './net-changes.ts';
import type {Id, Store} from './types.ts';

type DoRollback = (store: Store) => unknown;

const NO_CHANGES = {
  isTablesTouched: false,
  isValuesTouched: false,
  tables: new Map<Id, never>(),
  values: new Map<Id, never>(),
};

const changesOf = ({data}: Core) => (data.log ? netChanges(data, data.log) : NO_CHANGES);

const oldAndNow = ({old, now}: Change): [unknown, unknown] => [decodeCell(old), decodeCell(now)];
const nowOf = ({now}: Change): unknown => decodeCell(now);
const copyOf = (all: readonly unknown[]): unknown[] => [...all];

/** Which ids came and went, `undefined` if none. */
const idsIn = <Part>(
  parts: Iterable<readonly [Id, Part]>,
  changeOf: (part: Part) => IdChange,
): Record<Id, IdChange> | undefined => {
  const ids = changedIds(parts, changeOf);
  return ids.size > 0 ? objectOf(ids) : undefined;
};

/** An object of what `toBranch` makes something of, `undefined` if that is nothing at all. */
const pruned = <Part, Branch>(
  parts: Iterable<readonly [Id, Part]>,
  toBranch: (part: Part) => Branch | undefined,
): Record<Id, Branch> | undefined => {
  const branches = new Map<Id, Branch>();
  for (const [id, part] of parts) {
    const branch = toBranch(part);
    if (branch !== undefined) branches.set(id, branch);
  }
  return branches.size > 0 ? objectOf(branches) : undefined;
};

const idChangeIn = ({idChange}: {readonly idChange: IdChange}): IdChange => idChange;

export const transactionMethods: Methods = {
  transaction: (core: Core, actions: () => unknown, doRollback?: DoRollback) =>
    core.transactions.run(actions, doRollback),
  startTransaction: (core: Core) => {
    core.transactions.start();
    return core.store;
  },
  finishTransaction: (core: Core, doRollback?: DoRollback) => {
    core.transactions.finish(doRollback);
    return core.store;
  },

  getTransactionChanges: (core: Core) => {
    const {tables, values} = changesOf(core);
    return [
      objectFrom(tables, ({idChange, rows}) =>
        idChange < 0
          ? undefined
          : objectFrom(rows, (row) =>
              row.idChange < 0 ? undefined : objectFrom(row.cells, nowOf),
            ),
      ),
      objectFrom(values, nowOf),
      1,
    ];
  },

  getTransactionLog: (core: Core) => {
    const {isTablesTouched, isValuesTouched, tables, values} = changesOf(core);
    const {invalid} = core.writer;
    return [
      isTablesTouched,
      isValuesTouched,
      objectFrom(tables, ({rows}) => objectFrom(rows, ({cells}) => objectFrom(cells, oldAndNow))),
      objectFrom(invalid?.cells ?? [], (rows) =>
        objectFrom(rows, (cells) => objectFrom(cells, copyOf)),
      ),
      objectFrom(values, oldAndNow),
      objectFrom(invalid?.values ?? [], copyOf),
      idsIn(tables, idChangeIn) ?? objectOf([]),
      pruned(tables, ({rows}) => idsIn(rows, idChangeIn)) ?? objectOf([]),
      pruned(tables, ({rows}) => pruned(rows, ({cells}) => idsIn(cells, idChangeOf))) ??
        objectOf([]),
      idsIn(values, idChangeOf) ?? objectOf([]),
    ];
  },
};
