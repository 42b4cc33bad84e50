/** Databases that are opened with SQLite's own build for WebAssembly, which answers at once. */
import {assertMethods} from '../sql/assert-client.ts';
import type {ChangeHint, SqlDriver, SqlParam, SqlRow, SqlStatement} from '../sql/sql-driver.ts';
import {StatementCache} from '../sql/statement-cache.ts';
import {hearUpdates, type Sqlite3Hooks} from './update-hook.ts';

/** A prepared statement of `sqlite3.oo1`, as far as it is used. */
interface PreparedStatement {
  readonly columnCount: number;
  bind(params: readonly SqlParam[]): unknown;
  step(): boolean;
  get(values: unknown[]): unknown[];
  getColumnNames(): string[];
  reset(alsoClearBindings: boolean): unknown;
  finalize(): unknown;
}

/** A database of `sqlite3.oo1`, as far as it is used. */
export interface SqliteWasmDatabase {
  isOpen(): boolean;
  prepare(sql: string): PreparedStatement;
}

/** What SQLite's WebAssembly module has been initialized to, as far as it is used. */
export interface Sqlite3 {
  readonly capi: Sqlite3Hooks & {
    sqlite3_bind_double(statement: PreparedStatement, position: number, value: number): number;
    sqlite3_get_autocommit(db: SqliteWasmDatabase): number;
  };
}

/** `bind` takes it for a 64-bit integer, which it need not fit into, and which nobody has written. */
const isBoundWrongly = (param: SqlParam): param is number =>
  Number.isInteger(param) && !Number.isSafeInteger(param);

export class SqliteWasmDriver implements SqlDriver {
  readonly connection: SqliteWasmDatabase;
  readonly #sqlite3: Sqlite3;
  readonly #statements: StatementCache<PreparedStatement>;

  constructor(sqlite3: Sqlite3, db: SqliteWasmDatabase) {
    assertMethods(
      (sqlite3 as Sqlite3 | undefined)?.capi,
      'sqlite3.capi',
      'sqlite3_bind_double',
      'sqlite3_get_autocommit',
      'sqlite3_update_hook',
    );
    assertMethods(db, 'db', 'isOpen', 'prepare');
    this.#sqlite3 = sqlite3;
    this.connection = db;
    this.#statements = new StatementCache(
      (sql) => db.prepare(sql),
      (statement) => statement.finalize(),
    );
  }

  isInTransaction(): boolean {
    const db = this.connection;
    return db.isOpen() && this.#sqlite3.capi.sqlite3_get_autocommit(db) === 0;
  }

  execute({sql, params, isBulk}: SqlStatement): readonly SqlRow[] {
    const statement = this.#statements.get(sql);
    try {
      this.#bind(statement, params);
      const tuples: unknown[][] = [];
      while (statement.step()) tuples.push(statement.get([]));
      if (tuples.length === 0) return [];
      return isBulk ? (tuples as unknown as SqlRow[]) : toRows(tuples, statement.getColumnNames());
    } finally {
      // What is bound, perhaps all of a store as text, would be kept in the module's memory otherwise.
      statement.reset(true);
    }
  }

  #bind(statement: PreparedStatement, params: readonly SqlParam[]): void {
    if (params.length > 0) statement.bind(params);
    for (const [index, param] of params.entries()) {
      if (!isBoundWrongly(param)) continue;
      this.#sqlite3.capi.sqlite3_bind_double(statement, index + 1, param);
    }
  }

  subscribe(onChange: (hints: readonly ChangeHint[]) => void): () => void {
    return hearUpdates(this.#sqlite3.capi, this.connection, onChange);
  }

  close(): void {
    this.#statements.clear();
  }
}

/** Asking for names once takes half the time of asking for rows as objects. */
const toRows = (tuples: readonly unknown[][], names: readonly string[]): SqlRow[] =>
  tuples.map((values) => Object.fromEntries(names.map((name, index) => [name, values[index]])));
