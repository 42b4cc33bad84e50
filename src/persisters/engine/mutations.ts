/**
 * What listeners of the store that write have made of content as it was loaded: that is a local change,
 * which storage does not have.
 */
import type {
  EncodedCell,
  EncodedChanges,
  EncodedContent,
  StoreInternals,
} from '../../store/internals.ts';
import {internalsOf} from '../../store/store-internals.ts';
import type {Id, Store} from '../../store/types.ts';
import {getOwn} from './content.ts';
import {keyOf} from './refused-content.ts';

type CellPath = readonly [tableId: Id, rowId: Id, cellId: Id];

/** What a load changed in the store, net. */
export interface Touched {
  readonly cells: CellPath[];
  readonly valueIds: Id[];
}

/** What the store holds after a load, compared with what was loaded. */
export class Mutations {
  readonly #store: Store;
  readonly #internals: StoreInternals;
  readonly #isWhole: boolean;
  readonly #loaded: EncodedContent | EncodedChanges;
  readonly #replacements: ReadonlyMap<string, EncodedCell | undefined>;

  /** @param replacements What the store has in place of what its schema refuses, by {@link keyOf}. */
  constructor(
    store: Store,
    loaded: EncodedContent | EncodedChanges,
    replacements: ReadonlyMap<string, EncodedCell | undefined>,
  ) {
    this.#store = store;
    this.#internals = internalsOf(store);
    this.#isWhole = loaded.length === 2;
    this.#loaded = loaded;
    this.#replacements = replacements;
  }

  /** @param touched Cells that the load has changed, net. @returns Some cells may be found twice. */
  *cells(touched: Iterable<CellPath>): Generator<CellPath> {
    const [tables] = this.#loaded;
    // What listeners have removed, or put back as it was, is not among what has changed.
    for (const paths of [touched, this.#mentionedCells()]) {
      for (const path of paths) {
        const [tableId, rowId, cellId] = path;
        const table = getOwn(tables, tableId);
        const row = getOwn(table ?? {}, rowId);
        const isMentioned = row
          ? Object.hasOwn(row, cellId)
          : Object.hasOwn(table ?? tables, table ? rowId : tableId);
        const loaded = getOwn(row ?? {}, cellId);
        const actual = this.#internals.getCell(...path);
        if (this.#isMutated(path, isMentioned, loaded, actual)) yield path;
      }
    }
  }

  /** @param touched Values that the load has changed, net. */
  *valueIds(touched: Iterable<Id>): Generator<Id> {
    const [, values] = this.#loaded;
    for (const valueId of new Set([...touched, ...Object.keys(values)])) {
      const isMentioned = Object.hasOwn(values, valueId);
      const loaded = getOwn(values, valueId);
      const actual = this.#internals.getValue(valueId);
      if (this.#isMutated([valueId], isMentioned, loaded, actual)) yield valueId;
    }
  }

  #isMutated(
    path: readonly Id[],
    isMentioned: boolean,
    loaded: EncodedCell | undefined,
    actual: EncodedCell | undefined,
  ): boolean {
    // Of changes, what they do not mention is meant to stay as it is; of whole content, to be absent.
    if (!isMentioned && !this.#isWhole) return true;
    const key = this.#replacements.size > 0 ? keyOf(...path) : '';
    return actual !== (this.#replacements.has(key) ? this.#replacements.get(key) : loaded);
  }

  /** Cells that were loaded, and those that are there though their row or table was said to be gone. */
  *#mentionedCells(): Generator<CellPath> {
    const [tables] = this.#loaded;
    for (const tableId of Object.keys(tables)) {
      const table = tables[tableId];
      for (const rowId of table ? Object.keys(table) : this.#store.getRowIds(tableId)) {
        const row: unknown = table?.[rowId] ?? this.#internals.getRow(tableId, rowId);
        if (typeof row !== 'object') continue;
        for (const cellId of Object.keys(row ?? {})) yield [tableId, rowId, cellId];
      }
    }
  }
}
