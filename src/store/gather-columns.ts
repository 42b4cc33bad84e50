/**
 * Rows of objects as columns, where that is simple: all have the same cells, each of which is good. Then many rows
 * cost little more than their cells.
 */
import {isEncodedObject, isPlainObject} from './cell-encoding.ts';
import type {EncodedCell, EncodedColumns} from './internals.ts';
import {admits, type Plan} from './schema.ts';
import type {Id} from './types.ts';

const haveSame = (ids: readonly Id[], others: readonly Id[]): boolean => {
  if (ids.length !== others.length) return false;
  for (let index = 0; index < ids.length; index++) if (ids[index] !== others[index]) return false;
  return true;
};

/**
 * @param findPlan The plan for cells with these ids; `undefined` if there is no schema.
 * @returns `undefined` if it is not that simple.
 */
export const gatherColumns = (
  rowIds: readonly Id[],
  rows: Readonly<Record<Id, unknown>>,
  encode: (cell: unknown) => EncodedCell | undefined,
  findPlan: (cellIds: readonly Id[]) => Plan | undefined,
): EncodedColumns | undefined => {
  const first: unknown = rows[rowIds[0] ?? ''];
  const cellIds = isPlainObject(first) ? Object.keys(first) : [];
  const plan = findPlan(cellIds);
  if (cellIds.length === 0 || (plan && plan.missing.length > 0)) return undefined;
  const types = plan ? plan.rules.map((rule) => (rule?.members ? undefined : rule?.types[0])) : [];
  // Of their final size: growing would copy them again and again.
  const columns = cellIds.map(() => new Array<EncodedCell>(rowIds.length));
  for (let index = 0; index < rowIds.length; index++) {
    const row: unknown = rows[rowIds[index] ?? ''];
    if (!isPlainObject(row) || !haveSame(Object.keys(row), cellIds)) return undefined;
    for (let place = 0; place < cellIds.length; place++) {
      const cell = encode(row[cellIds[place] ?? '']);
      if (cell === undefined) return undefined;
      // Most cells have the one type that is asked for, which `typeof` tells but for objects and null.
      const isTold = cell !== null && typeof cell === types[place] && !isEncodedObject(cell);
      if (plan && !isTold) {
        const rule = plan.rules[place];
        if (!rule || !admits(rule, cell)) return undefined;
      }
      (columns[place] as EncodedCell[])[index] = cell;
    }
  }
  return {rowIds, cellIds, columns};
};
