/** The methods that open and close transactions, and tell what they have changed. */
import {decodeCell} from './cell-encoding.ts';
import type {Core, Methods} from './core.ts';
import {objectFrom} from './fresh-object.ts';
import {type Change, type IdChange, idChangeOf, netTables, netValues} from './net-changes.ts';
import type {Id} from './types.ts';

type DoRollback = (store: unknown) => unknown;

const mapMap = <Value, Result>(
  map: Iterable<readonly [Id | undefined, Value]>,
  toResult: (value: Value, id: Id) => Result,
): Record<Id, Result> =>
  objectFrom([...map].map(([id, value]) => [String(id), toResult(value, String(id))] as const));

const decodeChange = ([old, now]: Change): [unknown, unknown] => [decodeCell(old), decodeCell(now)];

const idChanges = (entries: Iterable<readonly [Id, IdChange]>): Record<Id, IdChange> =>
  objectFrom([...entries].filter(([, change]) => change !== 0));

const pruned = <Branch extends object>(
  branches: Iterable<readonly [Id, Branch]>,
): Record<Id, Branch> =>
  objectFrom([...branches].filter(([, branch]) => Object.keys(branch).length > 0));

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

  getTransactionChanges: ({data, transactions: {log}}: Core) => {
    if (!log) return [objectFrom([]), objectFrom([]), 1];
    const tables = mapMap(netTables(data, log), ({idChange, rows}) =>
      idChange < 0
        ? undefined
        : mapMap(rows, (row) =>
            row.idChange < 0 ? undefined : mapMap(row.cells, ([, now]) => decodeCell(now)),
          ),
    );
    return [tables, mapMap(netValues(data, log), ([, now]) => decodeCell(now)), 1];
  },

  getTransactionLog: ({data, transactions: {log, invalid}}: Core) => {
    const tables = log ? netTables(data, log) : new Map<Id, never>();
    const values = log ? netValues(data, log) : new Map<Id, never>();
    const rowsOf = [...tables];
    return [
      log !== undefined && log.tables.size > 0,
      log !== undefined && log.values.size > 0,
      mapMap(tables, ({rows}) => mapMap(rows, ({cells}) => mapMap(cells, decodeChange))),
      mapMap(invalid?.cells ?? [], (rows) =>
        mapMap(rows, (cells) => mapMap(cells, (all) => [...all])),
      ),
      mapMap(values, decodeChange),
      mapMap(invalid?.values ?? [], (all) => [...all]),
      idChanges(rowsOf.map(([id, {idChange}]) => [id, idChange] as const)),
      pruned(
        rowsOf.map(([tableId, {rows}]) => [
          tableId,
          idChanges([...rows].map(([id, {idChange}]) => [id, idChange] as const)),
        ]),
      ),
      pruned(
        rowsOf.map(([tableId, {rows}]) => [
          tableId,
          pruned(
            [...rows].map(([rowId, {cells}]) => [
              rowId,
              idChanges([...cells].map(([id, change]) => [id, idChangeOf(change)] as const)),
            ]),
          ),
        ]),
      ),
      idChanges([...values].map(([id, change]) => [id, idChangeOf(change)] as const)),
    ];
  },
};
