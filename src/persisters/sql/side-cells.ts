/** Cells that a mapped table's columns cannot tell, noted in a table of the core's own. */
import type {EncodedCell} from '../../store/internals.ts';
import type {Id} from '../../store/types.ts';
import {setOwn} from '../engine/content.ts';
import type {Catalog} from './catalog.ts';
import {CELLS_TABLE} from './config.ts';
import {type Column, quote, quoteText, type SqlDialect, type StoredCell} from './dialect.ts';
import {type CellColumn, formOf} from './mapped-table.ts';
import {allOf} from './run-work.ts';
import type {SqlParam, SqlWork} from './sql-driver.ts';

/** By row and cell; `undefined` for a cell that is absent. */
export type SideCells = Map<Id, Map<Id, EncodedCell | undefined>>;

const textColumn = (name: string): Column => ({
  ...{name, type: 'text'},
  ...{isUnique: false, isRequired: true, isGenerated: false, isStrict: false},
});

const ROW_ID = textColumn('row_id');
const CELL_ID = textColumn('cell_id');
const KEY = [textColumn('table_name'), ROW_ID, CELL_ID];
const COLUMNS = [...KEY, textColumn('cell')];

/** How ids lie there: as JSON, which has an escape for whatever text cannot hold. */
const keyOfId = (id: Id): string => JSON.stringify(id);

/** @returns `undefined` if nothing is noted of that table. */
export const readSideCells = function* (
  dialect: SqlDialect,
  catalog: Catalog,
  tableName: string,
): SqlWork<SideCells | undefined> {
  if (!catalog.hasCells) return undefined;
  const rows = yield {
    sql: `SELECT row_id r,cell_id c,cell v FROM ${quote(CELLS_TABLE)} WHERE table_name=${dialect.parameter(1)}`,
    params: [tableName],
  };
  const cells: SideCells = new Map();
  for (const {r, c, v} of rows) {
    const rowId = JSON.parse(String(r)) as Id;
    let row = cells.get(rowId);
    if (!row) cells.set(rowId, (row = new Map<Id, EncodedCell | undefined>()));
    const cell = v === '' ? undefined : (JSON.parse(String(v)) as EncodedCell);
    row.set(JSON.parse(String(c)) as Id, cell);
  }
  return cells.size > 0 ? cells : undefined;
};

/** Whether a column holds what would be put into it for the cell that is noted beside it. */
const isFormOf = ({codec}: CellColumn, cell: EncodedCell | undefined, stored: unknown): boolean => {
  const value: unknown = typeof stored === 'bigint' ? Number(stored) : (stored ?? null);
  if (codec.isUnsure && value === null && cell !== undefined) return true;
  return formOf(codec.encode(cell)) === value;
};

/** Puts what is noted of a row in the place of what its columns tell. */
export const applySideCells = (
  row: Record<Id, StoredCell>,
  side: Map<Id, EncodedCell | undefined>,
  columns: ReadonlyMap<Id, CellColumn>,
  getStored: (cellId: Id) => unknown,
): void => {
  for (const [cellId, cell] of side) {
    const column = columns.get(cellId);
    // Somebody who does not know of what is noted here may have written to the column since.
    if (column && !isFormOf(column, cell, getStored(cellId))) continue;
    if (cell === undefined) Reflect.deleteProperty(row, cellId);
    else setOwn(row, cellId, cell);
  }
};

/** What is to be noted of one table's rows. */
export class SideNotes {
  readonly #dialect: SqlDialect;
  readonly #catalog: Catalog;
  readonly #tableName: string;
  #notes: SqlParam[][] = [];

  constructor(dialect: SqlDialect, catalog: Catalog, tableName: string) {
    this.#dialect = dialect;
    this.#catalog = catalog;
    this.#tableName = tableName;
  }

  /** @param cell `undefined` if it is absent. */
  note(rowId: Id, cellId: Id, cell: StoredCell | undefined): void {
    const text = cell === undefined ? '' : JSON.stringify(cell);
    this.#notes.push([this.#tableName, keyOfId(rowId), keyOfId(cellId), text]);
  }

  has(rowId: Id, cellId: Id): boolean {
    const [rowKey, cellKey] = [keyOfId(rowId), keyOfId(cellId)];
    return this.#notes.some(([, row, cell]) => row === rowKey && cell === cellKey);
  }

  /** Forgets what has been noted of a row: it has not been written. */
  drop(rowId: Id): void {
    const key = keyOfId(rowId);
    this.#notes = this.#notes.filter(([, noted]) => noted !== key);
  }

  /**
   * Writes down what has been noted.
   * @param replaced Cells of which something may be noted already.
   */
  *write(
    replaced: Iterable<{readonly rowIds: readonly Id[]; readonly cellIds: readonly Id[]}>,
  ): SqlWork<void> {
    if (this.#notes.length > 0) yield* this.#catalog.createCellsTable();
    else if (!this.#catalog.hasCells) return;
    for (const {rowIds, cellIds} of replaced) yield* this.forget(rowIds, cellIds.map(keyOfId));
    const values = COLUMNS.map((_column, place) => this.#notes.map((note) => note[place] ?? null));
    yield* allOf(this.#dialect.insert(CELLS_TABLE, COLUMNS, values, KEY));
    this.#notes = [];
  }

  /** Removes what is noted of rows; default: of all of the table's. */
  *forget(rowIds?: readonly Id[], cellKeys?: readonly string[]): SqlWork<void> {
    if (!this.#catalog.hasCells) return;
    const dialect = this.#dialect;
    const start = `DELETE FROM${quote(CELLS_TABLE)}WHERE table_name=${quoteText(this.#tableName)}`;
    if (!rowIds) {
      yield {sql: start, params: []};
      return;
    }
    for (const rows of dialect.idBatches(ROW_ID, rowIds.map(keyOfId))) {
      if (!cellKeys) {
        yield {sql: `${start} AND ${rows.condition}`, params: rows.params};
        continue;
      }
      for (const cells of dialect.idBatches(CELL_ID, cellKeys, rows.params.length + 1)) {
        yield {
          sql: `${start} AND ${rows.condition} AND ${cells.condition}`,
          params: [...rows.params, ...cells.params],
        };
      }
    }
  }
}
