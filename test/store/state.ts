/** All that can be read from a store, as data that can be compared between stores. */
import {call, CELL_IDS, ROW_IDS, TABLE_IDS, VALUE_IDS} from './operations.ts';

const idsOf = (store: object, method: string, ...args: string[]): string[] => {
  const ids = call(store, method, args);
  return Array.isArray(ids) ? ids.map(String) : [];
};

/** Ids in their order, or if that is not defined, sorted. */
type Arrange = (ids: string[]) => string[];
export const AS_THEY_ARE: Arrange = (ids) => ids;
export const SORTED: Arrange = (ids) => [...ids].sort();

/** Content, ids, order and schemas, as every getter tells them. */
export const stateOf = (store: object, arrange: Arrange): Record<string, unknown> => {
  const tableIds = idsOf(store, 'getTableIds');
  const tables = tableIds.map((tableId) => {
    const rowIds = idsOf(store, 'getRowIds', tableId);
    return [
      tableId,
      call(store, 'getRowCount', [tableId]),
      arrange(idsOf(store, 'getTableCellIds', tableId)),
      arrange(rowIds),
      Object.fromEntries(
        rowIds.map((rowId) => [rowId, arrange(idsOf(store, 'getCellIds', tableId, rowId))]),
      ),
    ];
  });
  return {
    content: call(store, 'getContent', []),
    tableIds: arrange(tableIds),
    tables: arrange === SORTED ? Object.fromEntries(tables) : tables,
    valueIds: arrange(idsOf(store, 'getValueIds')),
    json: arrange === SORTED ? undefined : call(store, 'getJson', []),
    schema: JSON.parse(String(call(store, 'getSchemaJson', []))) as unknown,
    hasTables: call(store, 'hasTables', []),
    hasValues: call(store, 'hasValues', []),
    has: TABLE_IDS.map((tableId) => [
      call(store, 'hasTable', [tableId]),
      call(store, 'hasTableCell', [tableId, 'c']),
      ROW_IDS.map((rowId) => [
        call(store, 'hasRow', [tableId, rowId]),
        CELL_IDS.map((cellId) => call(store, 'hasCell', [tableId, rowId, cellId])),
      ]),
    ]),
    cells: TABLE_IDS.map((tableId) =>
      ROW_IDS.map((rowId) =>
        CELL_IDS.map((cellId) => call(store, 'getCell', [tableId, rowId, cellId])),
      ),
    ),
    values: VALUE_IDS.map((valueId) => [
      call(store, 'hasValue', [valueId]),
      call(store, 'getValue', [valueId]),
    ]),
    sorted: arrange === SORTED ? undefined : TABLE_IDS.map((tableId) => sortedIds(store, tableId)),
  };
};

const sortedIds = (store: object, tableId: string): unknown => [
  call(store, 'getSortedRowIds', [tableId]),
  call(store, 'getSortedRowIds', [tableId, 'c']),
  call(store, 'getSortedRowIds', [tableId, undefined, true, 1, 2]),
];
