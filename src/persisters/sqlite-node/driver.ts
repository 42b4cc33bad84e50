/** Databases that are opened with node:sqlite, which answers at once. */
import {assertMethods} from '../sql/assert-client.ts';
import type {SqlDriver, SqlRow, SqlStatement} from '../sql/sql-driver.ts';
import {StatementCache} from '../sql/statement-cache.ts';

/** A prepared statement of node:sqlite, as far as it is used. */
interface PreparedStatement {
  all(...params: SqlStatement['params']): unknown[];
  /** Missing in Node 22 before 22.16. */
  setReturnArrays?(isEnabled: boolean): void;
}

/** A `DatabaseSync` of node:sqlite, as far as it is used. */
export interface NodeSqliteDatabase {
  /** Missing in Node 22 before 22.16. */
  readonly isTransaction?: boolean;
  prepare(sql: string): PreparedStatement;
}

export class NodeSqliteDriver implements SqlDriver {
  readonly connection: NodeSqliteDatabase;
  readonly #statements: StatementCache<PreparedStatement>;

  constructor(db: NodeSqliteDatabase) {
    assertMethods(db, 'db', 'prepare');
    this.connection = db;
    this.#statements = new StatementCache((sql) => db.prepare(sql));
  }

  isInTransaction(): boolean | undefined {
    return this.connection.isTransaction;
  }

  execute({sql, params, isBulk}: SqlStatement): readonly SqlRow[] {
    const statement = this.#statements.get(sql);
    if (isBulk) statement.setReturnArrays?.(true);
    return statement.all(...params) as SqlRow[];
  }
}
