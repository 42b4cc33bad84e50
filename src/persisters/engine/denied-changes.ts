/**
 * Changes that the storage refuses for good, row by row, while it takes all others. They stay unsaved, and are not
 * sent again before something has changed that may matter: the row, what is stored, or the app's mind.
 */
import type {PersisterError} from '../../errors.ts';
import type {EncodedChanges} from '../../store/internals.ts';
import {PendingChanges} from './pending-changes.ts';
import {keyOf} from './refused-content.ts';

const placeOf = ({tableId, rowId, valueId}: PersisterError): string =>
  tableId === undefined || rowId === undefined ? keyOf(valueId ?? '') : keyOf(tableId, rowId);

export class DeniedChanges {
  #changes = new PendingChanges();
  /** Why, by place; also of those that are being tried again. */
  readonly #errors = new Map<string, PersisterError>();

  /** Why the latest of them was refused; `undefined` if there are none. */
  get error(): PersisterError | undefined {
    return this.#changes.isEmpty ? undefined : [...this.#errors.values()].at(-1);
  }

  get changes(): PendingChanges {
    return this.#changes;
  }

  /**
   * @param sent What the storage was handed.
   * @returns The errors that tell something new.
   */
  add(errors: readonly PersisterError[], sent: PendingChanges): PersisterError[] {
    const news: PersisterError[] = [];
    for (const error of errors) {
      const {tableId, rowId, valueId} = error;
      if (tableId !== undefined && rowId !== undefined) this.#changes.addFrom(sent, tableId, rowId);
      else if (valueId !== undefined) this.#changes.addValue(valueId);
      const place = placeOf(error);
      if (this.#errors.get(place)?.message !== error.message) news.push(error);
      this.#errors.delete(place);
      this.#errors.set(place, error);
    }
    if (this.#changes.isEmpty) this.#errors.clear();
    return news;
  }

  touches(changes: EncodedChanges): boolean {
    return this.#changes.touches(changes);
  }

  /** Makes them pending again: those of rows and values that are, or all. */
  giveBack(pending: PendingChanges, isAll: boolean): void {
    if (this.#changes.isEmpty) return;
    if (isAll) {
      pending.addAll(this.#changes);
      this.#changes = new PendingChanges();
    } else {
      pending.takeSame(this.#changes);
    }
  }

  clear(): void {
    this.#changes = new PendingChanges();
    this.#errors.clear();
  }
}
