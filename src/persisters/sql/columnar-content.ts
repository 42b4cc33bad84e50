/**
 * Content as databases return it: tables by column, which is also how a store holds them, so that one which is empty
 * takes them over as they are.
 */
import type {
  EncodedColumns,
  EncodedContent,
  EncodedTable,
  EncodedValues,
} from '../../store/internals.ts';
import {fillStore} from '../../store/fill.ts';
import type {AnyStore, Id} from '../../store/types.ts';
import {setOwn} from '../engine/content.ts';
import type {PreparedContent} from '../engine/storage-adapter.ts';

export class ColumnarContent implements PreparedContent {
  readonly #columns = new Map<Id, EncodedColumns>();
  readonly #rows = new Map<Id, object>();
  readonly values: EncodedValues = {};

  /** All tables; `undefined` if not all of them could be had by column. */
  get columns(): ReadonlyMap<Id, EncodedColumns> | undefined {
    return this.#rows.size > 0 ? undefined : this.#columns;
  }

  /** Adds a table with rows of which each has a cell, in place of an earlier one with that id. */
  setColumns(tableId: Id, columns: EncodedColumns): void {
    if (columns.rowIds.length === 0) return;
    this.#rows.delete(tableId);
    this.#columns.set(tableId, columns);
  }

  /** The same with a table that could not be had by column, such as one with cells that no store can have. */
  setRows(tableId: Id, rows: object): void {
    if (Object.keys(rows).length === 0) return;
    this.#columns.delete(tableId);
    this.#rows.set(tableId, rows);
  }

  get isEmpty(): boolean {
    return this.#columns.size + this.#rows.size + Object.keys(this.values).length === 0;
  }

  fill(store: AnyStore): boolean {
    return this.columns !== undefined && fillStore(store, this.columns, this.values);
  }

  toContent(): EncodedContent {
    const tables = {};
    for (const [tableId, columns] of this.#columns) setOwn(tables, tableId, toRows(columns));
    for (const [tableId, rows] of this.#rows) setOwn(tables, tableId, rows);
    return [tables, this.values];
  }
}

const toRows = ({rowIds, cellIds, columns}: EncodedColumns): EncodedTable => {
  // One without a prototype is made for many keys, and takes any.
  const rows = Object.create(null) as EncodedTable;
  for (const [index, rowId] of rowIds.entries()) {
    const row = {};
    for (const [place, cellId] of cellIds.entries()) {
      const cell = columns[place]?.[index];
      if (cell !== undefined) setOwn(row, cellId, cell);
    }
    rows[rowId] = row;
  }
  return rows;
};
