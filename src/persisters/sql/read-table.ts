/** Reads the rows of a mapped table. */
import type {EncodedCell} from '../../store/internals.ts';
import type {Id} from '../../store/types.ts';
import {setOwn} from '../engine/content.ts';
import type {Catalog} from './catalog.ts';
import {CELLS_TABLE} from './config.ts';
import {conditionOn, type IdBatch, quote, type SqlDialect, type StoredCell} from './dialect.ts';
import {type CellColumn, formOf, idText, type MappedTable} from './mapped-table.ts';
import type {SqlParam, SqlRow, SqlWork} from './sql-driver.ts';

export type StoredRow = Record<Id, StoredCell>;

export interface TableRows {
  readonly rows: Record<Id, StoredRow>;
  /** Ids that are no text, by the row id that they read as. */
  readonly typedIds: Map<Id, SqlParam>;
  /** How many rows had no id, or one that another row has. */
  readonly skipped: number;
}

type SideCells = Map<Id, Map<Id, EncodedCell | undefined>>;

const readSideCells = function* (
  dialect: SqlDialect,
  catalog: Catalog,
  tableName: string,
): SqlWork<SideCells | undefined> {
  if (!catalog.hasCells) return undefined;
  const rows = yield {
    sql: `SELECT row_id r,cell_id c,cell v FROM ${quote(CELLS_TABLE)} WHERE table_name=${dialect.parameter(1)}`,
    params: [tableName],
  };
  const cells: SideCells = new Map();
  for (const {r, c, v} of rows) {
    const rowId = JSON.parse(String(r)) as Id;
    let row = cells.get(rowId);
    if (!row) cells.set(rowId, (row = new Map<Id, EncodedCell | undefined>()));
    const cell = v === '' ? undefined : (JSON.parse(String(v)) as EncodedCell);
    row.set(JSON.parse(String(c)) as Id, cell);
  }
  return cells.size > 0 ? cells : undefined;
};

/** Whether a column holds what would be put into it for the cell that is noted beside it. */
const isFormOf = ({codec}: CellColumn, cell: EncodedCell | undefined, stored: unknown): boolean => {
  const value: unknown = typeof stored === 'bigint' ? Number(stored) : (stored ?? null);
  return formOf(codec.encode(cell)) === value;
};

const applySideCells = (
  row: StoredRow,
  side: Map<Id, EncodedCell | undefined>,
  columns: ReadonlyMap<Id, CellColumn>,
  getStored: (cellId: Id) => unknown,
): void => {
  for (const [cellId, cell] of side) {
    const column = columns.get(cellId);
    // Somebody who does not know of what is noted here may have written to the column since.
    if (column && !isFormOf(column, cell, getStored(cellId))) continue;
    if (cell === undefined) Reflect.deleteProperty(row, cellId);
    else setOwn(row, cellId, cell);
  }
};

const isEmpty = (row: StoredRow): boolean => Object.keys(row).length === 0;

/** @param where Which rows; default: all that meet the mapping's condition. */
export const readTable = function* (
  dialect: SqlDialect,
  catalog: Catalog,
  mapped: MappedTable,
  where?: IdBatch,
): SqlWork<TableRows> {
  const {mapping, idColumn, columns} = mapped;
  const side = yield* readSideCells(dialect, catalog, mapping.tableName);
  const cellColumns = [...columns.values()];
  const conditions = [
    ...(mapping.condition === undefined ? [] : [conditionOn(mapping.condition, mapping.tableName)]),
    ...(where ? [where.condition] : []),
  ];
  const stored: readonly SqlRow[] = yield {
    sql:
      dialect.select(
        mapping.tableName,
        idColumn,
        cellColumns.map(({column}) => column),
      ) + (conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''),
    params: where?.params ?? [],
    isBulk: true,
  };
  const isArray = Array.isArray(stored[0]);
  const idKey = isArray ? 0 : 'i';
  const places = cellColumns.map(({column: {name}, codec}, index) => ({
    name,
    codec,
    key: isArray ? index + 1 : `c${String(index)}`,
    isOrdinary: name !== '__proto__',
  }));
  const keys = new Map<string, string | number>(places.map(({name, key}) => [name, key]));
  const isIdTyped = dialect.isIdTyped(idColumn);
  const result = {rows: {} as Record<Id, StoredRow>, typedIds: new Map<Id, SqlParam>(), skipped: 0};
  for (const storedRow of stored) {
    const id = storedRow[idKey];
    if (id === null || id === undefined || typeof id === 'object') {
      result.skipped++;
      continue;
    }
    const rowId = idText(id);
    if (Object.hasOwn(result.rows, rowId)) {
      result.skipped++;
      continue;
    }
    if (isIdTyped && typeof id !== 'string') result.typedIds.set(rowId, id as SqlParam);
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
    if (sideRow ? !isEmpty(row) : count > 0) setOwn(result.rows, rowId, row);
  }
  // Rows that the table cannot hold are there and nowhere else.
  for (const [rowId, cells] of where || !side || mapping.condition ? [] : side) {
    if (dialect.canHoldId(idColumn, rowId)) continue;
    const row: StoredRow = {};
    for (const [cellId, cell] of cells) if (cell !== undefined) setOwn(row, cellId, cell);
    if (!isEmpty(row)) setOwn(result.rows, rowId, row);
  }
  return result;
};
