/** One mapped table as it is in the database: which column holds which cell, and how. */
import type {Id} from '../../store/types.ts';
import type {Catalog} from './catalog.ts';
import type {TableMapping} from './config.ts';
import {
  type CellSchema,
  type Column,
  type ColumnCodec,
  type DatabaseTable,
  type FindUnheldIds,
  Inexact,
  type SqlDialect,
} from './dialect.ts';
import type {SqlParam} from './sql-driver.ts';

/**
 * Looks up what the schema of the store says of a table's cells or, without a table, of values: the same object as
 * long as the schema is the same.
 */
export type FindSchema = (tableId: Id | undefined) => Readonly<Record<Id, CellSchema>> | undefined;

/** @returns `undefined` if there is no such table, or it lacks the column of the row ids. */
export type MapTable = (mapping: TableMapping) => MappedTable | undefined;

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
  readonly findUnheldIds: FindUnheldIds;
}

type Cells = ReturnType<FindSchema>;

/** A mapping, and what it depends on beside the table. */
interface Known {
  readonly mapped: MappedTable;
  readonly marksRevision: number;
  readonly cells: Cells;
}

const mapColumns = (
  dialect: SqlDialect,
  catalog: Catalog,
  {name: tableName, columns}: DatabaseTable,
  idColumn: Column,
  cells: Cells,
): Map<Id, CellColumn> => {
  const mapped = new Map<Id, CellColumn>();
  for (const column of columns.values()) {
    if (column === idColumn) continue;
    const {name} = column;
    const schema = cells && Object.hasOwn(cells, name) ? cells[name] : undefined;
    const codec = dialect.codecOf(column, catalog.marksOf(tableName, name), schema);
    mapped.set(name, {column, codec, isNullAbsent: codec.decode(null) === undefined});
  }
  return mapped;
};

/** Maps tables, and remembers each mapping as long as nothing has changed that it depends on. */
export const createTableMapper = (
  dialect: SqlDialect,
  catalog: Catalog,
  findSchema: FindSchema,
): MapTable => {
  const known = new Map<TableMapping, Known>();
  return (mapping) => {
    const table = catalog.find(mapping.tableName);
    const idColumn = table?.columns.get(mapping.rowIdColumnName);
    if (!table || !idColumn) return undefined;
    const cells = findSchema(mapping.tableId);
    const {marksRevision} = catalog;
    const last = known.get(mapping);
    if (
      last?.mapped.table === table &&
      last.marksRevision === marksRevision &&
      last.cells === cells
    ) {
      return last.mapped;
    }
    const columns = mapColumns(dialect, catalog, table, idColumn, cells);
    const findUnheldIds = dialect.unheldIdsFinder(idColumn);
    const mapped = {mapping, table, idColumn, columns, findUnheldIds};
    known.set(mapping, {mapped, marksRevision, cells});
    return mapped;
  };
};

export const formOf = (encoded: SqlParam | Inexact): SqlParam =>
  encoded instanceof Inexact ? encoded.form : encoded;

/** An id as it was selected, as a row id. */
export const idText = (id: unknown): Id => String(id);
