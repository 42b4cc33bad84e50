/**
 * The store's inner door: what the persistence engine and the synchronizers may do to a store and
 * apps may not. Everything here speaks the encoded form of cells and values, in which an object or
 * array is the string U+FFFD followed by its JSON text, because that is what is stored and sent.
 */
import type {Id} from './types.ts';

/** A cell or value as it is stored: objects and arrays are U+FFFD followed by their JSON text. */
export type EncodedCell = string | number | boolean | null;
export type EncodedRow = Record<Id, EncodedCell>;
export type EncodedTable = Record<Id, EncodedRow>;
export type EncodedTables = Record<Id, EncodedTable>;
/** The rows of a table, column by column. */
export interface EncodedColumns {
  readonly rowIds: readonly Id[];
  readonly cellIds: readonly Id[];
  /** By cell, and in each by row; `undefined`, or nothing at the end, where a row has no such cell. */
  readonly columns: readonly (readonly (EncodedCell | undefined)[])[];
}
export type EncodedValues = Record<Id, EncodedCell>;
/** Whole content in its stored form, `[tables, values]`. */
export type EncodedContent = [tables: EncodedTables, values: EncodedValues];
/** A difference in its stored form; `undefined` stands for what was deleted. */
export type EncodedChanges = [
  tables: Record<Id, Record<Id, Record<Id, EncodedCell | undefined> | undefined> | undefined>,
  values: Record<Id, EncodedCell | undefined>,
  isChanges: 1,
];

/**
 * Gets a row that changed.
 * @param cellIds Of an `added` row none (all its cells are new), of a `removed` row those that it had, else
 *   the changed ones.
 */
export type VisitRow = (
  tableId: Id,
  rowId: Id,
  kind: 'added' | 'changed' | 'removed',
  cellIds: readonly Id[],
) => void;

/** What one finished transaction changed, net of what it changed back. Valid during the call only. */
export interface TransactionSummary {
  /** Visits each row that changed, in the order in which rows were first touched. */
  forEachRow(visit: VisitRow): void;
  forEachValue(visit: (valueId: Id) => void): void;
}

/** Called for what a load brought and the schema did not admit as it was. */
export interface RefusalListener {
  /** Part of this row, all of it, or (`rowId` undefined) the whole table is not in the store as supplied. */
  row(tableId: Id, rowId: Id | undefined): void;
  value(valueId: Id): void;
}

/** Sees every write, in order: what a store that stamps its cells needs. */
export interface WriteObserver {
  /**
   * @param cell What the cell has become, `undefined` if it was removed.
   * @param isDefault It is a default of the schema, which the app has not written.
   */
  cellWritten(
    tableId: Id,
    rowId: Id,
    cellId: Id,
    cell: EncodedCell | undefined,
    isDefault: boolean,
  ): void;
  valueWritten(valueId: Id, value: EncodedCell | undefined, isDefault: boolean): void;
}

export interface StoreInternals {
  getContent(): EncodedContent;
  /** A copy of all cells of a table, which takes less time than all its rows; `undefined` if there is none. */
  getColumns(tableId: Id): EncodedColumns | undefined;
  /** A fresh null-prototype object, or `undefined` if there is no such row. */
  getRow(tableId: Id, rowId: Id): EncodedRow | undefined;
  countCells(tableId: Id, rowId: Id): number;
  getCell(tableId: Id, rowId: Id, cellId: Id): EncodedCell | undefined;
  getValue(valueId: Id): EncodedCell | undefined;

  /**
   * Replaces all content in one transaction, as `setContent` does, but takes encoded cells, may keep
   * parts of `content`, and treats an empty half as "delete that half". Listeners fire as usual.
   */
  setContent(content: EncodedContent, refused?: RefusalListener): void;
  /** Like `applyChanges`, with encoded cells. */
  applyChanges(changes: EncodedChanges, refused?: RefusalListener): void;

  /** Calls `observer` after each transaction that changed something, before the did-finish listeners. */
  observe(observer: (summary: TransactionSummary) => void): () => void;
  /**
   * Tells `observer` of each write as it happens, and of what a rollback writes back; cells of a row that
   * goes are told one by one. There is one such observer: the next takes the place of the last.
   */
  observeWrites(observer: WriteObserver): () => void;
  isInTransaction(): boolean;
  /** What the schemas of tables and values have been made into: other objects as soon as a schema is set or deleted. */
  getRules(): readonly [tables: object | undefined, values: object | undefined];
  /** Calls `action` as soon as no transaction is open and its listeners have run; at once if none is. */
  whenIdle(action: () => void): void;
  /** Whether anything could alter what is written: mutator or will-finish listeners. */
  hasMutators(): boolean;

  /**
   * The rows of a table as JSON text in chunks, e.g. `"r1":{"c":1},"r2":{"c":2}` without the outer
   * braces, in row order; a chunk may be empty text. `revision` never repeats: while a chunk keeps its
   * revision, its text has not changed, whatever became of the table meanwhile.
   */
  forEachRowChunk(
    tableId: Id,
    visit: (index: number, revision: number, getJson: () => string) => void,
  ): void;
}
