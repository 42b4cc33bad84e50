/**
 * Which rows, cells and values have changed since storage last acknowledged them. It holds ids, not
 * content: what is written is what the store holds at that time, so that any number of changes to a cell
 * cost one entry.
 */
import type {
  EncodedCell,
  EncodedChanges,
  EncodedContent,
  StoreInternals,
  TransactionSummary,
} from '../../store/internals.ts';
import type {Id} from '../../store/types.ts';
import {getOwn, setOwn} from './content.ts';
import type {StoreView} from './storage-adapter.ts';

interface PendingRow {
  /** The row has been added or removed, so that all its cells count, beside those in `cellIds`. */
  isWhole: boolean;
  readonly cellIds: Set<Id>;
  /** Other rows have the same: it is copied before it is changed. */
  readonly isShared: boolean;
}

/** Shared by all rows that were added and not touched since: most, after a bulk load. */
const ADDED: PendingRow = {isWhole: true, cellIds: new Set(), isShared: true};

const newRow = (isWhole: boolean, cellIds: Iterable<Id>): PendingRow => ({
  isWhole,
  cellIds: new Set(cellIds),
  isShared: false,
});

export class PendingChanges {
  readonly #tables = new Map<Id, Map<Id, PendingRow>>();
  readonly #values = new Set<Id>();
  /** Shared by all rows of which just this cell has changed: most, otherwise. */
  readonly #singles = new Map<Id, PendingRow>();

  get isEmpty(): boolean {
    return this.#tables.size === 0 && this.#values.size === 0;
  }

  hasCell(tableId: Id, rowId: Id, cellId: Id): boolean {
    const row = this.#tables.get(tableId)?.get(rowId);
    return row !== undefined && (row.isWhole || row.cellIds.has(cellId));
  }

  hasValue(valueId: Id): boolean {
    return this.#values.has(valueId);
  }

  /** Whether any of these changes is to something that is pending. */
  touches([tables, values]: EncodedChanges): boolean {
    const hasRow = (tableId: Id): boolean => {
      const rows = this.#tables.get(tableId);
      const theirs = tables[tableId];
      return (
        rows !== undefined && (!theirs || Object.keys(theirs).some((rowId) => rows.has(rowId)))
      );
    };
    return (
      Object.keys(tables).some(hasRow) || Object.keys(values).some((id) => this.#values.has(id))
    );
  }

  /**
   * @param view What is saved at all.
   * @returns Whether any of it is.
   */
  addTransaction(summary: TransactionSummary, view?: StoreView): boolean {
    let isAny = false;
    summary.forEachRow((tableId, rowId, kind, cellIds) => {
      if (view && !view.savesTable(tableId)) return;
      this.addRow(tableId, rowId, kind !== 'changed', cellIds);
      isAny = true;
    });
    summary.forEachValue((valueId) => {
      if (view && !view.savesValue(valueId)) return;
      this.addValue(valueId);
      isAny = true;
    });
    return isAny;
  }

  addRow(tableId: Id, rowId: Id, isWhole: boolean, cellIds: readonly Id[]): void {
    let rows = this.#tables.get(tableId);
    if (!rows) this.#tables.set(tableId, (rows = new Map<Id, PendingRow>()));
    let row = rows.get(rowId);
    if (!row) {
      rows.set(rowId, this.#newRow(isWhole, cellIds));
      return;
    }
    if ((row.isWhole || !isWhole) && cellIds.every((cellId) => row?.cellIds.has(cellId))) return;
    if (row.isShared) rows.set(rowId, (row = newRow(row.isWhole, row.cellIds)));
    row.isWhole ||= isWhole;
    for (const cellId of cellIds) row.cellIds.add(cellId);
  }

  #newRow(isWhole: boolean, cellIds: readonly Id[]): PendingRow {
    const cellId = cellIds[0];
    if (isWhole && cellId === undefined) return ADDED;
    if (isWhole || cellId === undefined || cellIds.length > 1) return newRow(isWhole, cellIds);
    let row = this.#singles.get(cellId);
    if (!row) this.#singles.set(cellId, (row = {...newRow(false, cellIds), isShared: true}));
    return row;
  }

  addValue(valueId: Id): void {
    this.#values.add(valueId);
  }

  /**
   * To be called before what others have stored gets under what is pending: of rows that were added, the cells
   * that they have now are ours, and no others; of rows that were removed, their cells are gone, too.
   */
  settleRows(store: StoreInternals, [tables]: EncodedContent | EncodedChanges): void {
    for (const [tableId, rows] of this.#tables) {
      for (const [rowId, {isWhole, cellIds}] of rows) {
        if (!isWhole) continue;
        const ours = store.getRow(tableId, rowId);
        const theirs = getOwn(getOwn(tables, tableId) ?? {}, rowId);
        const ids = [...cellIds, ...Object.keys(ours ?? theirs ?? {})];
        rows.set(rowId, newRow(!ours, ids));
      }
    }
  }

  addAll(other: PendingChanges): void {
    for (const [tableId, rows] of other.#tables) {
      for (const [rowId, {isWhole, cellIds}] of rows) {
        this.addRow(tableId, rowId, isWhole, [...cellIds]);
      }
    }
    for (const valueId of other.#values) this.addValue(valueId);
  }

  /** Adds a row of `other`, all of it if that does not have it. */
  addFrom(other: PendingChanges, tableId: Id, rowId: Id): void {
    const row = other.#tables.get(tableId)?.get(rowId);
    this.addRow(tableId, rowId, row?.isWhole ?? true, [...(row?.cellIds ?? [])]);
  }

  /** Takes the rows and values of `other` that are here, too. */
  takeSame(other: PendingChanges): void {
    for (const [tableId, rows] of other.#tables) {
      for (const rowId of [...rows.keys()]) {
        if (!this.#tables.get(tableId)?.has(rowId)) continue;
        this.addFrom(other, tableId, rowId);
        rows.delete(rowId);
      }
      if (rows.size === 0) other.#tables.delete(tableId);
    }
    for (const valueId of this.#values) other.#values.delete(valueId);
  }

  /** How many cells and values these are, counting the cells that an added row has now. */
  count(store: StoreInternals): number {
    let count = this.#values.size;
    for (const [tableId, rows] of this.#tables) {
      for (const [rowId, row] of rows) {
        const cells = row.isWhole ? store.getRow(tableId, rowId) : undefined;
        count += Math.max(new Set([...row.cellIds, ...Object.keys(cells ?? {})]).size, 1);
      }
    }
    return count;
  }

  /**
   * The pending changes as the store has them now.
   * @param isTableGone Whether a table is to be deleted whole, rather than row by row.
   */
  toChanges(store: StoreInternals, isTableGone: (tableId: Id) => boolean): EncodedChanges {
    const changes: EncodedChanges = [{}, {}, 1];
    for (const [tableId, rows] of this.#tables) {
      // A row of which only cells have changed here has been deleted by others, who may add it again.
      const isGone = isTableGone(tableId) && [...rows.values()].every(({isWhole}) => isWhole);
      const table = isGone ? undefined : {};
      setOwn(changes[0], tableId, table);
      for (const [rowId, {isWhole, cellIds}] of table ? rows : []) {
        const cells = isWhole ? store.getRow(tableId, rowId) : undefined;
        const changed: Record<Id, EncodedCell | undefined> = {};
        for (const cellId of cellIds) {
          setOwn(changed, cellId, store.getCell(tableId, rowId, cellId));
        }
        for (const cellId of Object.keys(cells ?? {})) setOwn(changed, cellId, cells?.[cellId]);
        setOwn(table ?? {}, rowId, isWhole && !cells ? undefined : changed);
      }
    }
    for (const valueId of this.#values) setOwn(changes[1], valueId, store.getValue(valueId));
    return changes;
  }
}
