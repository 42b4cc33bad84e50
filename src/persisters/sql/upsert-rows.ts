/** Puts rows into a mapped table: those that are there are updated, the others added. */
import type {Id} from '../../store/types.ts';
import type {SqlDialect} from './dialect.ts';
import {idText, type MappedTable} from './mapped-table.ts';
import {pick} from './row-groups.ts';
import {allOf} from './run-work.ts';
import type {SqlParam, SqlWork} from './sql-driver.ts';
import type {WritePlan} from './write-plan.ts';

/** @param values Ids and then, by column of the plan, what each row gets. */
export const upsertRows = function* (
  dialect: SqlDialect,
  {idColumn, table}: MappedTable,
  {columns, isUpsertable}: WritePlan,
  values: readonly (readonly SqlParam[])[],
): SqlWork<void> {
  if (isUpsertable) {
    yield* allOf(dialect.insert(table.name, columns, values, [idColumn]));
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
  if (columns.length > 1) {
    yield* allOf(dialect.update(table.name, idColumn, columns.slice(1), valuesOf(true)));
  }
  // Somebody may have been faster.
  const key = idColumn.isUnique && !table.isView ? [idColumn] : [];
  yield* allOf(dialect.insert(table.name, columns, valuesOf(false), key));
};
