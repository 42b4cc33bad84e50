/** Writes rows of one table of the store to the table that it is mapped to. */
import type {Id} from '../../store/types.ts';
import {type Catalog, statement} from './catalog.ts';
import type {SaveMapping} from './config.ts';
import {
  type Column,
  conditionOn,
  Inexact,
  quote,
  type SqlDialect,
  type StoredCell,
} from './dialect.ts';
import {type CellColumn, idText, type MappedTable, type MapTable} from './mapped-table.ts';
import {newColumns, type Tally, tallyOf} from './plan-columns.ts';
import type {Refusals} from './refusals.ts';
import {type CellChanges, cellsAt, pickRows, type RowGroup} from './row-groups.ts';
import {withoutStatements} from './run-work.ts';
import {SideNotes} from './side-cells.ts';
import type {SqlParam, SqlWork} from './sql-driver.ts';
import {upsertRows} from './upsert-rows.ts';
import {writeAllowedRows, writeAllowedValues, type Written} from './write-allowed.ts';
import {planWrite, type WritePlan} from './write-plan.ts';

/** What a writer needs to know beside the rows. */
export interface WriteContext {
  readonly dialect: SqlDialect;
  readonly catalog: Catalog;
  readonly mapTable: MapTable;
  /** What ids that are no text are in the database, by row id. */
  typedIdsOf(tableName: string): ReadonlyMap<Id, SqlParam> | undefined;
  /** How many cells the store has in that row. */
  countCells(tableId: Id | undefined, rowId: Id): number;
  /** A row could not be written: another one, which is not ours to touch, has its id. */
  onOutOfView(mapping: SaveMapping, rowId: Id): void;
  /** The database lets nobody write to the column of that cell. */
  onGenerated(mapping: SaveMapping, rowId: Id, cellId: Id): void;
  /** The table is a view that lacks columns. */
  onNoColumns(mapping: SaveMapping, columnNames: readonly string[]): void;
  /** Something has not been done which can do without. */
  onProblem(error: unknown): void;
}

/** The rows of one table that are to be written, sorted by what has to be done. */
export class TableWriter {
  readonly #context: WriteContext;
  readonly #mapping: SaveMapping;
  readonly #isWhole: boolean;
  readonly #refusals: Refusals | undefined;
  readonly #groups: readonly RowGroup[];
  readonly #rowIds: readonly Id[];
  /** What the cells are of which the columns matter. */
  readonly #tallies = new Map<Id, Tally>();
  readonly #side: SideNotes;
  readonly #refusedIds = new Set<Id>();
  /** Whether something is written that does not touch any row of the table. */
  #isBeside = false;

  /**
   * @param isWhole Whether these are all cells of all rows; there is one group then.
   * @param refusals Where what is refused goes, so that the rest is written; without it, all fails.
   */
  constructor(
    context: WriteContext,
    mapping: SaveMapping,
    groups: readonly RowGroup[],
    isWhole: boolean,
    refusals: Refusals | undefined,
  ) {
    this.#context = context;
    this.#mapping = mapping;
    this.#groups = groups;
    this.#rowIds = groups.flatMap(({rowIds}) => rowIds);
    this.#isWhole = isWhole;
    this.#refusals = refusals;
    this.#side = new SideNotes(context.dialect, context.catalog, mapping.tableName);
  }

  *write(): SqlWork<void> {
    if (this.#rowIds.length === 0) {
      if (this.#isWhole) yield* this.#writeNothing();
      return;
    }
    const mapped = yield* this.#makeRoom();
    const hiddenIds = yield* this.#findHidden(mapped);
    const groups = this.#groups.map((group) => this.#admitted(group, mapped, hiddenIds));
    if (this.#isWhole) yield* this.#deleteOthers(mapped);
    for (const group of groups) yield* this.#writeGroup(group, mapped);
    yield* this.#side.write(this.#written());
    yield* this.#announce();
    if (this.#isWhole && this.#mapping.deleteEmptyColumns && !this.#mapping.condition) {
      for (const [cellId, {column}] of mapped.columns) {
        const isEmpty = (this.#tallies.get(cellId)?.cells ?? 0) === 0;
        if (isEmpty && !column.isGenerated) yield* this.#dropColumn(cellId);
      }
    }
  }

  *#writeGroup(group: RowGroup, mapped: MappedTable): SqlWork<void> {
    const {dialect} = this.#context;
    const plan = planWrite(mapped, group.cellIds, this.#isWhole);
    this.#isBeside ||= plan.writableIds.length === 0;
    this.#reportGenerated(group, plan);
    if (plan.hasOthers) this.#noteOthers(group, mapped.columns);
    if (plan.untoldIds.length > 0) this.#noteAbsent(group, plan);
    const values = this.#encode(group, plan);
    const refusals = this.#refusals;
    if (refusals) yield* this.#writeAllowed({dialect, refusals, mapped, plan, values}, group);
    else yield* upsertRows(dialect, mapped, plan, values);
  }

  /** Removes rows. */
  *delete(rowIds: readonly Id[]): SqlWork<void> {
    if (rowIds.length === 0) return;
    const mapped = this.#map();
    if (!mapped) return;
    const {idColumn} = mapped;
    const unheld = new Set(mapped.findUnheldIds(rowIds));
    const ids = rowIds.filter((rowId) => !unheld.has(rowId));
    yield* this.#deleteIds(
      idColumn,
      ids.map((rowId) => this.#idOf(rowId)),
    );
    yield* this.#side.forget(rowIds.filter((rowId) => !this.#refusedIds.has(rowId)));
    this.#isBeside ||= ids.length < rowIds.length;
    yield* this.#announce();
  }

  /** Others hear of what happens in the table, and not of what lies beside it. */
  *#announce(): SqlWork<void> {
    const {catalog, dialect} = this.#context;
    if (!this.#isBeside || !catalog.hasCells || !dialect.announce) return;
    yield dialect.announce(this.#mapping.tableName);
    this.#isBeside = false;
  }

  *#deleteIds(idColumn: Column, ids: readonly SqlParam[]): SqlWork<void> {
    const refusals = this.#refusals;
    if (!refusals) {
      yield* this.#deleteAtOnce(idColumn, ids);
      return;
    }
    yield* refusals.each(
      ids,
      (some) => this.#deleteAtOnce(idColumn, some),
      (id, error) => withoutStatements(() => this.#refuse(idText(id), undefined, error)),
    );
  }

  *#deleteAtOnce(idColumn: Column, ids: readonly SqlParam[]): SqlWork<void> {
    for (const {condition, params} of this.#context.dialect.idBatches(idColumn, ids)) {
      yield {sql: `DELETE FROM${this.#from([condition])}`, params};
    }
  }

  /** Removes all rows that the mapping's condition admits. */
  *deleteAll(): SqlWork<void> {
    const mapped = this.#map();
    if (!mapped) return;
    if (this.#refusals) {
      yield* this.#deleteOthers(mapped);
      return;
    }
    yield {sql: `DELETE FROM${this.#from()}`, params: []};
    if (this.#mapping.condition) return;
    yield* this.#side.forget();
    this.#isBeside = true;
    yield* this.#announce();
  }

  #map(): MappedTable | undefined {
    return this.#context.mapTable(this.#mapping);
  }

  #idOf(rowId: Id): SqlParam {
    return this.#context.typedIdsOf(this.#mapping.tableName)?.get(rowId) ?? rowId;
  }

  /** The table, and which of its rows, after `FROM`. */
  #from(conditions: readonly string[] = []): string {
    const {tableName, condition} = this.#mapping;
    const all = [
      ...(condition === undefined ? [] : [conditionOn(condition, tableName)]),
      ...conditions,
    ];
    return quote(tableName) + (all.length > 0 ? `WHERE ${all.join(' AND ')}` : '');
  }

  *#writeNothing(): SqlWork<void> {
    const {deleteEmptyTable, condition, tableName} = this.#mapping;
    const {catalog} = this.#context;
    yield* this.deleteAll();
    if (deleteEmptyTable && !condition && catalog.find(tableName)) yield* catalog.drop(tableName);
  }

  /** Creates the table, and its columns, where they are missing. */
  *#makeRoom(): SqlWork<MappedTable> {
    const {dialect, catalog} = this.#context;
    const {tableName, rowIdColumnName} = this.#mapping;
    const known = this.#isWhole ? undefined : this.#map();
    const hasRoom =
      known && this.#groups.every(({cellIds}) => cellIds.every((id) => known.columns.has(id)));
    if (hasRoom) return known;
    const table = catalog.find(tableName);
    const taken = new Set(table?.columns.keys()).add(rowIdColumnName);
    this.#tally(taken);
    const tallies = this.#tallies;
    const filled = [...tallies].filter(([, {cells}]) => cells > 0);
    const wanted = newColumns(
      dialect,
      filled.map(([cellId]) => cellId),
      taken,
    );
    // Nobody can add columns to a view: cells without one are noted beside it.
    const added = table?.isView ? [] : wanted;
    if (added.length < wanted.length) this.#context.onNoColumns(this.#mapping, wanted);
    if (!table) {
      yield* catalog.create(tableName, rowIdColumnName, added);
    } else {
      const missing = table.columns.has(rowIdColumnName) ? added : [rowIdColumnName, ...added];
      if (missing.length > 0) yield* catalog.addColumns(tableName, missing);
    }
    if (dialect.hasMarks) {
      // Where all rows are ours, the marks are those that suit them; otherwise those of what we have added.
      const isOurs = this.#isWhole && !this.#mapping.condition;
      const marked = isOurs ? [...taken, ...added].filter((id) => id !== rowIdColumnName) : added;
      const marks = marked.map((columnName) => {
        const tally = tallies.get(columnName);
        const suiting = tally?.toMarks(this.#rowIds.length) ?? {booleans: false, absent: true};
        return [columnName, isOurs || !table ? suiting : {...suiting, absent: true}] as const;
      });
      yield* catalog.mark(tableName, new Map(marks));
    }
    const mapped = this.#map();
    if (!mapped) throw new Error(`The table ${tableName} has been created, and is not there`);
    return mapped;
  }

  /** @param known Columns that are there. Of these, it does not matter what some of the rows have. */
  #tally(known: ReadonlySet<string>): void {
    for (const {cellIds, columns} of this.#groups) {
      for (const [place, cellId] of cellIds.entries()) {
        if (!this.#isWhole && known.has(cellId)) continue;
        this.#tallies.set(cellId, tallyOf(columns[place] ?? [], this.#tallies.get(cellId)));
      }
    }
  }

  /** Drops a column, unless something else in the database needs it. */
  *#dropColumn(columnName: string): SqlWork<void> {
    yield statement('SAVEPOINT cellar_column');
    try {
      yield* this.#context.catalog.dropColumn(this.#mapping.tableName, columnName);
    } catch (error) {
      yield statement('ROLLBACK TO cellar_column');
      this.#context.onProblem(error);
    }
    yield statement('RELEASE cellar_column');
  }

  /** Rows that are there, and not in view: they are somebody else's. */
  *#findHidden({idColumn}: MappedTable): SqlWork<ReadonlySet<Id>> {
    const {condition, tableName} = this.#mapping;
    const hidden = new Set<Id>();
    if (condition === undefined) return hidden;
    const {dialect} = this.#context;
    const ids = this.#rowIds.map((rowId) => this.#idOf(rowId));
    for (const batch of dialect.idBatches(idColumn, ids)) {
      const rows = yield {
        sql:
          `${dialect.select(tableName, idColumn, [])} ` +
          `WHERE ${batch.condition} AND ${conditionOn(condition, tableName)}IS NOT TRUE`,
        params: batch.params,
      };
      for (const {i} of rows) hidden.add(idText(i));
    }
    for (const rowId of hidden) this.#context.onOutOfView(this.#mapping, rowId);
    return hidden;
  }

  /** The rows of a group that can be written to the table; notes the others. */
  #admitted(group: RowGroup, {findUnheldIds}: MappedTable, hiddenIds: ReadonlySet<Id>): RowGroup {
    const {rowIds} = group;
    const unheld = findUnheldIds(rowIds);
    if (hiddenIds.size + unheld.length === 0) return group;
    const unheldIds = new Set(unheld);
    const admitted: number[] = [];
    const beside: number[] = [];
    for (const [index, rowId] of rowIds.entries()) {
      if (!unheldIds.has(rowId)) {
        if (!hiddenIds.has(rowId)) admitted.push(index);
      } else if (this.#mapping.condition) {
        this.#context.onOutOfView(this.#mapping, rowId);
      } else {
        beside.push(index);
      }
    }
    this.#noteOthers(pickRows(group, beside), new Map());
    this.#isBeside ||= beside.length > 0;
    return pickRows(group, admitted);
  }

  #reportGenerated({rowIds}: RowGroup, {generatedIds}: WritePlan): void {
    for (const cellId of generatedIds) {
      for (const rowId of rowIds) this.#context.onGenerated(this.#mapping, rowId, cellId);
    }
  }

  /** @returns Ids, and then what the columns of the plan get; notes what these cannot tell. */
  #encode(group: RowGroup, {writableIds, cellColumns, places}: WritePlan): SqlParam[][] {
    const typedIds = this.#context.typedIdsOf(this.#mapping.tableName);
    const ids: readonly SqlParam[] = typedIds?.size
      ? group.rowIds.map((rowId) => typedIds.get(rowId) ?? rowId)
      : group.rowIds;
    const forms = writableIds.map((cellId, index) => {
      const cells = group.columns[places[index] ?? -1] ?? [];
      return this.#encodeColumn(group, cellId, cells, cellColumns[index] as CellColumn);
    });
    return [[...ids], ...forms];
  }

  #encodeColumn(
    {rowIds}: RowGroup,
    cellId: Id,
    cells: readonly (StoredCell | undefined)[],
    {codec}: CellColumn,
  ): SqlParam[] {
    const tally = this.#tallies.get(cellId);
    // Of more rows than these, a tally does not tell whether each of them has a cell.
    const isTallied = this.#rowIds.length === rowIds.length && tally?.cells === rowIds.length;
    const all = isTallied ? codec.encodeAll?.(cells, tally) : undefined;
    if (all) return all;
    const forms: SqlParam[] = [];
    for (let index = 0; index < rowIds.length; index++) {
      const cell = cells[index];
      const encoded = codec.encode(cell);
      if (encoded instanceof Inexact) {
        this.#side.note(rowIds[index] ?? '', cellId, cell);
        forms.push(encoded.form);
      } else {
        forms.push(encoded);
      }
    }
    return forms;
  }

  /** Notes cells that have no column. */
  #noteOthers({rowIds, cellIds, columns}: RowGroup, placed: ReadonlyMap<Id, unknown>): void {
    for (const [place, cellId] of cellIds.entries()) {
      if (placed.has(cellId)) continue;
      for (const [index, cell] of (columns[place] ?? []).entries()) {
        if (cell !== undefined) this.#side.note(rowIds[index] ?? '', cellId, cell);
      }
    }
  }

  /** Notes the cells that rows which may be new lack, where a column could not tell. */
  #noteAbsent({rowIds, columns}: RowGroup, {untoldIds}: WritePlan): void {
    for (const [index, rowId] of rowIds.entries()) {
      const count = columns.filter((column) => column[index] !== undefined).length;
      if (count < this.#context.countCells(this.#mapping.tableId, rowId)) continue;
      for (const cellId of untoldIds) this.#side.note(rowId, cellId, undefined);
    }
  }

  *#deleteOthers(mapped: MappedTable): SqlWork<void> {
    const {dialect} = this.#context;
    const {tableName} = this.#mapping;
    const rows = yield {
      sql:
        dialect.select(tableName, mapped.idColumn, []) +
        this.#from().slice(quote(tableName).length),
      params: [],
    };
    const kept = new Set(rows.length > 0 ? this.#rowIds : []);
    const others: SqlParam[] = [];
    for (const {i} of rows) {
      if (i !== null && !kept.has(idText(i))) others.push(i as SqlParam);
    }
    yield* this.#deleteIds(mapped.idColumn, others);
    const isPart = this.#mapping.condition !== undefined || this.#refusedIds.size > 0;
    const gone = others.map(idText).filter((rowId) => !this.#refusedIds.has(rowId));
    yield* this.#side.forget(isPart ? [...gone, ...this.#rowIds] : undefined);
    this.#isBeside = true;
    yield* this.#announce();
  }

  /** The cells of which something may be noted already. */
  #written(): {rowIds: Id[]; cellIds: readonly Id[]}[] {
    if (this.#isWhole) return []; // forgotten before
    return this.#groups.map(({rowIds, cellIds}) => ({
      rowIds: rowIds.filter((rowId) => !this.#refusedIds.has(rowId)),
      cellIds,
    }));
  }

  #refuse(id: Id, cells: CellChanges | undefined, error: unknown): void {
    this.#refusedIds.add(id);
    this.#side.drop(id);
    this.#refusals?.add(this.#mapping, id, cells, error);
  }

  #writeAllowed(written: Written, group: RowGroup): SqlWork<void> {
    if (this.#mapping.tableId === undefined) {
      const values = cellsAt(group, 0);
      return writeAllowedValues(written, (valueId, error) =>
        written.refusals.add(this.#mapping, valueId, {[valueId]: values[valueId]}, error),
      );
    }
    // What a whole write does not mention is to go.
    const others: CellChanges = this.#isWhole
      ? Object.fromEntries(written.plan.writableIds.map((cellId) => [cellId, undefined]))
      : {};
    const rowIdAt = (index: number): Id => group.rowIds[index] ?? '';
    return writeAllowedRows(
      written,
      (index, cellId) => {
        const rowId = rowIdAt(index);
        if (this.#side.has(rowId, cellId)) return; // for another form, which is refused, too
        this.#side.note(rowId, cellId, cellsAt(group, index)[cellId]);
      },
      (index, error) => this.#refuse(rowIdAt(index), {...others, ...cellsAt(group, index)}, error),
    );
  }
}
