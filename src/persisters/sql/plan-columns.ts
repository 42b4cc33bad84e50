/** Decides which columns a table gets for the cells of rows that are about to be written. */
import type {Id} from '../../store/types.ts';
import type {ColumnMarks, SqlDialect, StoredCell} from './dialect.ts';

export type CellChanges = Readonly<Record<Id, StoredCell | undefined>>;

/** How often what occurs in a column, as far as its marks depend on it. */
class Tally {
  cells = 0;
  booleans = 0;
  bits = 0;
  nulls = 0;

  add(cell: StoredCell): void {
    this.cells++;
    if (cell === null) this.nulls++;
    else if (typeof cell === 'boolean') this.booleans++;
    else if (cell === 0 || cell === 1) this.bits++;
  }

  /** Marks under which the fewest cells have to be noted beside the table. */
  toMarks(rowCount: number): ColumnMarks {
    const absent = rowCount - this.cells;
    return {booleans: this.booleans > this.bits, absent: absent > this.nulls};
  }
}

/** What rows consist of. */
export const tallyCells = (rows: Readonly<Record<Id, CellChanges>>): Map<Id, Tally> => {
  const tallies = new Map<Id, Tally>();
  for (const rowId of Object.keys(rows)) {
    const cells = rows[rowId] ?? {};
    for (const cellId of Object.keys(cells)) {
      const cell = cells[cellId];
      if (cell === undefined) continue;
      let tally = tallies.get(cellId);
      if (!tally) tallies.set(cellId, (tally = new Tally()));
      tally.add(cell);
    }
  }
  return tallies;
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
