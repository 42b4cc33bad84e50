/** Writes rows of one table of the store to the table that it is mapped to. */
import type {Id} from '../../store/types.ts';
import {type Catalog, statement} from './catalog.ts';
import {ONLY_ROW, type SaveMapping} from './config.ts';
import {type Column, conditionOn, Inexact, quote, type SqlDialect} from './dialect.ts';
import {
  type CellColumn,
  idText,
  type FindSchema,
  type MappedTable,
  mapTable,
} from './mapped-table.ts';
import {type CellChanges, newColumns, tallyCells} from './plan-columns.ts';
import type {Refusals} from './refusals.ts';
import {withoutStatements} from './run-work.ts';
import {SideNotes} from './side-cells.ts';
import type {SqlParam, SqlWork} from './sql-driver.ts';
import {upsertRows} from './upsert-rows.ts';
import {writeAllowedRows, writeAllowedValues, type Written} from './write-allowed.ts';

/** Cells to be set, or (`undefined`) removed, by row. */
export type RowChanges = Readonly<Record<Id, CellChanges>>;

/** What a writer needs to know beside the rows. */
export interface WriteContext {
  readonly dialect: SqlDialect;
  readonly catalog: Catalog;
  readonly findSchema: FindSchema;
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
  /** Where what is refused goes, so that the rest is written; without it, all fails. */
  readonly refusals?: Refusals | undefined;
}

/** The rows of one table that are to be written, sorted by what has to be done. */
export class TableWriter {
  readonly #context: WriteContext;
  readonly #mapping: SaveMapping;
  readonly #isWhole: boolean;
  readonly #rows: RowChanges;
  readonly #rowIds: readonly Id[];
  /** The cells that rows have. */
  #tallies: ReturnType<typeof tallyCells> = new Map();
  readonly #side: SideNotes;
  readonly #refusedIds = new Set<Id>();
  /** Whether something is written that does not touch any row of the table. */
  #isBeside = false;

  /**
   * @param isWhole Whether these are all cells of all rows.
   */
  constructor(context: WriteContext, mapping: SaveMapping, rows: RowChanges, isWhole: boolean) {
    this.#context = context;
    this.#mapping = mapping;
    this.#rows = rows;
    this.#rowIds = Object.keys(rows);
    this.#isWhole = isWhole;
    this.#side = new SideNotes(context.dialect, context.catalog, mapping.tableName);
  }

  *write(): SqlWork<void> {
    if (this.#rowIds.length === 0) {
      if (this.#isWhole) yield* this.#writeNothing();
      return;
    }
    const {dialect, refusals} = this.#context;
    const mapped = yield* this.#makeRoom();
    const hiddenIds = yield* this.#findHidden(mapped);
    const groups = this.#group(mapped, hiddenIds);
    if (this.#isWhole) yield* this.#deleteOthers(mapped);
    for (const {cellIds, rowIds} of groups) {
      this.#isBeside ||= cellIds.length === 0;
      const rows = this.#encode(mapped, cellIds, rowIds);
      if (!refusals) yield* upsertRows(dialect, mapped, cellIds, rows);
      else
        yield* this.#writeAllowed({dialect, refusals, mapped, cellIds, rows: [...rows]}, [
          ...rowIds,
        ]);
    }
    yield* this.#side.write(this.#written());
    yield* this.#announce();
    if (this.#isWhole && this.#mapping.deleteEmptyColumns && !this.#mapping.condition) {
      for (const cellId of mapped.columns.keys()) {
        const {isGenerated} = mapped.columns.get(cellId)?.column ?? {};
        if (!this.#tallies.has(cellId) && !isGenerated) yield* this.#dropColumn(cellId);
      }
    }
  }

  /** Removes rows. */
  *delete(rowIds: readonly Id[]): SqlWork<void> {
    const {dialect} = this.#context;
    const mapped = this.#map();
    if (rowIds.length === 0 || !mapped) return;
    const {idColumn} = mapped;
    const ids = rowIds.filter((rowId) => dialect.canHoldId(idColumn, rowId));
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
    const {refusals} = this.#context;
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
    if (this.#context.refusals) {
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
    const {dialect, catalog, findSchema} = this.#context;
    return mapTable(dialect, catalog, this.#mapping, findSchema);
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
    const tallies = (this.#tallies = tallyCells(this.#rows));
    const table = catalog.find(tableName);
    const taken = new Set(table?.columns.keys()).add(rowIdColumnName);
    const wanted = newColumns(dialect, tallies.keys(), taken);
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

  /** The rows that can be written, sorted by the columns that are to be written. */
  #group(
    mapped: MappedTable,
    hiddenIds: ReadonlySet<Id>,
  ): Iterable<{cellIds: readonly Id[]; rowIds: Iterable<Id>}> {
    const {dialect} = this.#context;
    const rowIds: Id[] = [];
    const unheld: Id[] = [];
    for (const rowId of this.#rowIds) {
      if (dialect.canHoldId(mapped.idColumn, rowId)) {
        if (!hiddenIds.has(rowId)) rowIds.push(rowId);
      } else if (this.#mapping.condition) {
        this.#context.onOutOfView(this.#mapping, rowId);
      } else {
        unheld.push(rowId);
      }
    }
    const {columns} = mapped;
    this.#noteOthers({...mapped, columns: new Map()}, unheld);
    this.#isBeside ||= unheld.length > 0;
    const isPlaced =
      this.#isWhole && [...this.#tallies.keys()].every((cellId) => columns.has(cellId));
    if (!isPlaced) this.#noteOthers(mapped, rowIds);
    const isOurs = (cellId: Id): boolean => columns.get(cellId)?.column.isGenerated === false;
    if (this.#isWhole) return [{cellIds: [...columns.keys()].filter(isOurs), rowIds}];
    const groups = new Map<string, {cellIds: Id[]; rowIds: Id[]}>();
    for (const rowId of rowIds) {
      const cells = this.#rows[rowId] ?? {};
      const placed = Object.keys(cells).filter((cellId) => columns.has(cellId));
      const cellIds = placed.filter(isOurs);
      for (const cellId of cellIds.length < placed.length ? placed : []) {
        if (!isOurs(cellId)) this.#context.onGenerated(this.#mapping, rowId, cellId);
      }
      const key = JSON.stringify(cellIds);
      const group = groups.get(key);
      if (group) group.rowIds.push(rowId);
      else groups.set(key, {cellIds, rowIds: [rowId]});
    }
    return groups.values();
  }

  /** What is put into columns, row by row; notes what these cannot tell. */
  *#encode(
    mapped: MappedTable,
    cellIds: readonly Id[],
    rowIds: Iterable<Id>,
  ): Generator<SqlParam[]> {
    const columns = cellIds.map((cellId) => mapped.columns.get(cellId) as CellColumn);
    const typedIds = this.#context.typedIdsOf(this.#mapping.tableName);
    for (const rowId of rowIds) {
      const row = this.#encodeRow(rowId, columns, typedIds?.get(rowId) ?? rowId);
      if (!this.#isWhole) this.#noteAbsent(mapped, rowId, this.#rows[rowId] ?? {});
      yield row;
    }
  }

  #encodeRow(rowId: Id, columns: readonly CellColumn[], id: SqlParam): SqlParam[] {
    const cells = this.#rows[rowId] ?? {};
    const row = [id];
    for (const {column, codec} of columns) {
      const cellId = column.name;
      const cell = Object.hasOwn(cells, cellId) ? cells[cellId] : undefined;
      const encoded = codec.encode(cell);
      if (encoded instanceof Inexact) {
        this.#side.note(rowId, cellId, cell);
        row.push(encoded.form);
      } else {
        row.push(encoded);
      }
    }
    return row;
  }

  /** Notes cells of a row that have no column. */
  #noteOthers(mapped: MappedTable, rowIds: Iterable<Id>): void {
    for (const rowId of rowIds) {
      const cells = this.#rows[rowId] ?? {};
      for (const cellId of Object.keys(cells)) {
        if (mapped.columns.has(cellId) || cells[cellId] === undefined) continue;
        this.#side.note(rowId, cellId, cells[cellId]);
      }
    }
  }

  /** Notes the cells that a row which may be new lacks, where a column could not tell. */
  #noteAbsent({columns, mapping}: MappedTable, rowId: Id, cells: CellChanges): void {
    const count = Object.values(cells).filter((cell) => cell !== undefined).length;
    if (count < this.#context.countCells(mapping.tableId, rowId)) return;
    for (const [cellId, {isNullAbsent, column}] of columns) {
      if (isNullAbsent || column.isGenerated || Object.hasOwn(cells, cellId)) continue;
      this.#side.note(rowId, cellId, undefined);
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
    const others: SqlParam[] = [];
    for (const {i} of rows) {
      if (i !== null && !Object.hasOwn(this.#rows, idText(i))) others.push(i as SqlParam);
    }
    yield* this.#deleteIds(mapped.idColumn, others);
    const isPart = this.#mapping.condition !== undefined || this.#refusedIds.size > 0;
    const gone = others.map(idText).filter((rowId) => !this.#refusedIds.has(rowId));
    yield* this.#side.forget(isPart ? [...gone, ...this.#rowIds] : undefined);
    this.#isBeside = true;
    yield* this.#announce();
  }

  /** The cells of which something may be noted already, by row. */
  *#written(): Generator<readonly [Id, readonly Id[]]> {
    if (this.#isWhole) return; // forgotten before
    for (const rowId of this.#rowIds) {
      if (!this.#refusedIds.has(rowId)) yield [rowId, Object.keys(this.#rows[rowId] ?? {})];
    }
  }

  #refuse(id: Id, cells: CellChanges | undefined, error: unknown): void {
    this.#refusedIds.add(id);
    this.#side.drop(id);
    this.#context.refusals?.add(this.#mapping, id, cells, error);
  }

  #writeAllowed(written: Written, rowIds: readonly Id[]): SqlWork<void> {
    if (this.#mapping.tableId === undefined) {
      const values = this.#rows[ONLY_ROW] ?? {};
      return writeAllowedValues(written, (valueId, error) =>
        written.refusals.add(this.#mapping, valueId, {[valueId]: values[valueId]}, error),
      );
    }
    // What a whole write does not mention is to go.
    const others: CellChanges = this.#isWhole
      ? Object.fromEntries(written.cellIds.map((cellId) => [cellId, undefined]))
      : {};
    return writeAllowedRows(
      written,
      rowIds,
      (rowId, cellId) => this.#side.note(rowId, cellId, this.#rows[rowId]?.[cellId]),
      (rowId, error) => this.#refuse(rowId, {...others, ...this.#rows[rowId]}, error),
    );
  }
}
