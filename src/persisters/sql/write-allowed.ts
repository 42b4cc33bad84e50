/** Writes rows, or values, of which the database may refuse some: the others are written, these are noted. */
import type {Id} from '../../store/types.ts';
import type {SqlDialect} from './dialect.ts';
import type {CellColumn, MappedTable} from './mapped-table.ts';
import {attempt, type Refusals} from './refusals.ts';
import {allOf, withoutStatements} from './run-work.ts';
import type {SqlParam, SqlWork} from './sql-driver.ts';
import {upsertRows} from './upsert-rows.ts';

/** What is to be written to one table. */
export interface Written {
  readonly dialect: SqlDialect;
  readonly refusals: Refusals;
  readonly mapped: MappedTable;
  readonly cellIds: readonly Id[];
  /** Each an id, and then what the columns of `cellIds` get. */
  readonly rows: readonly SqlParam[][];
}

/**
 * Puts NULL in the place of what the types of columns cannot hold.
 * @param note Is given each of their cells. @returns Whether there was any.
 */
const emptyUnheld = function* (
  {dialect, mapped, cellIds}: Written,
  row: SqlParam[],
  note: (cellId: Id) => void,
): SqlWork<boolean> {
  let isAny = false;
  for (const [index, cellId] of cellIds.entries()) {
    const {codec, column} = mapped.columns.get(cellId) as CellColumn;
    const form = row[index + 1] ?? null;
    const probe = codec.isUnsure && form !== null && dialect.probe?.(column, form);
    if (!probe || (yield* attempt(dialect, () => allOf([probe]))) === undefined) continue;
    row[index + 1] = null;
    note(cellId);
    isAny = true;
  }
  return isAny;
};

/**
 * @param rowIds In the order of the rows.
 * @param note Is given what a column cannot hold. @param refuse Is given each row that is refused, and why.
 */
export const writeAllowedRows = (
  written: Written,
  rowIds: readonly Id[],
  note: (rowId: Id, cellId: Id) => void,
  refuse: (rowId: Id, error: unknown) => void,
): SqlWork<void> => {
  const {dialect, refusals, mapped, cellIds, rows} = written;
  const write = (some: readonly number[]): SqlWork<void> =>
    upsertRows(
      dialect,
      mapped,
      cellIds,
      some.map((index) => rows[index] ?? []),
    );
  return refusals.each([...rows.keys()], write, function* (index, error): SqlWork<void> {
    const rowId = rowIds[index] ?? '';
    const isMended = yield* emptyUnheld(written, rows[index] ?? [], (cellId) =>
      note(rowId, cellId),
    );
    const left = isMended ? yield* attempt(dialect, () => write([index])) : error;
    if (left !== undefined) refuse(rowId, left);
  });
};

/** Values are the columns of one row. @param refuse Is given each value that is refused, and why. */
export const writeAllowedValues = (
  {dialect, refusals, mapped, cellIds, rows: [row = []]}: Written,
  refuse: (valueId: Id, error: unknown) => void,
): SqlWork<void> => {
  const [id = null, ...forms] = row;
  return refusals.each(
    [...cellIds.keys()],
    (some) =>
      upsertRows(
        dialect,
        mapped,
        some.map((index) => cellIds[index] ?? ''),
        [[id, ...some.map((index) => forms[index] ?? null)]],
      ),
    (index, error) => withoutStatements(() => refuse(cellIds[index] ?? '', error)),
  );
};
