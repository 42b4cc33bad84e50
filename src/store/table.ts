/**
 * A table in columns: one array per cell id, in which each row has its slot. The shape of a row says which
 * columns it has, in its own order; rows with the same cells share one shape, so that a row costs little
 * more than its cells. Slots are only ever appended, so that their order is the order of the rows.
 */
import {decodeCell} from './cell-encoding.ts';
import {withoutPrototype} from './fresh-object.ts';
import type {EncodedCell, EncodedRow} from './internals.ts';
import type {SortedIndex} from './sorted-index.ts';
import type {Id} from './types.ts';

export interface Column {
  readonly id: Id;
  /** By slot; `undefined` where the row has no such cell. */
  values: (EncodedCell | undefined)[];
  /** How many rows have it. */
  count: number;
}

/** The columns of a row, in the order in which its cells were added. */
interface Shape {
  readonly columns: Column[];
  /** The shared shapes that have one column more; a shape that belongs to one row has none, and is changed in place. */
  readonly next: Map<Column, Shape> | undefined;
}

/** A row with more cells, or in a table with more shapes, has a shape of its own. */
const MAX_SHARED_COLUMNS = 64;
const MAX_SHARED_SHAPES = 1024;

export const NO_CELL: unique symbol = Symbol('no cell');
export const NO_ROW: unique symbol = Symbol('no row');

const CHUNK_BITS = 8;
const MAX_POOLED_ROW_IDS = 1000;

/** Numbers that never repeat within a store. */
export interface Revisions {
  last: number;
}

const NO_SHAPE: Shape = {columns: [], next: undefined};

export class Table {
  readonly rows: Map<Id, number> = new Map();
  readonly columns: Map<Id, Column> = new Map();
  readonly sortedIndexes: Map<Id | undefined, SortedIndex> = new Map();
  /** By which cells the rows have been sorted without an index. */
  readonly sortedBefore: Set<Id | undefined> = new Set();
  #rowIds: (Id | undefined)[] = [];
  #shapes: Shape[] = [];
  #chunkRevisions: number[] = [];
  #root: Shape = {columns: [], next: new Map()};
  #shapeCount = 0;
  #lastShape: Shape = NO_SHAPE;
  #unusedColumns = 0;
  #nextRowNumber = 0;
  #freeRowIds: Id[] = [];
  readonly #revisions: Revisions;

  constructor(revisions: Revisions) {
    this.#revisions = revisions;
  }

  getCell(rowId: Id, cellId: Id): EncodedCell | undefined {
    const slot = this.rows.get(rowId);
    return slot === undefined ? undefined : this.columns.get(cellId)?.values[slot];
  }

  cellIds(rowId: Id): Id[] {
    return this.#columnsOf(rowId).map(({id}) => id);
  }

  /** The cells of a row in the encoded form, `undefined` if there is no such row. */
  encodedRow(rowId: Id): EncodedRow | undefined {
    const slot = this.rows.get(rowId);
    return slot === undefined ? undefined : this.#read(slot, (cell) => cell);
  }

  row(rowId: Id): Record<Id, unknown> {
    const slot = this.rows.get(rowId);
    return slot === undefined ? withoutPrototype({}) : this.#read(slot, decodeCell);
  }

  /** All rows, their cells decoded or as they are. */
  content<Cell>(read: (cell: EncodedCell) => Cell): Record<Id, Record<Id, Cell>> {
    return this.#readSlots(0, this.#rowIds.length, read);
  }

  /** Sets a cell of a row that is there. @returns What it was, or what stands for no such cell or row. */
  swapCell(rowId: Id, cellId: Id, cell: EncodedCell): EncodedCell | typeof NO_CELL | typeof NO_ROW {
    const slot = this.rows.get(rowId);
    if (slot === undefined) return NO_ROW;
    const column = this.#column(cellId);
    const old = column.values[slot];
    if (old === cell) return cell;
    if (old === undefined) {
      this.#use(column);
      this.#setShape(slot, column);
    }
    column.values[slot] = cell;
    this.#touch(slot);
    this.#touchIndex(cellId, rowId);
    // Null is a cell, so that nothing else may stand for none.
    return old === undefined ? NO_CELL : old;
  }

  /** Removes a cell, but not the row if that was its last. */
  delCell(rowId: Id, cellId: Id): void {
    const slot = this.rows.get(rowId);
    const column = this.columns.get(cellId);
    if (slot === undefined || column?.values[slot] === undefined) return;
    column.values[slot] = undefined;
    this.#release(column);
    const shape = this.#shapes[slot] ?? NO_SHAPE;
    if (shape.next) {
      this.#shapes[slot] = this.#shapeOf(shape.columns.filter((other) => other !== column));
    } else {
      shape.columns.splice(shape.columns.indexOf(column), 1);
    }
    this.#touch(slot);
    this.#touchIndex(cellId, rowId);
    this.#compactIfWorthwhile();
  }

  /** Adds a row that is not there yet. */
  addRow(rowId: Id, cellIds: readonly Id[], cells: readonly EncodedCell[]): void {
    const slot = this.#rowIds.length;
    const shape = this.#shapeFor(cellIds);
    const {columns} = shape;
    for (let index = 0; index < columns.length; index++) {
      const column = columns[index];
      if (!column) continue;
      this.#use(column);
      column.values[slot] = cells[index];
    }
    this.#rowIds.push(rowId);
    this.#shapes.push(shape);
    this.rows.set(rowId, slot);
    this.#touch(slot);
    for (const index of this.sortedIndexes.values()) index.touch(rowId);
  }

  delRow(rowId: Id): void {
    const slot = this.rows.get(rowId);
    if (slot === undefined) return;
    for (const column of this.#shapes[slot]?.columns ?? []) {
      column.values[slot] = undefined;
      this.#release(column);
    }
    this.rows.delete(rowId);
    this.#rowIds[slot] = undefined;
    this.#shapes[slot] = NO_SHAPE;
    this.#touch(slot);
    for (const index of this.sortedIndexes.values()) index.touch(rowId);
    this.#compactIfWorthwhile();
  }

  /** The rows in chunks, as JSON without the outer braces. */
  forEachChunk(visit: (index: number, revision: number, getJson: () => string) => void): void {
    this.#chunkRevisions.forEach((revision, index) => {
      const first = index << CHUNK_BITS;
      const end = Math.min(first + (1 << CHUNK_BITS), this.#rowIds.length);
      visit(index, revision, () =>
        JSON.stringify(this.#readSlots(first, end, (cell) => cell)).slice(1, -1),
      );
    });
  }

  /** The position of a row among all, for comparing. */
  slot(rowId: Id): number {
    return this.rows.get(rowId) ?? -1;
  }

  /** An id that no row has: the longest freed one if `reuse`, else the next number. */
  newRowId(reuse: boolean): Id {
    for (;;) {
      const rowId = (reuse ? this.#freeRowIds.shift() : undefined) ?? String(this.#nextRowNumber++);
      if (!this.rows.has(rowId)) return rowId;
    }
  }

  /** The next number has been used for a row. */
  skipRowNumber(): void {
    this.#nextRowNumber++;
  }

  /** Puts the id of a deleted row in the pool, if it is a number. */
  freeRowId(rowId: Id): void {
    if (this.#freeRowIds.length < MAX_POOLED_ROW_IDS && /^\d+$/.test(rowId)) {
      this.#freeRowIds.push(rowId);
    }
  }

  #columnsOf(rowId: Id): readonly Column[] {
    const slot = this.rows.get(rowId);
    return (slot === undefined ? undefined : this.#shapes[slot])?.columns ?? [];
  }

  #read<Cell>(slot: number, read: (cell: EncodedCell) => Cell): Record<Id, Cell> {
    const row: Record<Id, Cell> = {};
    for (const {id, values} of this.#shapes[slot]?.columns ?? []) {
      const cell = values[slot];
      if (id === '__proto__') withoutPrototype(row);
      if (cell !== undefined) row[id] = read(cell);
    }
    return withoutPrototype(row);
  }

  #readSlots<Cell>(
    first: number,
    end: number,
    read: (cell: EncodedCell) => Cell,
  ): Record<Id, Record<Id, Cell>> {
    const rows: Record<Id, Record<Id, Cell>> = withoutPrototype({});
    for (let slot = first; slot < end; slot++) {
      const rowId = this.#rowIds[slot];
      if (rowId !== undefined) rows[rowId] = this.#read(slot, read);
    }
    return rows;
  }

  #column(cellId: Id): Column {
    let column = this.columns.get(cellId);
    if (!column) {
      column = {id: cellId, values: [], count: 0};
      this.columns.set(cellId, column);
      this.#unusedColumns++;
    }
    return column;
  }

  #use(column: Column): void {
    if (column.count++ > 0) return;
    this.#unusedColumns--;
    // Ids are listed in the order in which they came into use.
    this.columns.delete(column.id);
    this.columns.set(column.id, column);
  }

  #release(column: Column): void {
    if (--column.count > 0) return;
    column.values = [];
    this.#unusedColumns++;
  }

  /** Adds a column to the shape of a row. */
  #setShape(slot: number, column: Column): void {
    const shape = this.#shapes[slot] ?? NO_SHAPE;
    if (shape.next) this.#shapes[slot] = this.#extend(shape, column);
    else shape.columns.push(column);
  }

  #extend(shape: Shape, column: Column): Shape {
    const known = shape.next?.get(column);
    if (known) return known;
    const columns = [...shape.columns, column];
    if (
      columns.length > MAX_SHARED_COLUMNS ||
      this.#shapeCount >= MAX_SHARED_SHAPES ||
      !shape.next
    ) {
      return {columns, next: undefined};
    }
    const next: Shape = {columns, next: new Map()};
    shape.next.set(column, next);
    this.#shapeCount++;
    return next;
  }

  #shapeOf(columns: readonly Column[]): Shape {
    let shape = this.#root;
    for (const column of columns) {
      if (shape.next) shape = this.#extend(shape, column);
      else shape.columns.push(column);
    }
    return shape;
  }

  #shapeFor(cellIds: readonly Id[]): Shape {
    const {columns, next} = this.#lastShape;
    if (next && columns.length === cellIds.length) {
      let index = 0;
      while (index < columns.length && columns[index]?.id === cellIds[index]) index++;
      if (index === columns.length) return this.#lastShape;
    }
    return (this.#lastShape = this.#shapeOf(cellIds.map((cellId) => this.#column(cellId))));
  }

  #touch(slot: number): void {
    this.#chunkRevisions[slot >> CHUNK_BITS] = ++this.#revisions.last;
  }

  #touchIndex(cellId: Id, rowId: Id): void {
    if (this.sortedIndexes.size > 0) this.sortedIndexes.get(cellId)?.touch(rowId);
  }

  #compactIfWorthwhile(): void {
    const holes = this.#rowIds.length - this.rows.size;
    const isSparse = holes > 1024 && holes > this.rows.size;
    if (isSparse || (this.#unusedColumns > 64 && this.#unusedColumns * 2 > this.columns.size)) {
      this.#compact();
    }
  }

  /** Closes the holes that deleted rows have left, and forgets columns that have gone out of use. */
  #compact(): void {
    for (const [cellId, column] of this.columns) {
      if (column.count === 0) this.columns.delete(cellId);
    }
    this.#unusedColumns = 0;
    this.#root = {columns: [], next: new Map()};
    this.#shapeCount = 0;
    this.#lastShape = NO_SHAPE;
    const slots = [...this.rows.values()].sort((one, other) => one - other);
    const shapes = new Map<Shape, Shape>();
    this.#shapes = slots.map((slot) => {
      const old = this.#shapes[slot] ?? NO_SHAPE;
      if (!old.next) return old;
      const shape = shapes.get(old) ?? this.#shapeOf(old.columns);
      if (shape.next) shapes.set(old, shape);
      return shape;
    });
    this.#rowIds = slots.map((slot) => this.#rowIds[slot]);
    for (const column of this.columns.values()) {
      column.values = slots.map((slot) => column.values[slot]);
    }
    for (const index of this.sortedIndexes.values()) index.reset();
    this.#chunkRevisions = [];
    this.#rowIds.forEach((rowId, slot) => {
      if (rowId !== undefined) this.rows.set(rowId, slot);
      this.#touch(slot);
    });
  }
}
