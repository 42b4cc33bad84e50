/**
 * Between one store and one storage: which local changes the storage has not acknowledged, and how content
 * from the storage gets into the store without touching them. Knows nothing of time or failure.
 */
import {PersisterError} from '../../errors.ts';
import type {
  EncodedCell,
  EncodedChanges,
  EncodedContent,
  EncodedTable,
  RefusalListener,
  StoreInternals,
  TransactionSummary,
} from '../../store/internals.ts';
import {internalsOf} from '../../store/store-internals.ts';
import type {AnyStore, Id, Store} from '../../store/types.ts';
import {getOwn, isPrepared, setOwn} from './content.ts';
import {DeniedChanges} from './denied-changes.ts';
import {Mutations, type Touched} from './mutations.ts';
import {PendingChanges} from './pending-changes.ts';
import {keyOf, RefusedContent, type Refusal} from './refused-content.ts';
import type {GetContent, PreparedContent, StorageAdapter, StoreView} from './storage-adapter.ts';

/**
 * How far the storage can be taken for what the store was, so that changes suffice:
 * `yes` – it is, but for the pending changes; `empty` – nothing is stored, what the store holds gives way
 * to whatever others may store meanwhile; `no` – unknown, what the store holds replaces it.
 */
export type IsBaseKnown = 'yes' | 'empty' | 'no';

/** What the engine is told. */
export interface BindingEvents {
  /** The app, or a listener of the store, has changed something. */
  onLocalChange(): void;
  /** What the storage had denied is to be tried again. */
  onReconsidered(): void;
  /** Loaded content is kept in storage only. */
  onRefused(refusal: Refusal): void;
  /** A listener of the store threw when loaded content had been put in place. */
  onListenerError(error: unknown): void;
}

export class StoreBinding {
  readonly getContent: GetContent;
  isBaseKnown: IsBaseKnown = 'no';
  /** Storage holds something that no change says is gone: the next write must be a whole one. */
  needsWhole = false;
  /** Set when content was asked for while a transaction was open, which must not be written. */
  wasBusy = false;
  readonly #store: Store;
  readonly #internals: StoreInternals;
  readonly #storage: string;
  readonly #view: StoreView | undefined;
  readonly #events: BindingEvents;
  #stopObserving: () => void = () => undefined;
  #pending = new PendingChanges();
  #inFlight: PendingChanges | undefined;
  readonly #denied = new DeniedChanges();
  #refused = new RefusedContent();
  #sequence = 0;
  #isApplying = false;
  /** What a load changes, while there are listeners that may write. */
  #touched: Touched | undefined;
  /** How many transactions of our own have been committed. */
  #commits = 0;

  constructor(store: AnyStore, {name, view}: StorageAdapter, events: BindingEvents) {
    this.#store = store as Store;
    this.#internals = internalsOf(store);
    this.#storage = name;
    this.#view = view;
    this.#events = events;
    this.#startObserving();
    this.getContent = Object.defineProperty(() => this.#getContent(), 'holdsMore', {
      get: () => !this.#refused.isEmpty,
    }) as GetContent;
  }

  /** The number of the latest local transaction. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Whether storage lacks something, be it in flight, beside what it has denied. */
  get isUnsaved(): boolean {
    return this.hasPending || this.#inFlight !== undefined;
  }

  /** Whether there is something to write that is not being written yet. */
  get hasPending(): boolean {
    return this.isBaseKnown !== 'yes' || this.needsWhole || !this.#pending.isEmpty;
  }

  /** Why storage lacks something that it will not be sent again as it is. */
  get deniedError(): PersisterError | undefined {
    return this.#denied.error;
  }

  /** Whether what has been changed here, and not been acknowledged, may be what others have changed. */
  isContested(changes: EncodedChanges): boolean {
    return this.#pending.touches(changes) || this.#inFlight?.touches(changes) === true;
  }

  countPending(): number {
    const denied = this.deniedError && this.#denied.changes;
    if (!this.#inFlight && !denied) return this.#pending.count(this.#internals);
    const all = new PendingChanges();
    for (const some of [denied, this.#inFlight, this.#pending]) if (some) all.addAll(some);
    return all.count(this.#internals);
  }

  /** What is pending, and what is in flight, if anything is, as the store has them now. */
  getUnsaved(): [pending: EncodedChanges, inFlight?: EncodedChanges] | undefined {
    if (this.#inFlight && !this.#inFlight.isEmpty) {
      return [this.#toChanges(this.#pending), this.#toChanges(this.#inFlight)];
    }
    return this.#pending.isEmpty ? undefined : [this.#toChanges(this.#pending)];
  }

  isInTransaction(): boolean {
    return this.#internals.isInTransaction();
  }

  /**
   * Calls `action` as soon as no transaction is open, and in no other turn: what is in one must be neither
   * written nor loaded over.
   */
  whenIdle<Result>(action: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#internals.whenIdle(() => {
        try {
          resolve(action());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error), {cause: error}));
        }
      });
    });
  }

  /** Moves the pending changes in flight. @returns These, unless the whole content will be written. */
  sendPending(isWhole: boolean): EncodedChanges | undefined {
    this.wasBusy = false;
    this.#denied.giveBack(this.#pending, isWhole);
    const inFlight = (this.#inFlight = this.#pending);
    this.#pending = new PendingChanges();
    return isWhole ? undefined : this.#toChanges(inFlight);
  }

  /**
   * The storage has acknowledged what was in flight.
   * @param denied But for the rows and values of these errors.
   * @returns Those that tell something new.
   */
  acknowledge(denied: readonly PersisterError[] = []): PersisterError[] {
    const news = this.#denied.add(denied, this.#inFlight ?? this.#pending);
    this.#inFlight = undefined;
    this.isBaseKnown = 'yes';
    this.needsWhole = false;
    return news;
  }

  /** What the storage has denied is sent with the next write. */
  reconsiderDenied(): void {
    this.#denied.giveBack(this.#pending, true);
  }

  /** The storage has not: it goes back under newer changes. */
  giveBack(): void {
    this.#inFlight?.addAll(this.#pending);
    this.#pending = this.#inFlight ?? this.#pending;
    this.#inFlight = undefined;
  }

  /** From now on, what was changed before gives way to what is loaded. */
  forgetPending(): void {
    if (this.#pending.isEmpty && !this.deniedError) return;
    this.#pending = new PendingChanges();
    this.#denied.clear();
    this.isBaseKnown = 'no'; // until the load has succeeded
  }

  /** Puts content in the store that is nobody's change. */
  setInitialContent(set: () => void): void {
    this.#apply(set);
  }

  /** Replaces what the store holds, but for pending changes. Takes `loaded` over. */
  applyContent(loaded: EncodedContent | PreparedContent): void {
    if (isPrepared(loaded) && this.#fill(loaded)) return;
    const content = isPrepared(loaded) ? loaded.toContent() : loaded;
    if (this.#view) this.#addOutOfView(content, this.#view);
    this.#reconsider();
    const known = this.#refused;
    this.#refused = new RefusedContent();
    this.#applyUnderPending(
      content,
      (listener) => this.#internals.setContent(content, listener),
      (refusal) => known.has(refusal),
    );
  }

  /** The same where there is nothing that it could get in the way of. @returns Whether that is so. */
  #fill(content: PreparedContent): boolean {
    if (!this.#pending.isEmpty || !this.#refused.isEmpty || this.deniedError) return false;
    let isFilled = false;
    this.#apply(() => {
      isFilled = content.fill(this.#store);
    });
    return isFilled;
  }

  /** Applies what others changed, but for what is pending here. */
  applyChanges(changes: EncodedChanges): void {
    this.#refused.dropChanges(changes);
    if (this.#denied.touches(changes)) this.#reconsider();
    this.#applyUnderPending(
      changes,
      (listener) => this.#internals.applyChanges(changes, listener),
      () => false,
    );
  }

  getRefused(): Refusal[] {
    return this.#refused.list();
  }

  /** Forgets refused content, so that the next save, which must be a whole one, removes it. */
  discardRefused(tableId?: Id, rowId?: Id, cellId?: Id): void {
    if (tableId === undefined) this.#refused.clear();
    else this.#refused.drop(...[tableId, rowId, cellId].filter((id) => id !== undefined));
    this.needsWhole = true;
    this.#addLocalChange();
  }

  stop(): void {
    this.#stopObserving();
  }

  /** Others have written: what was in the way may be gone. */
  #reconsider(): void {
    if (!this.deniedError) return;
    this.reconsiderDenied();
    this.#events.onReconsidered();
  }

  #startObserving(): void {
    this.#stopObserving = this.#internals.observe((summary) => this.#observe(summary));
  }

  #observe(summary: TransactionSummary): void {
    if (!this.#isApplying) {
      if (!this.#refused.isEmpty) this.#refused.dropTransaction(summary, this.#internals);
      if (this.#pending.addTransaction(summary, this.#view)) this.#addLocalChange();
      return;
    }
    this.#commits++;
    const touched = this.#touched;
    if (!touched) return;
    summary.forEachRow((tableId, rowId, kind, cellIds) => {
      const row = kind === 'added' ? this.#internals.getRow(tableId, rowId) : undefined;
      for (const cellId of row ? Object.keys(row) : cellIds) {
        touched.cells.push([tableId, rowId, cellId]);
      }
    });
    summary.forEachValue((valueId) => touched.valueIds.push(valueId));
  }

  #toChanges(ids: PendingChanges): EncodedChanges {
    return ids.toChanges(
      this.#internals,
      (tableId) => !this.#store.hasTable(tableId) && !this.#refused.hasTable(tableId),
    );
  }

  #addLocalChange(): void {
    this.#sequence++;
    this.#events.onLocalChange();
  }

  #getContent(): EncodedContent {
    if (this.#internals.isInTransaction()) {
      this.wasBusy = true;
      throw new PersisterError('UNAVAILABLE', 'A transaction of the store is open', {
        phase: 'save',
        storage: this.#storage,
        retriable: true,
      });
    }
    const content = this.#internals.getContent();
    this.#refused.addTo(content);
    return content;
  }

  /** Adds what the storage has nothing to do with, as the store has it. */
  #addOutOfView([tables, values]: EncodedContent, view: StoreView): void {
    for (const tableId of this.#store.getTableIds()) {
      if (view.loadsTable(tableId)) continue;
      const rows: EncodedTable = {};
      for (const rowId of this.#store.getRowIds(tableId)) {
        setOwn(rows, rowId, this.#internals.getRow(tableId, rowId));
      }
      setOwn(tables, tableId, rows);
    }
    for (const valueId of this.#store.getValueIds()) {
      if (!view.loadsValue(valueId)) setOwn(values, valueId, this.#internals.getValue(valueId));
    }
  }

  /** @returns What has changed, if there are listeners that may write. */
  #apply(apply: () => void): Touched | undefined {
    this.#isApplying = true;
    const commits = this.#commits;
    this.#touched = this.#internals.hasMutators() ? {cells: [], valueIds: []} : undefined;
    const touched = this.#touched;
    // Where nobody listens the store keeps no log of a transaction, which a load of much content would fill.
    const isHeard = Object.values(this.#store.getListenerStats()).some((count) => count > 0);
    if (!isHeard) this.#stopObserving();
    try {
      apply();
    } catch (error) {
      // Unless the listener could still veto the transaction, what was loaded is in the store.
      if (this.#commits === commits) throw error;
      this.#events.onListenerError(error);
    } finally {
      if (!isHeard) this.#startObserving();
      this.#isApplying = false;
      this.#touched = undefined;
    }
    return touched;
  }

  /** What listeners that write made of it is a local change. */
  #addMutations({cells, valueIds}: Touched, mutations: Mutations): void {
    let isMutated = false;
    for (const [tableId, rowId, cellId] of mutations.cells(cells)) {
      if (this.#pending.hasCell(tableId, rowId, cellId)) continue;
      this.#pending.addRow(tableId, rowId, false, [cellId]);
      isMutated = true;
    }
    for (const valueId of mutations.valueIds(valueIds)) {
      if (this.#pending.hasValue(valueId)) continue;
      this.#pending.addValue(valueId);
      isMutated = true;
    }
    if (isMutated) this.#addLocalChange();
  }

  /**
   * In one transaction: what is loaded, then what is pending as it was before. To listeners it looks as if
   * what is pending had not been touched.
   */
  #applyUnderPending(
    loaded: EncodedContent | EncodedChanges,
    apply: (listener: RefusalListener) => void,
    isKnown: (refusal: Refusal) => boolean,
  ): void {
    const refusedRows: [Id, Id][] = [];
    const refusedValueIds: Id[] = [];
    const listener: RefusalListener = {
      row: (tableId, rowId) => {
        const rows = getOwn(loaded[0], tableId) ?? {};
        for (const id of rowId === undefined ? Object.keys(rows) : [rowId]) {
          refusedRows.push([tableId, id]);
        }
      },
      value: (valueId) => refusedValueIds.push(valueId),
    };
    this.#pending.settleRows(this.#internals, loaded);
    const pending = this.#pending.toChanges(this.#internals, () => false);
    const replacements = new Map<string, EncodedCell | undefined>();
    let refusals: Refusal[] = [];
    const findRefusals = (): void => {
      refusals = [...this.#refusals(loaded, refusedRows, refusedValueIds, replacements)];
    };
    const isOne = !this.#pending.isEmpty || this.#internals.hasMutators();
    const applyAll = (): void => {
      apply(listener);
      findRefusals(); // before listeners change what the store has made of it
      this.#internals.applyChanges(pending);
    };
    const touched = this.#apply(() => {
      if (isOne) this.#store.transaction(applyAll);
      else apply(listener);
    });
    if (!isOne) findRefusals();
    if (touched) this.#addMutations(touched, new Mutations(this.#store, loaded, replacements));
    for (const refusal of refusals) {
      const isOurs =
        'valueId' in refusal
          ? this.#pending.hasValue(refusal.valueId)
          : this.#pending.hasCell(refusal.tableId, refusal.rowId, refusal.cellId);
      // A row is announced for each of its cells.
      if (isOurs || this.#refused.has(refusal)) continue;
      this.#refused.add(refusal);
      if (!isKnown(refusal)) this.#events.onRefused(refusal);
    }
  }

  /**
   * Which cells and values of these rows and values the store does not have.
   * @param replacements Gets what it has in their place.
   */
  *#refusals(
    [tables, values]: EncodedContent | EncodedChanges,
    rows: [Id, Id][],
    valueIds: Id[],
    replacements: Map<string, EncodedCell | undefined>,
  ): Generator<Refusal> {
    for (const [tableId, rowId] of rows) {
      const row: unknown = getOwn(getOwn(tables, tableId) ?? {}, rowId);
      for (const [cellId, stored] of Object.entries(typeof row === 'object' ? (row ?? {}) : {})) {
        const actual = this.#internals.getCell(tableId, rowId, cellId);
        if (stored === actual) continue;
        replacements.set(keyOf(tableId, rowId, cellId), actual);
        yield {tableId, rowId, cellId, stored};
      }
    }
    for (const valueId of valueIds) {
      const [stored, actual] = [getOwn(values, valueId), this.#internals.getValue(valueId)];
      if (stored === actual) continue;
      replacements.set(keyOf(valueId), actual);
      yield {valueId, stored};
    }
  }
}
