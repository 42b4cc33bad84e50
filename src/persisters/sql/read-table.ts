/** Reads the rows of a mapped table. */
import type {Id} from '../../store/types.ts';
import {setOwn} from '../engine/content.ts';
import type {Catalog} from './catalog.ts';
import {conditionOn, type IdBatch, type SqlDialect, type StoredCell} from './dialect.ts';
import {idText, type MappedTable} from './mapped-table.ts';
import {applySideCells, readSideCells, type SideCells} from './side-cells.ts';
import type {SqlParam, SqlRow, SqlWork} from './sql-driver.ts';

export type StoredRow = Record<Id, StoredCell>;

export interface TableRows {
  readonly rows: Record<Id, StoredRow>;
  /** Ids that are no text, by the row id that they read as. */
  readonly typedIds: Map<Id, SqlParam>;
  /** How many rows had no id, or one that another row has. */
  readonly skipped: number;
}

const isEmpty = (row: StoredRow): boolean => Object.keys(row).length === 0;

/** Beside generators, as engines compile loops in these later. */
const decodeRows = (
  stored: readonly SqlRow[],
  {columns}: MappedTable,
  isIdTyped: boolean,
  side: SideCells | undefined,
): TableRows => {
  const isArray = Array.isArray(stored[0]);
  const idKey = isArray ? 0 : 'i';
  const places = [...columns.values()].map(({column: {name}, codec}, index) => ({
    name,
    codec,
    key: isArray ? index + 1 : `c${String(index)}`,
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
  const result = decodeRows(stored, mapped, dialect.isIdTyped(idColumn), side);
  // Rows that the table cannot hold are there and nowhere else.
  const hasAll = !where && mapping.condition === undefined;
  for (const rowId of hasAll && side ? dialect.unheldIds(idColumn, [...side.keys()]) : []) {
    const row: StoredRow = {};
    for (const [cellId, cell] of side?.get(rowId) ?? []) if (cell !== undefined) setOwn(row, cellId, cell);
    if (!isEmpty(row)) result.rows[rowId] = row;
  }
  return result;
};
