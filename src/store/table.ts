/**
 * A table in columns: one array per cell id, in which each row has its slot. The shape of a row says which
 * columns it has, in its own order; rows with the same cells share one shape, so that a row costs little
 * more than its cells. Slots are only ever appended, so that their order is the order of the rows.
 */
import {decodeCell} from './cell-encoding.ts';
import type {Cells} from './change-log.ts';
import {objectFrom, withoutPrototype} from './fresh-object.ts';
import type {EncodedCell, EncodedColumns, EncodedRow} from './internals.ts';
import type {SortedPrefix} from './sorted-prefix.ts';
import type {Id} from './types.ts';

/** Lives as long as any row has such a cell. */
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
  /** The shared shapes that have one column more. A shape without is one row's own, and changed in place. */
  readonly next: Map<Column, Shape> | undefined;
  /** An object with the ids of a shared shape: copying and filling it is the fastest way to make one. */
  template: Record<Id, unknown> | undefined;
}

/** A row with more cells has a shape of its own, since each shared one is a copy. */
const MAX_SHARED_COLUMNS = 64;
/** When there are more shapes, they are forgotten, so that new rows share new ones. */
const MAX_SHAPES = 1024;
const MAX_POOLED_ROW_IDS = 1000;
const CHUNK_BITS = 8;

/** Numbers that never repeat within a store. */
export interface Revisions {
  last: number;
}

const newShape = (columns: Column[]): Shape => ({
  columns,
  next: columns.length > MAX_SHARED_COLUMNS ? undefined : new Map(),
  template: undefined,
});
const NO_SHAPE: Shape = {columns: [], next: undefined, template: undefined};

/** So many cells tell whether a column is one of fractions. */
const SAMPLE = 100;

/** What `map` makes of fractions holds them, rather than references to them. */
const isBetterMapped = (values: Column['values']): boolean =>
  values.slice(0, SAMPLE).some((cell) => typeof cell === 'number' && !Number.isInteger(cell));

/** A copy without room for more. */
const packed = (values: Column['values']): Column['values'] =>
  isBetterMapped(values) ? values.map((cell) => cell) : values.slice();

export class Table {
  readonly rows: Map<Id, number> = new Map();
  readonly columns: Map<Id, Column> = new Map();
  /** The orders that have been asked for. */
  sorted: SortedPrefix[] = [];
  #rowIds: (Id | undefined)[] = [];
  #shapes: Shape[] = [];
  #chunkRevisions: number[] = [];
  #root: Shape = newShape([]);
  #shapeCount = 0;
  /** The shape of the row that was added last: the next one often has the same. */
  #lastShape: Shape = NO_SHAPE;
  #nextRowNumber = 0;
  readonly #freeRowIds: Id[] = [];
  readonly #revisions: Revisions;

  constructor(revisions: Revisions) {
    this.#revisions = revisions;
  }

  /** By slot; there are holes where rows have been deleted. */
  get rowIds(): readonly (Id | undefined)[] {
    return this.#rowIds;
  }

  getCell(rowId: Id, cellId: Id): EncodedCell | undefined {
    const slot = this.rows.get(rowId);
    return slot === undefined ? undefined : this.columns.get(cellId)?.values[slot];
  }

  cellIds(rowId: Id): Id[] {
    return this.#columnsAt(this.rows.get(rowId)).map(({id}) => id);
  }

  cellCount(slot: number | undefined): number {
    return this.#columnsAt(slot).length;
  }

  cells(rowId: Id): Cells {
    const slot = this.rows.get(rowId) ?? -1;
    const columns = this.#columnsAt(slot);
    return {
      cellIds: columns.map(({id}) => id),
      cells: columns.map(({values}) => values[slot] ?? null),
    };
  }

  /** @returns `undefined` if there is no such row. */
  row(rowId: Id, isDecoded: false): EncodedRow | undefined;
  row(rowId: Id, isDecoded: boolean): Record<Id, unknown> | undefined;
  row(rowId: Id, isDecoded: boolean): Record<Id, unknown> | undefined {
    const slot = this.rows.get(rowId);
    return slot === undefined ? undefined : this.#read(slot, isDecoded);
  }

  /** All rows, their cells decoded or as they are. */
  content(isDecoded: boolean): Record<Id, Record<Id, unknown>> {
    return this.#readSlots(0, this.#rowIds.length, isDecoded);
  }

  /** A copy of all cells. */
  allColumns(): EncodedColumns {
    const slots = this.rows.size < this.#rowIds.length ? [...this.rows.values()] : undefined;
    const pick = <Item>(items: readonly Item[]): Item[] =>
      slots ? slots.map((slot) => items[slot] as Item) : items.slice();
    return {
      rowIds: slots ? [...this.rows.keys()] : (this.#rowIds.slice() as Id[]),
      cellIds: [...this.columns.keys()],
      columns: [...this.columns.values()].map(({values}) => pick(values)),
    };
  }

  /** The column to write a cell to. */
  column(cellId: Id): Column {
    return this.columns.get(cellId) ?? {id: cellId, values: [], count: 0};
  }

  /**
   * Sets, adds or removes a cell of a row; the last one stays.
   * @param old What it was; `undefined` if it is added.
   * @param cell What it becomes; `undefined` removes it.
   */
  write(
    slot: number,
    rowId: Id,
    column: Column,
    old: EncodedCell | undefined,
    cell: EncodedCell | undefined,
  ): void {
    column.values[slot] = cell;
    if (old === undefined || cell === undefined) {
      const shape = this.#shapeAt(slot);
      if (old === undefined) {
        this.#use(column);
        this.#shapes[slot] = this.#extend(shape, column);
      } else {
        this.#shapes[slot] = this.#without(shape, column);
        this.#release(column);
      }
    }
    this.#touch(slot);
    if (this.sorted.length > 0) this.#touchSorted(rowId, column.id);
  }

  /** Adds a row that is not there yet. */
  addRow(rowId: Id, {cellIds, cells}: Cells): void {
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
    this.#touchRow(slot, rowId);
  }

  /** Takes over all rows of a table that has none yet. @param counts How many cells each column has. */
  fill({rowIds, cellIds, columns}: EncodedColumns, counts: readonly number[]): void {
    this.#rowIds = rowIds as Id[];
    for (let slot = 0; slot < rowIds.length; slot++) this.rows.set(rowIds[slot] ?? '', slot);
    const all = cellIds
      .map((id, place) => {
        const given = columns[place] as Column['values'];
        const values = isBetterMapped(given) ? given.map((cell) => cell) : given;
        return {id, values, count: counts[place] ?? 0};
      })
      .filter(({count}) => count > 0);
    for (const column of all) this.columns.set(column.id, column);
    const whole = this.#shapeOf(all);
    if (all.every(({count}) => count === rowIds.length)) {
      this.#shapes = new Array<Shape>(rowIds.length).fill(whole);
    } else {
      this.#shapes = Array.from(rowIds, (_rowId, slot) => {
        const own = all.filter(({values}) => values[slot] !== undefined);
        return own.length === all.length ? whole : this.#shapeOf(own);
      });
    }
    for (let slot = 0; slot < rowIds.length; slot += 1 << CHUNK_BITS) this.#touch(slot);
  }

  /** @param freesId Whether a new row may have its id. */
  delRow(slot: number, rowId: Id, freesId: boolean): void {
    for (const column of this.#columnsAt(slot)) {
      column.values[slot] = undefined;
      this.#release(column);
    }
    this.rows.delete(rowId);
    this.#rowIds[slot] = undefined;
    this.#shapes[slot] = NO_SHAPE;
    this.#touchRow(slot, rowId);
    // Most ids that are no numbers are told by their first character, at a tenth of the cost.
    const isPooled = freesId && rowId < ':' && this.#freeRowIds.length < MAX_POOLED_ROW_IDS;
    if (isPooled && /^\d+$/.test(rowId)) this.#freeRowIds.push(rowId);
    const holes = this.#rowIds.length - this.rows.size;
    if (holes > 1024 && holes > this.rows.size * 2) this.#compact();
  }

  /** The rows in chunks, as JSON without the outer braces. */
  forEachChunk(visit: (index: number, revision: number, getJson: () => string) => void): void {
    this.#chunkRevisions.forEach((revision, index) => {
      const first = index << CHUNK_BITS;
      const end = Math.min(first + (1 << CHUNK_BITS), this.#rowIds.length);
      visit(index, revision, () => JSON.stringify(this.#readSlots(first, end, false)).slice(1, -1));
    });
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

  /** Gives back the room that arrays have for growing; worth it after much has been added. */
  trim(): void {
    this.#rowIds = this.#rowIds.slice();
    this.#shapes = this.#shapes.slice();
    for (const column of this.columns.values()) {
      if (column.count * 2 > column.values.length) column.values = packed(column.values);
    }
  }

  #shapeAt(slot: number | undefined): Shape {
    return this.#shapes[slot ?? -1] ?? NO_SHAPE;
  }

  #columnsAt(slot: number | undefined): readonly Column[] {
    return this.#shapeAt(slot).columns;
  }

  #read(slot: number, isDecoded: false): EncodedRow;
  #read(slot: number, isDecoded: boolean): Record<Id, unknown>;
  #read(slot: number, isDecoded: boolean): Record<Id, unknown> {
    const shape = this.#shapeAt(slot);
    const {columns} = shape;
    let {template} = shape;
    if (!template) {
      template = objectFrom(
        columns.map(({id}) => [id, id]),
        () => undefined,
      );
      if (shape.next) shape.template = template;
    }
    const row = {...template};
    for (let index = 0; index < columns.length; index++) {
      const column = columns[index];
      if (!column) continue;
      const cell = column.values[slot];
      row[column.id] = isDecoded ? decodeCell(cell) : cell;
    }
    return withoutPrototype(row);
  }

  #readSlots(first: number, end: number, isDecoded: boolean): Record<Id, Record<Id, unknown>> {
    const rows: Record<Id, Record<Id, unknown>> = withoutPrototype({});
    for (let slot = first; slot < end; slot++) {
      const rowId = this.#rowIds[slot];
      if (rowId !== undefined) rows[rowId] = this.#read(slot, isDecoded);
    }
    return rows;
  }

  #use(column: Column): void {
    if (column.count++ === 0) this.columns.set(column.id, column);
  }

  #release(column: Column): void {
    if (--column.count > 0) return;
    this.columns.delete(column.id);
    column.values = [];
    this.#forgetShapes();
  }

  #forgetShapes(): void {
    this.#root = newShape([]);
    this.#lastShape = NO_SHAPE;
    this.#shapeCount = 0;
  }

  #extend(shape: Shape, column: Column): Shape {
    if (!shape.next) {
      shape.columns.push(column);
      return shape;
    }
    let next = shape.next.get(column);
    if (!next) {
      next = newShape([...shape.columns, column]);
      if (next.next) {
        if (++this.#shapeCount > MAX_SHAPES) this.#forgetShapes();
        shape.next.set(column, next);
      }
    }
    return next;
  }

  #without(shape: Shape, column: Column): Shape {
    if (shape.next) return this.#shapeOf(shape.columns.filter((other) => other !== column));
    shape.columns.splice(shape.columns.indexOf(column), 1);
    return shape;
  }

  #shapeOf(columns: readonly Column[]): Shape {
    return columns.reduce((shape, column) => this.#extend(shape, column), this.#root);
  }

  #shapeFor(cellIds: readonly Id[]): Shape {
    const {columns, next} = this.#lastShape;
    if (next && columns.length === cellIds.length) {
      let index = 0;
      while (index < columns.length && columns[index]?.id === cellIds[index]) index++;
      if (index === columns.length) return this.#lastShape;
    }
    return (this.#lastShape = this.#shapeOf(cellIds.map((cellId) => this.column(cellId))));
  }

  #touch(slot: number): void {
    this.#chunkRevisions[slot >> CHUNK_BITS] = ++this.#revisions.last;
  }

  #touchRow(slot: number, rowId: Id): void {
    this.#touch(slot);
    if (this.sorted.length > 0) this.#touchSorted(rowId);
  }

  /** @param cellId The cell that has changed; missing: any of them may have. */
  #touchSorted(rowId: Id, cellId?: Id): void {
    for (const prefix of this.sorted) {
      if (cellId === undefined || prefix.cellId === cellId) prefix.touch(rowId);
    }
  }

  /** Closes the holes that deleted rows have left. */
  #compact(): void {
    const slots = [...this.rows.values()];
    const pick = <Item>(items: readonly Item[]): Item[] => slots.map((slot) => items[slot] as Item);
    for (const column of this.columns.values()) column.values = pick(column.values);
    this.#rowIds = pick(this.#rowIds);
    this.#shapes = pick(this.#shapes);
    this.#chunkRevisions = [];
    this.sorted = []; // they know slots
    let slot = 0;
    for (const rowId of this.rows.keys()) {
      this.rows.set(rowId, slot);
      this.#touch(slot++);
    }
  }
}
