/** The methods that open and close transactions, and tell what they have changed. */
import {decodeCell} from './cell-encoding.ts';
import type {ChangedCell, IdChange} from './change-log.ts';
import type {Core, Methods} from './core.ts';
import {objectFrom, objectOf} from './fresh-object.ts';
import {idChangeOf, type NetChanges, netChanges, NO_CHANGES} from './net-changes.ts';
import type {Parts} from './parts.ts';
import type {Id, Store} from './types.ts';

type DoRollback = (store: Store) => unknown;

const changesOf = ({data}: Core): NetChanges =>
  data.log ? netChanges(data, data.log, true) : NO_CHANGES;

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

const orNone = <Branch>(branch: Record<Id, Branch> | undefined): Record<Id, Branch> =>
  branch ?? objectOf([]);

/** Whether an id came or went; `undefined` if neither. */
const idChangeIn = ({idChange}: {readonly idChange: IdChange}): IdChange | undefined =>
  idChange || undefined;
const cellIdChange = (cell: ChangedCell): IdChange | undefined => idChangeOf(cell) || undefined;

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
      log?.touches(false) === true,
      log?.touches(true) === true,
      branches(tables, ({rows}) => branches(rows, ({cells}) => branches(cells, oldAndNow))),
      objectFrom(invalid?.cells ?? [], (rows) =>
        objectFrom(rows, (cells) => objectFrom(cells, copyOf)),
      ),
      branches(values, oldAndNow),
      objectFrom(invalid?.values ?? [], copyOf),
      orNone(pruned(tables, idChangeIn)),
      orNone(pruned(tables, ({rows}) => pruned(rows, idChangeIn))),
      orNone(pruned(tables, ({rows}) => pruned(rows, ({cells}) => pruned(cells, cellIdChange)))),
      orNone(pruned(values, cellIdChange)),
    ];
  },
};
