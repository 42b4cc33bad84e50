/** The methods that open and close transactions, and tell what they have changed. */
import {decodeCell} from './cell-encoding.ts';
import type {ChangedCell, IdChange} from './change-log.ts';
import type {Core, Methods} from './core.ts';
import {objectFrom, objectOf} from './fresh-object.ts';
import {changedIds, idChangeOf, NetChanges, netChanges} from './net-changes.ts';
import {newParts, type Parts} from './parts.ts';
import type {Id, Store} from './types.ts';

type DoRollback = (store: Store) => unknown;

const changesOf = ({data}: Core): NetChanges =>
  data.log ? netChanges(data, data.log, true) : new NetChanges(newParts(), newParts());

const oldAndNow = ({old, now}: ChangedCell): [unknown, unknown] => [
  decodeCell(old),
  decodeCell(now),
];
const nowOf = ({now}: ChangedCell): unknown => decodeCell(now);
const copyOf = (all: readonly unknown[]): unknown[] => [...all];

/** An object of what `toBranch` makes of each part. */
const branches = <Part extends {readonly id: Id}, Branch>(
  {list}: Parts<Part>,
  toBranch: (part: Part) => Branch,
): Record<Id, Branch> => objectOf(list.map((part) => [part.id, toBranch(part)]));

/** Which ids came and went, `undefined` if none. */
const idsIn = <Part extends {readonly id: Id}>(
  {list}: Parts<Part>,
  changeOf: (part: Part) => IdChange,
): Record<Id, IdChange> | undefined => {
  const ids = changedIds(list, changeOf);
  return ids.size > 0 ? objectOf(ids) : undefined;
};

/** An object of what `toBranch` makes something of, `undefined` if that is nothing at all. */
const pruned = <Part extends {readonly id: Id}, Branch>(
  {list}: Parts<Part>,
  toBranch: (part: Part) => Branch | undefined,
): Record<Id, Branch> | undefined => {
  const entries: [Id, Branch][] = [];
  for (const part of list) {
    const branch = toBranch(part);
    if (branch !== undefined) entries.push([part.id, branch]);
  }
  return entries.length > 0 ? objectOf(entries) : undefined;
};

const idChangeIn = ({idChange}: {readonly idChange: IdChange}): IdChange => idChange;

export const transactionMethods: Methods = {
  transaction: (core: Core, actions: () => unknown, doRollback?: DoRollback) =>
    core.transactions.run(() => actions(), doRollback),
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
      branches(tables, ({idChange, rows}) =>
        idChange < 0
          ? undefined
          : branches(rows, (row) => (row.idChange < 0 ? undefined : branches(row.cells, nowOf))),
      ),
      branches(values, nowOf),
      1,
    ];
  },

  getTransactionLog: (core: Core) => {
    const {tables, values} = changesOf(core);
    const {log} = core.data;
    const {invalid} = core.writer;
    return [
      log?.touchesTables === true,
      log?.touchesValues === true,
      branches(tables, ({rows}) => branches(rows, ({cells}) => branches(cells, oldAndNow))),
      objectFrom(invalid?.cells ?? [], (rows) =>
        objectFrom(rows, (cells) => objectFrom(cells, copyOf)),
      ),
      branches(values, oldAndNow),
      objectFrom(invalid?.values ?? [], copyOf),
      idsIn(tables, idChangeIn) ?? objectOf([]),
      pruned(tables, ({rows}) => idsIn(rows, idChangeIn)) ?? objectOf([]),
      pruned(tables, ({rows}) => pruned(rows, ({cells}) => idsIn(cells, idChangeOf))) ??
        objectOf([]),
      idsIn(values, idChangeOf) ?? objectOf([]),
    ];
  },
};
