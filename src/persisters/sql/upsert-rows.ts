/** Puts rows into a mapped table: those that are there are updated, the others added. */
import type {Id} from '../../store/types.ts';
import type {Column, SqlDialect} from './dialect.ts';
import {idText, type MappedTable} from './mapped-table.ts';
import {allOf} from './run-work.ts';
import type {SqlParam, SqlWork} from './sql-driver.ts';

/** @param rows Each an id, and then what the columns of `cellIds` get. */
export const upsertRows = function* (
  dialect: SqlDialect,
  mapped: MappedTable,
  cellIds: readonly Id[],
  rows: Iterable<readonly SqlParam[]>,
): SqlWork<void> {
  const {idColumn, table} = mapped;
  const columns = cellIds.map((cellId) => mapped.columns.get(cellId)?.column as Column);
  // What is inserted must have all that is required, also if it turns out to be there already.
  const given = new Set<Column>(columns);
  const isPart = [...table.columns.values()].some(
    (column) => column.isRequired && column !== idColumn && !given.has(column),
  );
  if (idColumn.isUnique && !table.isView && !isPart) {
    yield* allOf(dialect.insert(table.name, [idColumn, ...columns], rows, [idColumn]));
    return;
  }
  const all = [...rows];
  const known = new Set<Id>();
  const ids = all.map(([id = null]) => id);
  for (const {condition, params} of dialect.idBatches(idColumn, ids)) {
    const found = yield {
      sql: `${dialect.select(table.name, idColumn, [])} WHERE ${condition}`,
      params,
    };
    for (const {i} of found) known.add(idText(i));
  }
  const isKnown = ([id = null]: readonly SqlParam[]): boolean => known.has(idText(id));
  if (columns.length > 0) {
    yield* allOf(dialect.update(table.name, idColumn, columns, all.filter(isKnown)));
  }
  const added = all.filter((row) => !isKnown(row));
  // Somebody may have been faster.
  const key = idColumn.isUnique && !table.isView ? [idColumn] : [];
  yield* allOf(dialect.insert(table.name, [idColumn, ...columns], added, key));
};
