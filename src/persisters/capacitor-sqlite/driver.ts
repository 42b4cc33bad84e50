/** Databases that are opened with @capacitor-community/sqlite, on devices and on the web. */
import {assertMethods} from '../sql/assert-client.ts';
import {withLiterals} from '../sql/textual-sqlite.ts';
import type {SqlDriver, SqlRow, SqlStatement} from '../sql/sql-driver.ts';

/** A connection (`SQLiteDBConnection`) of @capacitor-community/sqlite, as far as it is used. */
export interface CapacitorSqliteConnection {
  isTransactionActive(): Promise<{result?: boolean}>;
  beginTransaction(): Promise<unknown>;
  commitTransaction(): Promise<unknown>;
  rollbackTransaction(): Promise<unknown>;
  query(sql: string, values: (string | number | null)[]): Promise<{values?: unknown[]}>;
  run(sql: string, values: (string | number | null)[], isTransaction: boolean): Promise<unknown>;
}

/** Plugins reject with text, or with objects that are no errors. */
const toError = (reason: unknown): Error => {
  if (reason instanceof Error) return reason;
  const {message} = (reason ?? {}) as {message?: unknown};
  return new Error(String(message ?? reason), {cause: reason});
};

export class CapacitorSqliteDriver implements SqlDriver {
  readonly connection: CapacitorSqliteConnection;

  constructor(connection: CapacitorSqliteConnection) {
    assertMethods(connection, 'db', 'query', 'run', 'isTransactionActive', 'beginTransaction');
    this.connection = connection;
  }

  async execute(statement: SqlStatement): Promise<readonly SqlRow[]> {
    try {
      return await this.#execute(statement);
    } catch (error) {
      throw toError(error);
    }
  }

  /** The plugin keeps account of transactions, so these are begun and ended by its own methods. */
  async #execute(statement: SqlStatement): Promise<readonly SqlRow[]> {
    const {connection} = this;
    const {sql, params} = withLiterals(statement);
    if (/^(SELECT|PRAGMA)/.test(sql)) {
      const {values} = await connection.query(sql, params);
      return (values ?? []) as readonly SqlRow[];
    }
    if (sql.startsWith('BEGIN')) await this.#begin();
    else if (sql === 'COMMIT') await connection.commitTransaction();
    else if (sql === 'ROLLBACK') await connection.rollbackTransaction();
    else await connection.run(sql, params, false);
    return [];
  }

  async #begin(): Promise<void> {
    // Some platforms would nest it.
    if ((await this.connection.isTransactionActive()).result === true) {
      throw new Error('cannot start a transaction within a transaction');
    }
    await this.connection.beginTransaction();
  }
}
