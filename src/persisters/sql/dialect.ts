/** What differs between database engines: the text of statements, and how cells lie in columns. Pure. */
import type {PersisterErrorCode} from '../../errors.ts';
import type {EncodedCell} from '../../store/internals.ts';
import type {Tally} from './plan-columns.ts';
import type {SqlParam, SqlStatement, SqlWork} from './sql-driver.ts';

export interface Column {
  readonly name: string;
  /** As declared, in lower case; `''` for none. */
  readonly type: string;
  /** Whether no two rows can have the same value. */
  readonly isUnique: boolean;
  /** No row can be inserted without it: it must not be NULL, and has no default. */
  readonly isRequired: boolean;
  /** The database sees to what it holds, and lets nobody else. */
  readonly isGenerated: boolean;
  /** It takes nothing but what its type says, in a database where others take anything. */
  readonly isStrict: boolean;
}

export interface DatabaseTable {
  readonly name: string;
  readonly columns: ReadonlyMap<string, Column>;
  /** Rows cannot be inserted with a conflict clause: it is a view, whose triggers see to its rows. */
  readonly isView: boolean;
}

/** What is remembered of a column because its values cannot tell. */
export interface ColumnMarks {
  /** 0 and 1 are booleans. */
  readonly booleans: boolean;
  /** NULL is an absent cell, rather than one that is `null`. */
  readonly absent: boolean;
}

/** What a column holds and a cell cannot: it stays there untouched, until the app writes the cell. */
export class Unrepresentable {
  readonly stored: SqlParam;

  constructor(stored: SqlParam) {
    this.stored = stored;
  }

  toJSON(): string {
    const {stored} = this;
    return stored instanceof Uint8Array ? `${String(stored.length)} bytes` : String(stored);
  }
}

/** What is put into a column for a cell that would be read back as something else. */
export class Inexact {
  readonly form: SqlParam;

  constructor(form: SqlParam) {
    this.form = form;
  }
}

export type StoredCell = EncodedCell | Unrepresentable;

/** How cells lie in one column. */
export interface ColumnCodec {
  /** @param cell `undefined`: there is none. */
  encode(cell: StoredCell | undefined): SqlParam | Inexact;
  /**
   * Capability: all cells of rows that each have one, where that is quicker and each is exact.
   * @returns A new list; `undefined` if it is to be done one by one.
   */
  encodeAll?(cells: readonly (StoredCell | undefined)[], tally: Tally): SqlParam[] | undefined;
  /** @param value As a statement of the dialect returned it. */
  decode(value: unknown): StoredCell | undefined;
  /**
   * Capability: the same of many values, where that is quicker and all are what cells can be.
   * @returns `undefined` if it is to be done one by one.
   */
  decodeAll?(values: readonly unknown[]): readonly EncodedCell[] | undefined;
  /** The database may refuse a form, whose cell is then noted beside NULL. */
  readonly isUnsure?: true;
  /** It has been chosen by what the column holds, which others may change. */
  readonly isAssumed?: true;
}

/** What the schema of the store says of a cell or value; it need not say anything. */
export interface CellSchema {
  readonly type?: string;
  readonly allowNull?: boolean;
}

/** Rows of ids among others: a condition, and its parameters. */
export interface IdBatch {
  readonly condition: string;
  readonly params: readonly SqlParam[];
}

/** Finds those of the row ids that a column cannot have, or would not give back as they are. */
export type FindUnheldIds = (rowIds: readonly string[]) => readonly string[];

export interface SqlDialect {
  readonly name: string;
  readonly begin: Readonly<Record<'read' | 'write', string>>;
  /** How many columns a table can have. */
  readonly maxColumns: number;
  /** Whether columns need {@link ColumnMarks}. */
  readonly hasMarks: boolean;

  /** The placeholder of a parameter, counted from 1. */
  parameter(position: number): string;

  /** Names that are equal when folded cannot be told apart. */
  foldCase(columnName: string): string;
  /** Whether a column can have this name. */
  canName(columnName: string): boolean;
  unheldIdsFinder(column: Column): FindUnheldIds;

  /**
   * Rows of `t` (table), `c` (column), `d` (declared type) and, each 1 or 0, `v` (view), `u` (unique), `n` (required),
   * `g` (generated).
   */
  describe(tableNames: readonly string[]): SqlStatement;
  /**
   * Capability: finds out what the description leaves open, and says it by the types of columns.
   * @param tables Which it may change.
   */
  refine?(tables: ReadonlyMap<string, {readonly columns: Map<string, Column>}>): SqlWork<void>;
  createTable(
    tableName: string,
    idColumnName: string,
    columnNames: readonly string[],
  ): readonly string[];
  addColumns(table: DatabaseTable, columnNames: readonly string[]): readonly string[];

  codecOf(column: Column, marks: ColumnMarks, schema: CellSchema | undefined): ColumnCodec;

  /** Selects ids as `i` and columns as `c0`, `c1`, … */
  select(tableName: string, idColumn: Column, columns: readonly Column[]): string;
  /** Whether ids that are no text have to be bound as what they are for their rows to be found. */
  isIdTyped(column: Column): boolean;
  /**
   * Conditions that rows with these ids meet: one, or more if there are many.
   * @param position Of the first parameter, counted from 1.
   */
  idBatches(idColumn: Column, ids: readonly SqlParam[], position?: number): IdBatch[];
  /**
   * Inserts rows.
   * @param values Of each column, by row.
   * @param key Unique columns, the first ones: a row that is there is updated. Default: none is.
   */
  insert(
    tableName: string,
    columns: readonly Column[],
    values: readonly (readonly SqlParam[])[],
    key?: readonly Column[],
  ): Iterable<SqlStatement>;
  /** Updates rows. @param values Their ids and then, of each column, by row. */
  update(
    tableName: string,
    idColumn: Column,
    columns: readonly Column[],
    values: readonly (readonly SqlParam[])[],
  ): Iterable<SqlStatement>;

  /** Of a text that takes the place of one of the same length, only the pages that differ are written. */
  readonly keepsEqualPages?: true;
  /** Capability: an expression that differs whenever a row has been written to. */
  rowVersion?(table: DatabaseTable): string;
  /**
   * Capability: writes a row of id and text, and returns its version as `v`; or, if somebody else has been faster,
   * does nothing and returns no row.
   * @param known The version that is there, `null` for none, `undefined` for any or none.
   */
  exchange?(
    table: DatabaseTable,
    idColumn: Column,
    textColumn: Column,
    row: readonly SqlParam[],
    known: string | null | undefined,
  ): SqlStatement;
  /** Capability: a statement that fails if what is put into a column is nothing that its type can hold. */
  probe?(column: Column, form: SqlParam): SqlStatement;
  /**
   * To be done at the start of a transaction: has what it writes checked for constraints that are otherwise checked
   * at its end.
   * @returns What is to be done after each step, and fails where the database does not check by itself.
   */
  checkDeferred(): SqlWork<(() => SqlWork<void>) | undefined>;
  /** Capability: tells others of rows that are in no mapped table. */
  announce?(tableName: string): SqlStatement;

  /** An expression: the text that a column holds. */
  asText(columnName: string): string;

  /** What an error of the database means. */
  classify(error: unknown): {
    code: PersisterErrorCode;
    retriable: boolean;
    /** The tables are not what they were taken for. */
    isSchemaError?: boolean;
    /** Another transaction was in the way, and has had its will: this one may be done again at once. */
    isLocked?: boolean;
    /** It is about what was to be written, maybe about some of it only. */
    isRefusal?: boolean;
  };
}

/** An identifier as a whole; SQL has no other characters that would need escaping in it. */
export const quote = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

/** Text as SQL. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A condition in parentheses, with the table's name put in, after `WHERE` or `AND`. */
export const conditionOn = (condition: string, tableName: string): string =>
  `(${condition.replaceAll('$tableName', () => quote(tableName))})`;
