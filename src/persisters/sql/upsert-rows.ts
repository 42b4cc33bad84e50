/** Puts rows into a mapped table: those that are there are updated, the others added. */
import type {Id} from '../../store/types.ts';
import type {Column, SqlDialect} from './dialect.ts';
import {idText, type MappedTable} from './mapped-table.ts';
import {pick} from './row-groups.ts';
import {allOf} from './run-work.ts';
import type {SqlParam, SqlWork} from './sql-driver.ts';

/** @param values Ids and then, by column of `cellIds`, what each row gets. */
export const upsertRows = function* (
  dialect: SqlDialect,
  mapped: MappedTable,
  cellIds: readonly Id[],
  values: readonly (readonly SqlParam[])[],
): SqlWork<void> {
  const {idColumn, table} = mapped;
  const columns = cellIds.map((cellId) => mapped.columns.get(cellId)?.column as Column);
  // What is inserted must have all that is required, also if it turns out to be there already.
  const given = new Set<Column>(columns);
  const isPart = [...table.columns.values()].some(
    (column) => column.isRequired && column !== idColumn && !given.has(column),
  );
  if (idColumn.isUnique && !table.isView && !isPart) {
    yield* allOf(dialect.insert(table.name, [idColumn, ...columns], values, [idColumn]));
    return;
  }
  const [ids = []] = values;
  const known = new Set<Id>();
  for (const {condition, params} of dialect.idBatches(idColumn, ids)) {
    const found = yield {
      sql: `${dialect.select(table.name, idColumn, [])} WHERE ${condition}`,
      params,
    };
    for (const {i} of found) known.add(idText(i));
  }
  const valuesOf = (isKnown: boolean): SqlParam[][] => {
    const indexes = [...ids.keys()].filter((index) => known.has(idText(ids[index])) === isKnown);
    return values.map((column) => pick(column, indexes));
  };
  if (columns.length > 0) {
    yield* allOf(dialect.update(table.name, idColumn, columns, valuesOf(true)));
  }
  // Somebody may have been faster.
  const key = idColumn.isUnique && !table.isView ? [idColumn] : [];
  yield* allOf(dialect.insert(table.name, [idColumn, ...columns], valuesOf(false), key));
};
