/** What is known of the tables of a database: their columns, and what has been noted of these. */
import {COLUMNS_TABLE, CELLS_TABLE} from './config.ts';
import type {Column, ColumnMarks, DatabaseTable, SqlDialect} from './dialect.ts';
import {quote} from './dialect.ts';
import {allOf} from './run-work.ts';
import type {SqlStatement, SqlWork} from './sql-driver.ts';

const NO_MARKS: ColumnMarks = {booleans: false, absent: false};

const CREATE_COLUMNS_TABLE =
  `CREATE TABLE IF NOT EXISTS ${quote(COLUMNS_TABLE)}("table_name" text NOT NULL,` +
  `"column_name" text NOT NULL,"booleans" integer NOT NULL,"absent" integer NOT NULL,` +
  `PRIMARY KEY("table_name","column_name"))`;
const CREATE_CELLS_TABLE =
  `CREATE TABLE IF NOT EXISTS ${quote(CELLS_TABLE)}("table_name" text NOT NULL,` +
  `"row_id" text NOT NULL,"cell_id" text NOT NULL,"cell" text NOT NULL,` +
  `PRIMARY KEY("table_name","row_id","cell_id"))`;

export const statement = (sql: string): SqlStatement => ({sql, params: []});

export class Catalog {
  readonly #dialect: SqlDialect;
  readonly #tableNames: readonly string[];
  #tables: Map<string, DatabaseTable> | undefined;
  readonly #marks = new Map<string, Map<string, ColumnMarks>>();
  /** Changes whenever marks do. */
  marksRevision = 0;
  /** What a table's columns were described as, and refined to. */
  readonly #refined = new Map<string, {described: string; columns: Map<string, Column>}>();

  /** @param tableNames The tables that are mapped. */
  constructor(dialect: SqlDialect, tableNames: readonly string[]) {
    this.#dialect = dialect;
    this.#tableNames = [...new Set(tableNames)];
  }

  /** Somebody else may have changed the tables, and anything in them. */
  invalidate(): void {
    this.#tables = undefined;
    this.#refined.clear();
  }

  /** Somebody else may have changed the tables; what their columns hold in general is taken to be what it was. */
  revalidate(): void {
    this.#tables = undefined;
  }

  /** To be called before anything else, in every transaction. */
  *refresh(): SqlWork<void> {
    if (this.#tables) return;
    const wanted = [...this.#tableNames, COLUMNS_TABLE, CELLS_TABLE];
    const rows = yield this.#dialect.describe(wanted);
    const tables = new Map<string, {name: string; columns: Map<string, Column>; isView: boolean}>();
    for (const {t, c, d, v, ...is} of rows) {
      const name = String(t);
      const table = tables.get(name) ?? {name, columns: new Map(), isView: Number(v) === 1};
      tables.set(name, table);
      const column = {
        name: String(c),
        type: typeof d === 'string' ? d : '',
        isUnique: Number(is['u']) === 1,
        isRequired: Number(is['n']) === 1,
        isGenerated: Number(is['g']) === 1,
        isStrict: Number(is['s']) === 1,
      };
      table.columns.set(column.name, column);
    }
    yield* this.#refine(tables);
    this.#marks.clear();
    this.marksRevision++;
    if (this.#dialect.hasMarks && tables.has(COLUMNS_TABLE)) {
      const marks = yield statement(
        `SELECT table_name t,column_name c,booleans b,absent a FROM ${quote(COLUMNS_TABLE)}`,
      );
      for (const {t, c, b, a} of marks) {
        this.#setMarks(String(t), String(c), {
          booleans: Number(b) === 1,
          absent: Number(a) === 1,
        });
      }
    }
    this.#tables = tables;
  }

  /** To find out what the description leaves open takes a look at all rows. */
  *#refine(tables: Map<string, {columns: Map<string, Column>}>): SqlWork<void> {
    if (!this.#dialect.refine) return;
    const changed = new Map<string, {described: string; columns: Map<string, Column>}>();
    for (const [name, table] of tables) {
      const described = JSON.stringify([...table.columns.values()]);
      const known = this.#refined.get(name);
      if (known?.described === described) table.columns = known.columns;
      else changed.set(name, {described, columns: table.columns});
    }
    yield* this.#dialect.refine(changed);
    for (const [name, table] of changed) this.#refined.set(name, table);
  }

  find(tableName: string): DatabaseTable | undefined {
    return this.#tables?.get(tableName);
  }

  marksOf(tableName: string, columnName: string): ColumnMarks {
    return this.#marks.get(tableName)?.get(columnName) ?? NO_MARKS;
  }

  get hasCells(): boolean {
    return this.#tables?.has(CELLS_TABLE) === true;
  }

  *create(tableName: string, idColumnName: string, columnNames: readonly string[]): SqlWork<void> {
    const commands = this.#dialect.createTable(tableName, idColumnName, columnNames);
    yield* allOf(commands.map(statement));
    yield* this.#reload();
  }

  *addColumns(tableName: string, columnNames: readonly string[]): SqlWork<void> {
    const table = this.find(tableName);
    if (table?.isView) {
      const missing = columnNames.map((name) => `'${name}'`).join();
      throw new Error(`'${tableName}' lacks ${missing}, and columns cannot be added to a view`);
    }
    if (table) yield* allOf(this.#dialect.addColumns(table, columnNames).map(statement));
    yield* this.#reload();
  }

  *createCellsTable(): SqlWork<void> {
    if (this.hasCells) return;
    yield statement(CREATE_CELLS_TABLE);
    yield* this.#reload();
  }

  /** Notes marks, and forgets those that are none. */
  *mark(tableName: string, marks: ReadonlyMap<string, ColumnMarks>): SqlWork<void> {
    for (const [columnName, {booleans, absent}] of marks) {
      const known = this.marksOf(tableName, columnName);
      if (known.booleans === booleans && known.absent === absent) continue;
      if (!this.find(COLUMNS_TABLE)) {
        yield statement(CREATE_COLUMNS_TABLE);
        yield* this.#reload();
      }
      yield {
        sql:
          `INSERT INTO ${quote(COLUMNS_TABLE)}(table_name,column_name,booleans,absent)` +
          `VALUES(${[1, 2, 3, 4].map((n) => this.#dialect.parameter(n)).join()})ON CONFLICT(table_name,column_name)` +
          `DO UPDATE SET booleans=excluded.booleans,absent=excluded.absent`,
        params: [tableName, columnName, Number(booleans), Number(absent)],
      };
      this.#setMarks(tableName, columnName, {booleans, absent});
    }
  }

  /** Drops a table, and what has been noted of it. */
  *drop(tableName: string): SqlWork<void> {
    yield statement(`DROP TABLE${quote(tableName)}`);
    if (this.#dialect.hasMarks && this.find(COLUMNS_TABLE)) {
      yield {
        sql: `DELETE FROM ${quote(COLUMNS_TABLE)} WHERE table_name=${this.#dialect.parameter(1)}`,
        params: [tableName],
      };
    }
    yield* this.#reload();
  }

  *dropColumn(tableName: string, columnName: string): SqlWork<void> {
    yield statement(`ALTER TABLE${quote(tableName)}DROP COLUMN${quote(columnName)}`);
    yield* this.#reload();
  }

  *#reload(): SqlWork<void> {
    this.revalidate();
    yield* this.refresh();
  }

  #setMarks(tableName: string, columnName: string, marks: ColumnMarks): void {
    let columns = this.#marks.get(tableName);
    if (!columns) this.#marks.set(tableName, (columns = new Map<string, ColumnMarks>()));
    columns.set(columnName, marks);
    this.marksRevision++;
  }
}
