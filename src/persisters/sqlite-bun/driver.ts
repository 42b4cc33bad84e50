/** Databases that are opened with bun:sqlite, which answers at once. */
import {assertMethods} from '../sql/assert-client.ts';
import type {SqlDriver, SqlRow, SqlStatement} from '../sql/sql-driver.ts';
import {StatementCache} from '../sql/statement-cache.ts';

/** A prepared statement of bun:sqlite, as far as it is used. */
interface PreparedStatement {
  all(...params: SqlStatement['params']): unknown[];
  values(...params: SqlStatement['params']): unknown[];
  finalize(): void;
}

/** A `Database` of bun:sqlite, as far as it is used. */
export interface BunSqliteDatabase {
  readonly inTransaction: boolean;
  prepare(sql: string): PreparedStatement;
}

export class BunSqliteDriver implements SqlDriver {
  readonly connection: BunSqliteDatabase;
  readonly #statements: StatementCache<PreparedStatement>;

  constructor(db: BunSqliteDatabase) {
    assertMethods(db, 'db', 'prepare');
    this.connection = db;
    this.#statements = new StatementCache(
      (sql) => db.prepare(sql),
      (statement) => statement.finalize(),
    );
  }

  isInTransaction(): boolean {
    try {
      return this.connection.inTransaction;
    } catch (error) {
      // It has been closed: its statements would go on working, and keep its file open.
      this.#statements.clear();
      throw error;
    }
  }

  execute({sql, params, isBulk}: SqlStatement): readonly SqlRow[] {
    this.isInTransaction();
    const statement = this.#statements.get(sql);
    return (isBulk ? statement.values(...params) : statement.all(...params)) as SqlRow[];
  }

  close(): void {
    this.#statements.clear();
  }
}
