/** Keeps tables of a store as tables of a database, and its values as the one row of another. */
import {PersisterError} from '../../errors.ts';
import type {EncodedChanges, StoreInternals} from '../../store/internals.ts';
import type {Id} from '../../store/types.ts';
import {getOwn, setOwn} from '../engine/content.ts';
import type {ErrorReporter} from '../engine/error-reporter.ts';
import type {GetContent, StorageAdapter, StoreView} from '../engine/storage-adapter.ts';
import type {Catalog} from './catalog.ts';
import type {ChangeTracker} from './change-tracker.ts';
import {ColumnarContent} from './columnar-content.ts';
import {ONLY_ROW, type SaveMapping, type TableMapping, type TabularConfig} from './config.ts';
import {type SqlDialect, type StoredCell, Unrepresentable} from './dialect.ts';
import type {MappedTable, MapTable} from './mapped-table.ts';
import {readTable, type StoredRow, type TableRows} from './read-table.ts';
import type {Refusals} from './refusals.ts';
import {
  type CellChanges,
  groupChanges,
  joinRows,
  NO_ROWS,
  type RowChanges,
  type RowChangesOrDeletions,
  type RowGroup,
} from './row-groups.ts';
import {saveAllowed} from './save-allowed.ts';
import type {SqlDriver, SqlParam, SqlWork} from './sql-driver.ts';
import {TableReports} from './table-reports.ts';
import type {Transactions} from './transactions.ts';
import {TableWriter, type WriteContext} from './write-table.ts';

export interface TabularStorageParts {
  readonly name: string;
  readonly driver: SqlDriver;
  readonly dialect: SqlDialect;
  readonly config: TabularConfig;
  readonly transactions: Transactions;
  readonly tracker: ChangeTracker;
  readonly catalog: Catalog;
  readonly store: StoreInternals;
  countValues(): number;
  getValueIds(): readonly Id[];
  readonly mapTable: MapTable;
  readonly reporter: ErrorReporter;
  readonly watch: NonNullable<StorageAdapter['watch']>;
  /** Whether transactions of several adapters can be open at once. */
  readonly isConcurrent: boolean;
}

const includes = (ids: boolean | readonly Id[], id: Id): boolean =>
  typeof ids === 'boolean' ? ids : ids.includes(id);

const viewOf = ({load, save, loadedValues, savedValues}: TabularConfig): StoreView => {
  const loaded = new Set(load.map(({tableId}) => tableId));
  const saved = new Set(save.map(({tableId}) => tableId));
  return {
    loadsTable: (tableId) => loaded.has(tableId),
    loadsValue: (valueId) => includes(loadedValues, valueId),
    savesTable: (tableId) => saved.has(tableId),
    savesValue: (valueId) => includes(savedValues, valueId),
  };
};

/** Whether something in these rows shows that a column does not hold what it has been taken for. */
const isOtherwise = ({columns}: MappedTable, rows: TableRows['rows']): boolean =>
  Object.values(rows).some((row) =>
    Object.entries(row).some(
      ([cellId, cell]) =>
        cell instanceof Unrepresentable && columns.get(cellId)?.codec.isAssumed === true,
    ),
  );

export class TabularStorage implements StorageAdapter {
  readonly name: string;
  readonly resource?: object;
  readonly view: StoreView;
  readonly watch: NonNullable<StorageAdapter['watch']>;
  readonly readChanges?: NonNullable<StorageAdapter['readChanges']>;
  readonly #parts: TabularStorageParts;
  readonly #typedIds = new Map<string, Map<Id, SqlParam>>();
  /** Whether what others store is to be taken into account. */
  #hasRead = false;
  /** Whether there has been anything: from then on, nothing is content, too. */
  #hasHeld = false;
  readonly #reports: TableReports;
  readonly #writing: WriteContext;

  constructor(parts: TabularStorageParts) {
    this.#parts = parts;
    this.name = parts.name;
    if (!parts.isConcurrent) this.resource = parts.driver.connection;
    this.view = viewOf(parts.config);
    this.watch = parts.watch;
    const {dialect, catalog, mapTable, store, reporter} = parts;
    const reports = (this.#reports = new TableReports(parts.name, reporter));
    this.#writing = {
      ...{dialect, catalog, mapTable},
      typedIdsOf: (tableName) => this.#typedIds.get(tableName),
      countCells: (tableId, rowId) =>
        tableId === undefined ? parts.countValues() : store.countCells(tableId, rowId),
      onOutOfView: (mapping, rowId) => reports.outOfView(mapping, rowId),
      onGenerated: (mapping, rowId, cellId) => reports.generated(mapping, rowId, cellId),
      onNoColumns: (mapping, columnNames) => reports.noColumns(mapping, columnNames),
      onProblem: (error) => reporter.report(error, 'save'),
    };
    if (parts.tracker.getHints) {
      this.readChanges = (signal) => this.#run('changes', signal, () => this.#readChanges());
    }
  }

  async read(signal: AbortSignal): Promise<unknown> {
    const content = await this.#run('read', signal, () => this.#read());
    this.#hasRead = true;
    if (!content.isEmpty) this.#hasHeld = true;
    return this.#hasHeld ? content : undefined;
  }

  async write(getContent: GetContent, signal: AbortSignal): Promise<void> {
    const rows = this.#allRows(getContent);
    await this.#save(signal, true, (refusals) => this.#write(rows, refusals));
    this.#hasHeld = true;
  }

  async writeChanges(
    changes: EncodedChanges,
    _getContent: GetContent,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#save(signal, false, (refusals) => this.#writeChanges(changes, refusals));
    this.#parts.tracker.known?.apply(changes);
    this.#hasHeld = true;
  }

  async close(): Promise<void> {
    await this.#parts.driver.close?.();
  }

  async #save(
    signal: AbortSignal,
    isWhole: boolean,
    write: (refusals?: Refusals) => SqlWork<void>,
  ): Promise<void> {
    const {catalog, dialect, tracker} = this.#parts;
    const select = (): SqlWork<ColumnarContent> => this.#select();
    const refused = await saveAllowed({
      dialect,
      write,
      run: (getWork, onDone) =>
        this.#run('write', signal, function* () {
          const result = yield* getWork();
          yield* tracker.leave(isWhole);
          if (isWhole && tracker.known) tracker.known.set((yield* select()).toContent());
          onDone();
          return result;
        }),
      writeAgain: ({mapping, id, cells}, refusals) =>
        this.#writeRows(
          mapping,
          {[mapping.tableId === undefined ? ONLY_ROW : id]: cells},
          refusals,
        ),
      onRefused: () => catalog.invalidate(), // what has been created is gone
    });
    const denied = refused.toErrors(this.name);
    const [first] = denied;
    if (!first) return;
    this.#hasHeld = true;
    const details = {phase: 'save', storage: this.name, retriable: false, denied} as const;
    throw new PersisterError('DENIED', first.message, details);
  }

  #run<Result>(
    kind: 'read' | 'changes' | 'write',
    signal: AbortSignal,
    getWork: () => SqlWork<Result>,
  ): Promise<Result> {
    const {transactions, catalog, tracker} = this.#parts;
    const getAll = function* (): SqlWork<Result> {
      yield* tracker.enter(kind);
      yield* catalog.refresh();
      return yield* getWork();
    };
    const [access, phase] =
      kind === 'write' ? (['write', 'save'] as const) : (['read', 'load'] as const);
    return transactions.run(access, phase, signal, getAll, () => catalog.invalidate());
  }

  *#read(): SqlWork<ColumnarContent> {
    const {tracker} = this.#parts;
    const content = yield* this.#select();
    yield* tracker.caughtUp(true);
    tracker.known?.set(content.toContent());
    return content;
  }

  *#select(): SqlWork<ColumnarContent> {
    const {config, dialect, catalog, mapTable} = this.#parts;
    const content = new ColumnarContent();
    for (const mapping of config.load) {
      const mapped = mapTable(mapping);
      if (!mapped) {
        if (catalog.find(mapping.tableName)) this.#reports.unmapped(mapping);
        continue;
      }
      const {rows, columns, typedIds, skipped} = yield* readTable(dialect, catalog, mapped);
      this.#typedIds.set(mapping.tableName, typedIds);
      if (skipped > 0) this.#reports.skipped(mapping, skipped);
      if (mapping.tableId === undefined) this.#addValues(content, rows[ONLY_ROW]);
      else if (columns) content.setColumns(mapping.tableId, columns);
      else content.setRows(mapping.tableId, rows);
    }
    return content;
  }

  /** Reads the rows that others have written to, if these are known. */
  *#readChanges(): SqlWork<EncodedChanges | undefined> {
    const {config, dialect, catalog, mapTable, tracker} = this.#parts;
    const hints = tracker.getHints?.();
    if (!hints || !this.#hasRead) return undefined;
    const changes: EncodedChanges = [{}, {}, 1];
    for (const mapping of config.load) {
      const rowIds = [...(hints.get(mapping.tableName) ?? [])];
      if (rowIds.length === 0) continue;
      const mapped = mapTable(mapping);
      if (!mapped) return undefined;
      const read: TableRows['rows'] = {};
      for (const batch of dialect.idBatches(mapped.idColumn, rowIds)) {
        const {rows, typedIds} = yield* readTable(dialect, catalog, mapped, batch);
        if (isOtherwise(mapped, rows)) return undefined;
        for (const [rowId, row] of Object.entries(rows)) setOwn(read, rowId, row);
        for (const [rowId, id] of typedIds) this.#typedIds.get(mapping.tableName)?.set(rowId, id);
      }
      this.#addChanges(changes, mapping, rowIds, read);
    }
    yield* tracker.caughtUp(false);
    return changes;
  }

  /** What these rows are now; cells that they do not have any more are mentioned, too. */
  #addChanges(
    [tables, values]: EncodedChanges,
    {tableId}: TableMapping,
    rowIds: readonly Id[],
    rows: TableRows['rows'],
  ): void {
    if (tableId === undefined) {
      const row = Object.hasOwn(rows, ONLY_ROW) ? rows[ONLY_ROW] : undefined;
      const known = this.#parts.getValueIds().map((valueId) => [valueId, undefined] as const);
      for (const [valueId, value] of [...known, ...Object.entries(row ?? {})]) {
        if (this.view.loadsValue(valueId)) setOwn(values, valueId, value);
      }
      return;
    }
    const changes: Record<Id, CellChanges | undefined> = {};
    for (const rowId of rowIds) {
      const row = Object.hasOwn(rows, rowId) ? rows[rowId] : undefined;
      const cells: Record<Id, StoredCell | undefined> = {};
      const known = row ? (this.#parts.store.getRow(tableId, rowId) ?? {}) : {};
      for (const cellId of Object.keys(known)) setOwn(cells, cellId, undefined);
      for (const [cellId, cell] of Object.entries(row ?? {})) setOwn(cells, cellId, cell);
      setOwn(changes, rowId, row && cells);
    }
    setOwn(tables, tableId, changes);
  }

  #addValues({values}: ColumnarContent, row: StoredRow | undefined): void {
    for (const [valueId, value] of Object.entries(row ?? {})) {
      if (this.view.loadsValue(valueId)) setOwn(values, valueId, value);
    }
  }

  /** All that is to be saved as it is now, by mapping. */
  #allRows(getContent: GetContent): Map<SaveMapping, RowGroup> {
    const {config, store} = this.#parts;
    // That of the store is to be had column by column, which is how it is written.
    const isOther = getContent.holdsMore || store.isInTransaction();
    const [tables, values] = isOther ? getContent() : [];
    const rowsOf = ({tableId}: SaveMapping): RowGroup => {
      if (tableId !== undefined) {
        const columns = tables
          ? joinRows(getOwn(tables, tableId) ?? {})
          : store.getColumns(tableId);
        return columns ?? NO_ROWS;
      }
      const all =
        values ??
        Object.fromEntries(this.#parts.getValueIds().map((id) => [id, store.getValue(id)]));
      return joinRows(this.#savedValues(all));
    };
    return new Map(config.save.map((mapping) => [mapping, rowsOf(mapping)]));
  }

  *#write(allRows: ReadonlyMap<SaveMapping, RowGroup>, refusals?: Refusals): SqlWork<void> {
    const {config, tracker} = this.#parts;
    if (this.#hasRead && (yield* tracker.isOutdated())) {
      if (!tracker.known?.isSame((yield* this.#select()).toContent())) throw this.#conflict();
      yield* tracker.caughtUp(true);
    }
    for (const [mapping, rows] of allRows) {
      // Values that are not saved are none of our business, so theirs is never the whole row.
      const isWhole = mapping.tableId !== undefined || config.savedValues === true;
      yield* new TableWriter(this.#writing, mapping, [rows], isWhole, refusals).write();
    }
  }

  *#writeChanges([tables, values]: EncodedChanges, refusals?: Refusals): SqlWork<void> {
    const {config} = this.#parts;
    for (const mapping of config.save) {
      if (mapping.tableId === undefined) {
        const [rows] = groupChanges(this.#savedValues(values));
        yield* new TableWriter(this.#writing, mapping, rows, false, refusals).write();
      } else if (Object.hasOwn(tables, mapping.tableId)) {
        yield* this.#writeRows(mapping, tables[mapping.tableId], refusals);
      }
    }
  }

  *#writeRows(
    mapping: SaveMapping,
    changes: RowChangesOrDeletions | undefined,
    refusals?: Refusals,
  ): SqlWork<void> {
    if (!changes) {
      yield* new TableWriter(this.#writing, mapping, [], false, refusals).deleteAll();
      return;
    }
    const [groups, deleted] = groupChanges(changes);
    const writer = new TableWriter(this.#writing, mapping, groups, false, refusals);
    yield* writer.delete(deleted);
    yield* writer.write();
  }

  /** The row of the values, if it is not empty. */
  #savedValues(values: CellChanges): RowChanges {
    const cells: Record<Id, StoredCell | undefined> = {};
    for (const valueId of Object.keys(values)) {
      if (this.view.savesValue(valueId)) setOwn(cells, valueId, values[valueId]);
    }
    return Object.keys(cells).length > 0 ? {[ONLY_ROW]: cells} : {};
  }

  #conflict(): PersisterError {
    return new PersisterError('CONFLICT', `Somebody else has written to ${this.name}`, {
      phase: 'save',
      storage: this.name,
      retriable: true,
    });
  }
}
