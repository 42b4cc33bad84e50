/** The methods that read a store. */
import {decodeCell} from './cell-encoding.ts';
import {type Core, type Methods, toId} from './core.ts';
import {objectFrom, withoutPrototype} from './fresh-object.ts';
import {sortedRowIds} from './sorted-rows.ts';
import type {Table} from './table.ts';
import type {Id, Ids, Json, Sorter} from './types.ts';

type Each<Args extends unknown[]> = (...args: Args) => void;
type EachCell = Each<[cellId: Id, cell: unknown]>;
type EachRow = Each<[rowId: Id, forEachCell: (each: EachCell) => void]>;

const tableOf = ({data}: Core, tableId: unknown): Table | undefined =>
  data.tables.get(toId(tableId));

const cellIds = (table: Table | undefined): Ids =>
  [...(table?.columns.values() ?? [])].filter(({count}) => count > 0).map(({id}) => id);

const hasTables = ({data}: Core): boolean => data.tables.size > 0;
const getTablesJson = ({data}: Core): Json => JSON.stringify(data.encodedTables());
const getValuesJson = ({data}: Core): Json => JSON.stringify(data.encodedValues());
const getTablesSchemaJson = ({writer}: Core): Json =>
  JSON.stringify(
    objectFrom([...(writer.tablesRules ?? [])].map(([id, rules]) => [id, rules.toJson()] as const)),
  );
const getValuesSchemaJson = ({writer}: Core): Json =>
  JSON.stringify(writer.valuesRules?.toJson() ?? {});

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

interface SortArgs {
  readonly tableId: Id;
  readonly cellId?: Id;
  readonly descending?: boolean;
  readonly offset?: number;
  readonly limit?: number;
  readonly sorter?: Sorter;
}

export const readMethods: Methods = {
  getContent: ({data}: Core) => [data.getTables(), data.getValues()],
  getTables: ({data}: Core) => data.getTables(),
  getTableIds: ({data}: Core) => [...data.tables.keys()],
  getTable: ({data}: Core, tableId: unknown) => data.getTable(toId(tableId)),
  getTableCellIds: (core: Core, tableId: unknown) => cellIds(tableOf(core, tableId)),
  getRowCount: (core: Core, tableId: unknown) => tableOf(core, tableId)?.rows.size ?? 0,
  getRowIds: (core: Core, tableId: unknown) => [...(tableOf(core, tableId)?.rows.keys() ?? [])],
  getSortedRowIds: (
    core: Core,
    tableIdOrArgs: Id | SortArgs,
    cellId?: Id,
    descending = false,
    offset = 0,
    limit?: number,
    sorter?: Sorter,
  ): Ids => {
    const args =
      typeof tableIdOrArgs === 'object'
        ? tableIdOrArgs
        : {tableId: tableIdOrArgs, cellId, descending, offset, limit, sorter};
    const table = tableOf(core, args.tableId);
    const page = {
      cellId: args.cellId === undefined ? undefined : toId(args.cellId),
      descending: args.descending === true,
      offset: args.offset ?? 0,
      limit: args.limit,
      sorter: args.sorter,
    };
    return table ? sortedRowIds(table, page, false) : [];
  },
  getRow: (core: Core, tableId: unknown, rowId: unknown) =>
    tableOf(core, tableId)?.row(toId(rowId)) ?? withoutPrototype({}),
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
    (tableOf(core, tableId)?.columns.get(toId(cellId))?.count ?? 0) > 0,
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
    const table = tableOf(core, tableId);
    for (const id of cellIds(table)) each(id, table?.columns.get(id)?.count ?? 0);
  },
  forEachValue: ({data}: Core, each: Each<[valueId: Id, value: unknown]>): void => {
    for (const [valueId, value] of data.values) each(valueId, decodeCell(value));
  },
};
