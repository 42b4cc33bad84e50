/** Writes rows, or values, of which the database may refuse some: the others are written, these are noted. */
import type {Id} from '../../store/types.ts';
import type {SqlDialect} from './dialect.ts';
import type {CellColumn, MappedTable} from './mapped-table.ts';
import type {Refusals} from './refusals.ts';
import {pick} from './row-groups.ts';
import {allOf, withoutStatements} from './run-work.ts';
import type {SqlParam, SqlWork} from './sql-driver.ts';
import {upsertRows} from './upsert-rows.ts';
import {planWrite, type WritePlan} from './write-plan.ts';

/** What is to be written to one table. */
export interface Written {
  readonly dialect: SqlDialect;
  readonly refusals: Refusals;
  readonly mapped: MappedTable;
  readonly plan: WritePlan;
  /** Ids and then, by column of the plan, what each row gets. */
  readonly values: readonly SqlParam[][];
}

/**
 * Puts NULL in the place of what the types of columns cannot hold.
 * @param note Is given each of their cells. @returns Whether there was any.
 */
const emptyUnheld = function* (
  {dialect, refusals, plan, values}: Written,
  index: number,
  note: (cellId: Id) => void,
): SqlWork<boolean> {
  let isAny = false;
  for (const [place, cellId] of plan.writableIds.entries()) {
    const {codec, column} = plan.cellColumns[place] as CellColumn;
    const forms = values[place + 1] ?? [];
    const form = forms[index] ?? null;
    const probe = codec.isUnsure && form !== null && dialect.probe?.(column, form);
    if (!probe || (yield* refusals.attempt(() => allOf([probe]))) === undefined) continue;
    forms[index] = null;
    note(cellId);
    isAny = true;
  }
  return isAny;
};

/**
 * @param note Is given what a column cannot hold. @param refuse Is given each row that is refused, and why.
 */
export const writeAllowedRows = (
  written: Written,
  note: (index: number, cellId: Id) => void,
  refuse: (index: number, error: unknown) => void,
): SqlWork<void> => {
  const {dialect, refusals, mapped, plan, values} = written;
  const write = (some: readonly number[]): SqlWork<void> =>
    upsertRows(
      dialect,
      mapped,
      plan,
      values.map((column) => pick(column, some)),
    );
  const indexes = [...(values[0] ?? []).keys()];
  return refusals.each(indexes, write, function* (index, error): SqlWork<void> {
    const isMended = yield* emptyUnheld(written, index, (cellId) => note(index, cellId));
    const left = isMended ? yield* refusals.attempt(() => write([index])) : error;
    if (left !== undefined) refuse(index, left);
  });
};

/** Values are the columns of one row. @param refuse Is given each value that is refused, and why. */
export const writeAllowedValues = (
  {dialect, refusals, mapped, plan: {writableIds}, values: [ids = [], ...forms]}: Written,
  refuse: (valueId: Id, error: unknown) => void,
): SqlWork<void> =>
  refusals.each(
    [...writableIds.keys()],
    (some) => {
      const plan = planWrite(mapped, pick(writableIds, some), false);
      return upsertRows(dialect, mapped, plan, [ids, ...pick(forms, some)]);
    },
    (index, error) => withoutStatements(() => refuse(writableIds[index] ?? '', error)),
  );
