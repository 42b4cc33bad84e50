/** Decides which columns a table gets for the cells of rows that are about to be written. */
import type {Id} from '../../store/types.ts';
import type {ColumnMarks, SqlDialect, StoredCell} from './dialect.ts';

/** How often what occurs in a column. */
export class Tally {
  strings = 0;
  numbers = 0;
  /** Numbers that are 0 or 1. */
  bits = 0;
  booleans = 0;
  nulls = 0;
  /** What a column holds and a cell cannot. */
  others = 0;

  get cells(): number {
    return this.strings + this.numbers + this.booleans + this.nulls + this.others;
  }

  /** Marks under which the fewest cells have to be noted beside the table. */
  toMarks(rowCount: number): ColumnMarks {
    const absent = rowCount - this.cells;
    return {booleans: this.booleans > this.bits, absent: absent > this.nulls};
  }
}

/** @param cells `undefined` where there is none. @param tally Of others, to which these are added. */
export const tallyOf = (
  cells: readonly (StoredCell | undefined)[],
  tally: Tally = new Tally(),
): Tally => {
  for (const cell of cells) {
    switch (typeof cell) {
      case 'string':
        tally.strings++;
        break;
      case 'number':
        tally.numbers++;
        if (cell === 0 || cell === 1) tally.bits++;
        break;
      case 'boolean':
        tally.booleans++;
        break;
      case 'undefined':
        break;
      default:
        if (cell === null) tally.nulls++;
        else tally.others++;
    }
  }
  return tally;
};

/**
 * The cells among `cellIds` that get columns of their own, in order; the others cannot: their name is taken,
 * perhaps in another case, or is no name for a column, or there is no room.
 * @param taken Names of columns that are there.
 */
export const newColumns = (
  dialect: SqlDialect,
  cellIds: Iterable<Id>,
  taken: Iterable<string>,
): Id[] => {
  const names = new Set([...taken].map((name) => dialect.foldCase(name)));
  const columns: Id[] = [];
  for (const cellId of cellIds) {
    const name = dialect.foldCase(cellId);
    if (names.has(name) || names.size >= dialect.maxColumns || !dialect.canName(cellId)) continue;
    names.add(name);
    columns.push(cellId);
  }
  return columns;
};
