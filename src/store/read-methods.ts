/** The methods that read a store. */
import {decodeCell} from './cell-encoding.ts';
import type {Core, Methods} from './core.ts';
import {objectFrom, objectOf} from './fresh-object.ts';
import {schemaOf} from './schema.ts';
import {type SortedPage, sortedRowIds} from './sorted-rows.ts';
import type {Table} from './table.ts';
import {toId} from './to-id.ts';
import type {Id, Ids, Json, Sorter} from './types.ts';

type Each<Args extends unknown[]> = (...args: Args) => void;
type EachCell = Each<[cellId: Id, cell: unknown]>;
type EachRow = Each<[rowId: Id, forEachCell: (each: EachCell) => void]>;

const tableOf = ({data}: Core, tableId: unknown): Table | undefined =>
  data.tables.get(toId(tableId));

const hasTables = ({data}: Core): boolean => data.tables.size > 0;
const getTablesJson = ({data}: Core): Json => JSON.stringify(data.encodedTables());
const getValuesJson = ({data}: Core): Json => JSON.stringify(objectOf(data.values));
const getTablesSchemaJson = ({writer}: Core): Json =>
  JSON.stringify(objectFrom(writer.tablesRules ?? [], schemaOf));
const getValuesSchemaJson = ({writer}: Core): Json => JSON.stringify(schemaOf(writer.valuesRules));

const forEachCell = (core: Core, tableId: unknown, rowId: unknown, each: EachCell): void => {
  const table = tableOf(core, tableId);
  const id = toId(rowId);
  for (const cellId of table?.cellIds(id) ?? []) {
    each(cellId, decodeCell(table?.getCell(id, cellId)));
  }
};

const forEachRow = (core: Core, tableId: unknown, each: EachRow): void => {
  for (const rowId of tableOf(core, tableId)?.rows.keys() ?? []) {
    each(rowId, (eachCell) => forEachCell(core, tableId, rowId, eachCell));
  }
};

/** Ids may be anything that has a text. */
export const sortedPage = (
  first: unknown,
  cellId?: Id,
  descending?: boolean,
  offset?: number,
  limit?: number,
  sorter?: Sorter,
): SortedPage => {
  const isPage = typeof first === 'object' && first !== null;
  const page = isPage
    ? (first as SortedPage)
    : {tableId: first as Id, cellId, descending, offset, limit, sorter};
  return page.cellId === undefined ? page : {...page, cellId: toId(page.cellId)};
};

export const readMethods: Methods = {
  getContent: ({data}: Core) => [data.getTables(), data.getValues()],
  getTables: ({data}: Core) => data.getTables(),
  getTableIds: ({data}: Core) => [...data.tables.keys()],
  getTable: ({data}: Core, tableId: unknown) =>
    data.tables.get(toId(tableId))?.content(true) ?? objectOf([]),
  getTableCellIds: (core: Core, tableId: unknown) => [
    ...(tableOf(core, tableId)?.columns.keys() ?? []),
  ],
  getRowCount: (core: Core, tableId: unknown) => tableOf(core, tableId)?.rows.size ?? 0,
  getRowIds: (core: Core, tableId: unknown) => [...(tableOf(core, tableId)?.rows.keys() ?? [])],
  getSortedRowIds: (core: Core, ...args: Parameters<typeof sortedPage>): Ids => {
    const page = sortedPage(...args);
    return sortedRowIds(tableOf(core, page.tableId), page, false);
  },
  getRow: (core: Core, tableId: unknown, rowId: unknown) =>
    tableOf(core, tableId)?.row(toId(rowId), true) ?? objectOf([]),
  getCellIds: (core: Core, tableId: unknown, rowId: unknown) =>
    tableOf(core, tableId)?.cellIds(toId(rowId)) ?? [],
  getCell: (core: Core, tableId: unknown, rowId: unknown, cellId: unknown) =>
    decodeCell(tableOf(core, tableId)?.getCell(toId(rowId), toId(cellId))),
  getValues: ({data}: Core) => data.getValues(),
  getValueIds: ({data}: Core) => [...data.values.keys()],
  getValue: ({data}: Core, valueId: unknown) => decodeCell(data.values.get(toId(valueId))),

  hasTables,
  hasTable: (core: Core, tableId: unknown) => tableOf(core, tableId) !== undefined,
  hasTableCell: (core: Core, tableId: unknown, cellId: unknown) =>
    tableOf(core, tableId)?.columns.has(toId(cellId)) === true,
  hasRow: (core: Core, tableId: unknown, rowId: unknown) =>
    tableOf(core, tableId)?.rows.has(toId(rowId)) === true,
  hasCell: (core: Core, tableId: unknown, rowId: unknown, cellId: unknown) =>
    tableOf(core, tableId)?.getCell(toId(rowId), toId(cellId)) !== undefined,
  hasValues: ({data}: Core) => data.values.size > 0,
  hasValue: ({data}: Core, valueId: unknown) => data.values.has(toId(valueId)),
  hasTablesSchema: ({writer}: Core) => writer.tablesRules !== undefined,
  hasValuesSchema: ({writer}: Core) => writer.valuesRules !== undefined,
  isMergeable: () => false,

  getTablesJson,
  getValuesJson,
  getJson: (core: Core) => `[${getTablesJson(core)},${getValuesJson(core)}]`,
  getTablesSchemaJson,
  getValuesSchemaJson,
  getSchemaJson: (core: Core) => `[${getTablesSchemaJson(core)},${getValuesSchemaJson(core)}]`,

  forEachTable: (
    core: Core,
    each: Each<[tableId: Id, forEachRow: (each: EachRow) => void]>,
  ): void => {
    for (const tableId of core.data.tables.keys()) {
      each(tableId, (eachRow) => forEachRow(core, tableId, eachRow));
    }
  },
  forEachRow,
  forEachCell,
  forEachTableCell: (core: Core, tableId: unknown, each: Each<[Id, number]>): void => {
    for (const {id, count} of [...(tableOf(core, tableId)?.columns.values() ?? [])])
      each(id, count);
  },
  forEachValue: ({data}: Core, each: Each<[valueId: Id, value: unknown]>): void => {
    for (const [valueId, value] of data.values) each(valueId, decodeCell(value));
  },
};
