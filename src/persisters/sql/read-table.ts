/** Reads the rows of a mapped table. */
import type {EncodedCell, EncodedColumns} from '../../store/internals.ts';
import type {Id} from '../../store/types.ts';
import {setOwn} from '../engine/content.ts';
import type {Catalog} from './catalog.ts';
import {
  type ColumnCodec,
  conditionOn,
  type IdBatch,
  type SqlDialect,
  type StoredCell,
  Unrepresentable,
} from './dialect.ts';
import {idText, type MappedTable} from './mapped-table.ts';
import {pick} from './row-groups.ts';
import {applySideCells, readSideCells, type SideCells} from './side-cells.ts';
import type {SqlParam, SqlRow, SqlWork} from './sql-driver.ts';

export type StoredRow = Record<Id, StoredCell>;

export interface TableRows {
  readonly rows: Record<Id, StoredRow>;
  /** The same by column, instead, if all of the table could be had so. */
  readonly columns?: EncodedColumns | undefined;
  /** Ids that are no text, by the row id that they read as. */
  readonly typedIds: Map<Id, SqlParam>;
  /** How many rows had no id, or one that another row has. */
  readonly skipped: number;
}

const isEmpty = (row: StoredRow): boolean => Object.keys(row).length === 0;

/** Where the values of rows are: these are arrays, or have the names that the dialect has given. */
const keysOf = (stored: readonly SqlRow[], count: number): (string | number)[] => {
  const isArray = Array.isArray(stored[0]);
  return Array.from({length: count}, (_column, index) =>
    isArray ? index + 1 : `c${String(index)}`,
  );
};

/** @returns `undefined` if a cell is none that a store can have. */
const decodeColumn = (
  values: readonly unknown[],
  codec: ColumnCodec,
): readonly (EncodedCell | undefined)[] | undefined => {
  const all = codec.decodeAll?.(values);
  if (all) return all;
  const cells: (EncodedCell | undefined)[] = [];
  for (const value of values) {
    const cell = codec.decode(value);
    if (cell instanceof Unrepresentable) return undefined;
    cells.push(cell);
  }
  return cells;
};

/**
 * Rows in the order in which an object has them, which is that of all other content: array indexes come first.
 * @returns The indexes of rows; `undefined` if they are in that order.
 */
const orderOf = (rowIds: readonly Id[]): number[] | undefined => {
  if (!rowIds.some((rowId) => /^\d/.test(rowId))) return undefined;
  const places = new Map(rowIds.map((rowId, index) => [rowId, index]));
  const order = Object.keys(Object.fromEntries(places)).map((rowId) => places.get(rowId) ?? 0);
  return order.every((place, index) => place === index) ? undefined : order;
};

/** @returns `undefined` if these are not rows with ids of their own that are text, and with a cell each. */
const decodeColumns = (
  stored: readonly SqlRow[],
  {columns}: MappedTable,
): EncodedColumns | undefined => {
  const keys = keysOf(stored, columns.size);
  const idKey = Array.isArray(stored[0]) ? 0 : 'i';
  const ids = stored.map((row) => row[idKey]);
  const hasIds = ids.every((id) => typeof id === 'string') && new Set(ids).size === ids.length;
  if (!hasIds) return undefined;
  const decoded: (readonly (EncodedCell | undefined)[])[] = [];
  let isAnyFull = stored.length === 0;
  for (const [place, {codec}] of [...columns.values()].entries()) {
    const key = keys[place] ?? '';
    const cells = decodeColumn(
      stored.map((row) => row[key]),
      codec,
    );
    if (!cells) return undefined;
    isAnyFull ||= !cells.includes(undefined);
    decoded.push(cells);
  }
  if (!isAnyFull) return undefined;
  const order = orderOf(ids);
  return {
    rowIds: order ? pick(ids, order) : ids,
    cellIds: [...columns.keys()],
    columns: order ? decoded.map((cells) => pick(cells, order)) : decoded,
  };
};

/** Beside generators, as engines compile loops in these later. */
const decodeRows = (
  stored: readonly SqlRow[],
  {columns}: MappedTable,
  isIdTyped: boolean,
  side: SideCells | undefined,
): TableRows => {
  const valueKeys = keysOf(stored, columns.size);
  const idKey = Array.isArray(stored[0]) ? 0 : 'i';
  const places = [...columns.values()].map(({column: {name}, codec}, index) => ({
    name,
    codec,
    key: valueKeys[index] ?? '',
    isOrdinary: name !== '__proto__',
  }));
  const keys = new Map<string, string | number>(places.map(({name, key}) => [name, key]));
  // One without a prototype is made for many keys, and takes any.
  const rows = Object.create(null) as Record<Id, StoredRow>;
  const typedIds = new Map<Id, SqlParam>();
  let skipped = 0;
  for (const storedRow of stored) {
    const id = storedRow[idKey];
    const rowId = idText(id);
    if (id === null || id === undefined || typeof id === 'object' || rowId in rows) {
      skipped++;
      continue;
    }
    if (isIdTyped && typeof id !== 'string') typedIds.set(rowId, id as SqlParam);
    const row: StoredRow = {};
    let count = 0;
    for (const {name, codec, key, isOrdinary} of places) {
      const cell = codec.decode(storedRow[key]);
      if (cell === undefined) continue;
      if (isOrdinary) row[name] = cell;
      else setOwn(row, name, cell);
      count++;
    }
    const sideRow = side?.get(rowId);
    if (sideRow) {
      applySideCells(row, sideRow, columns, (cellId) => storedRow[keys.get(cellId) ?? '']);
    }
    if (sideRow ? !isEmpty(row) : count > 0) rows[rowId] = row;
  }
  return {rows, typedIds, skipped};
};

/** @param where Which rows; default: all that meet the mapping's condition. */
export const readTable = function* (
  dialect: SqlDialect,
  catalog: Catalog,
  mapped: MappedTable,
  where?: IdBatch,
): SqlWork<TableRows> {
  const {mapping, idColumn, columns} = mapped;
  const side = yield* readSideCells(dialect, catalog, mapping.tableName);
  const conditions = [
    ...(mapping.condition === undefined ? [] : [conditionOn(mapping.condition, mapping.tableName)]),
    ...(where ? [where.condition] : []),
  ];
  const stored: readonly SqlRow[] = yield {
    sql:
      dialect.select(
        mapping.tableName,
        idColumn,
        [...columns.values()].map(({column}) => column),
      ) + (conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''),
    params: where?.params ?? [],
    isBulk: true,
  };
  const isWhole = !where && !side && mapping.tableId !== undefined;
  const columnar = isWhole ? decodeColumns(stored, mapped) : undefined;
  if (columnar) return {rows: {}, columns: columnar, typedIds: new Map(), skipped: 0};
  const result = decodeRows(stored, mapped, dialect.isIdTyped(idColumn), side);
  // Rows that the table cannot hold are there and nowhere else.
  const hasAll = !where && mapping.condition === undefined;
  for (const rowId of hasAll && side ? mapped.findUnheldIds([...side.keys()]) : []) {
    const row: StoredRow = {};
    for (const [cellId, cell] of side?.get(rowId) ?? [])
      if (cell !== undefined) setOwn(row, cellId, cell);
    if (!isEmpty(row)) result.rows[rowId] = row;
  }
  return result;
};
