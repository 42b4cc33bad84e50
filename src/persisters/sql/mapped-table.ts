/** One mapped table as it is in the database: which column holds which cell, and how. */
import type {Id} from '../../store/types.ts';
import type {Catalog} from './catalog.ts';
import type {TableMapping} from './config.ts';
import {
  type CellSchema,
  type Column,
  type ColumnCodec,
  type DatabaseTable,
  Inexact,
  type SqlDialect,
} from './dialect.ts';
import type {SqlParam} from './sql-driver.ts';

/** Looks up what the schema of the store says of a cell, or of a value, whose table is `undefined`. */
export type FindSchema = (tableId: Id | undefined, cellId: Id) => CellSchema | undefined;

export interface CellColumn {
  readonly column: Column;
  readonly codec: ColumnCodec;
  /** Whether NULL reads as an absent cell. */
  readonly isNullAbsent: boolean;
}

export interface MappedTable {
  readonly mapping: TableMapping;
  readonly table: DatabaseTable;
  readonly idColumn: Column;
  /** By cell id, which is the column's name. */
  readonly columns: ReadonlyMap<Id, CellColumn>;
}

/** @returns `undefined` if there is no such table, or it lacks the column of the row ids. */
export const mapTable = (
  dialect: SqlDialect,
  catalog: Catalog,
  mapping: TableMapping,
  findSchema: FindSchema,
): MappedTable | undefined => {
  const table = catalog.find(mapping.tableName);
  const idColumn = table?.columns.get(mapping.rowIdColumnName);
  if (!table || !idColumn) return undefined;
  const columns = new Map<Id, CellColumn>();
  for (const column of table.columns.values()) {
    if (column === idColumn) continue;
    const marks = catalog.marksOf(table.name, column.name);
    const codec = dialect.codecOf(column, marks, findSchema(mapping.tableId, column.name));
    const isNullAbsent = codec.decode(null) === undefined;
    columns.set(column.name, {column, codec, isNullAbsent});
  }
  return {mapping, table, idColumn, columns};
};

export const formOf = (encoded: SqlParam | Inexact): SqlParam =>
  encoded instanceof Inexact ? encoded.form : encoded;

/** An id as it was selected, as a row id. */
export const idText = (id: unknown): Id => String(id);
