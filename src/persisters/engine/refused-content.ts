/**
 * Stored content that the schema of the store did not admit. It stays in storage: whole writes put it
 * back untouched, until the app sets or removes the place it belongs to.
 */
import type {
  EncodedChanges,
  EncodedContent,
  StoreInternals,
  TransactionSummary,
} from '../../store/internals.ts';
import type {Id} from '../../store/types.ts';
import {getOwn, setOwn} from './content.ts';

/** One stored cell or value that is kept in storage, though the schema of the store does not admit it. */
export type Refusal =
  | {readonly tableId: Id; readonly rowId: Id; readonly cellId: Id; readonly stored: unknown}
  | {readonly valueId: Id; readonly stored: unknown};

/** A path as a key; values have a path of one, cells of three. */
export const keyOf = (...path: Id[]): string => JSON.stringify(path);
const pathOf = (refusal: Refusal): Id[] =>
  'valueId' in refusal ? [refusal.valueId] : [refusal.tableId, refusal.rowId, refusal.cellId];

export class RefusedContent {
  readonly #refusals = new Map<string, Refusal>();

  get isEmpty(): boolean {
    return this.#refusals.size === 0;
  }

  hasTable(tableId: Id): boolean {
    return this.list().some((refusal) => 'tableId' in refusal && refusal.tableId === tableId);
  }

  has(refusal: Refusal): boolean {
    return this.#refusals.has(keyOf(...pathOf(refusal)));
  }

  list(): Refusal[] {
    return [...this.#refusals.values()];
  }

  add(refusal: Refusal): void {
    this.#refusals.set(keyOf(...pathOf(refusal)), refusal);
  }

  /** Forgets what the app has overwritten or removed in a transaction of its own. */
  dropTransaction(summary: TransactionSummary, store: StoreInternals): void {
    summary.forEachRow((tableId, rowId, kind, cellIds) => {
      if (kind === 'removed') {
        this.drop(tableId, rowId);
        return;
      }
      const set = kind === 'added' ? Object.keys(store.getRow(tableId, rowId) ?? {}) : cellIds;
      for (const cellId of set) this.drop(tableId, rowId, cellId);
    });
    summary.forEachValue((valueId) => this.dropValue(valueId));
  }

  /** Forgets what others have overwritten or removed. */
  dropChanges([tables, values]: EncodedChanges): void {
    if (this.isEmpty) return;
    for (const [tableId, rows] of Object.entries(tables)) {
      if (!rows) this.drop(tableId);
      for (const [rowId, cells] of Object.entries(rows ?? {})) {
        if (!cells) this.drop(tableId, rowId);
        for (const cellId of Object.keys(cells ?? {})) this.drop(tableId, rowId, cellId);
      }
    }
    for (const valueId of Object.keys(values)) this.dropValue(valueId);
  }

  /** Forgets refused cells: one, or all below the ids given. */
  drop(...path: Id[]): void {
    if (path.length === 3) {
      this.#refusals.delete(keyOf(...path));
      return;
    }
    for (const [key, refusal] of this.#refusals) {
      const place = pathOf(refusal);
      if (place.length === 3 && path.every((id, index) => id === place[index])) {
        this.#refusals.delete(key);
      }
    }
  }

  dropValue(valueId: Id): void {
    this.#refusals.delete(keyOf(valueId));
  }

  clear(): void {
    this.#refusals.clear();
  }

  /** Puts what was refused back into `content`, in place; it wins over defaults that took its place. */
  addTo([tables, values]: EncodedContent): void {
    for (const refusal of this.#refusals.values()) {
      if ('valueId' in refusal) {
        setOwn(values, refusal.valueId, refusal.stored);
        continue;
      }
      const {tableId, rowId, cellId, stored} = refusal;
      const table = getOwn(tables, tableId) ?? {};
      const row = getOwn(table, rowId) ?? {};
      setOwn(row, cellId, stored);
      setOwn(table, rowId, row);
      setOwn(tables, tableId, table);
    }
  }
}
