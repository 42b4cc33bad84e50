/** Databases that are opened with better-sqlite3, which answers at once. */
import {assertMethods} from '../sql/assert-client.ts';
import type {SqlDriver, SqlRow, SqlStatement} from '../sql/sql-driver.ts';
import {StatementCache} from '../sql/statement-cache.ts';

/** A prepared statement of better-sqlite3, as far as it is used. */
interface PreparedStatement {
  readonly reader: boolean;
  all(...params: unknown[]): unknown[];
  raw(isRaw: boolean): this;
  run(...params: unknown[]): unknown;
}

/** A database of better-sqlite3, as far as it is used. */
export interface BetterSqlite3Database {
  readonly inTransaction: boolean;
  prepare(sql: string): PreparedStatement;
}

export class BetterSqlite3Driver implements SqlDriver {
  readonly connection: BetterSqlite3Database;
  readonly #statements: StatementCache<PreparedStatement>;

  constructor(db: BetterSqlite3Database) {
    assertMethods(db, 'db', 'prepare');
    this.connection = db;
    this.#statements = new StatementCache((sql) => db.prepare(sql));
  }

  isInTransaction(): boolean {
    return this.connection.inTransaction;
  }

  execute({sql, params, isBulk}: SqlStatement): readonly SqlRow[] {
    const statement = this.#statements.get(sql);
    if (statement.reader) {
      if (isBulk) statement.raw(true);
      return statement.all(...params) as SqlRow[];
    }
    statement.run(...params);
    return [];
  }
}
