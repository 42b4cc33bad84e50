/** Databases of libSQL: files and those in memory, embedded replicas, and servers over HTTP or WebSockets. */
import {assertMethods} from '../sql/assert-client.ts';
import type {AcquiredSession, SqlDriver, SqlRow, SqlStatement} from '../sql/sql-driver.ts';

/** A statement as libSQL takes it. */
export interface LibSqlStatement {
  readonly sql: string;
  readonly args: (string | number | bigint | Uint8Array | null)[];
}

/** What libSQL answers, as far as it is used. */
interface LibSqlResult {
  readonly rows: readonly unknown[];
}

/** A transaction of a client of libSQL, as far as it is used. */
export interface LibSqlTransaction {
  execute(statement: LibSqlStatement): Promise<LibSqlResult>;
  executeMultiple(sql: string): Promise<unknown>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  close(): void;
}

/** A client of libSQL, as far as it is used. */
export interface LibSqlClient {
  /** `file`, `http` or `ws`. */
  readonly protocol: string;
  execute(statement: LibSqlStatement): Promise<LibSqlResult>;
  transaction(mode: 'read' | 'write' | 'deferred'): Promise<LibSqlTransaction>;
}

/**
 * The client has servers remember statements of up to 5,000 UTF-16 code units, while these refuse to remember, and
 * so to execute, what has 5,000 bytes: what lies between is made too long for the client.
 */
const MAX_REMEMBERED = 5_000;
const forServer = (sql: string): string =>
  sql.length * 3 >= MAX_REMEMBERED && new TextEncoder().encode(sql).length >= MAX_REMEMBERED
    ? sql.padEnd(MAX_REMEMBERED)
    : sql;

const executeOn = async (
  target: LibSqlClient | LibSqlTransaction,
  {sql, params}: SqlStatement,
): Promise<readonly SqlRow[]> => {
  const {rows} = await target.execute({sql: forServer(sql), args: [...params]});
  return rows as readonly SqlRow[];
};

/** The client begins and ends its transactions itself. */
const executeIn = async (
  transaction: LibSqlTransaction,
  statement: SqlStatement,
): Promise<readonly SqlRow[]> => {
  if (statement.sql.startsWith('BEGIN')) return [];
  if (statement.sql === 'COMMIT') await transaction.commit();
  else if (statement.sql === 'ROLLBACK') await transaction.rollback();
  else return executeOn(transaction, statement);
  return [];
};

export class LibSqlDriver implements SqlDriver {
  readonly connection: LibSqlClient;

  constructor(client: LibSqlClient) {
    assertMethods(client, 'client', 'execute', 'transaction');
    this.connection = client;
  }

  execute(statement: SqlStatement): Promise<readonly SqlRow[]> {
    return executeOn(this.connection, statement);
  }

  async acquire(kind: 'read' | 'write'): Promise<AcquiredSession> {
    const transaction = await this.#begin(kind);
    return {
      execute: (statement) => executeIn(transaction, statement),
      release: () => transaction.close(),
    };
  }

  /**
   * A `BEGIN IMMEDIATE` of the client's own that finds a file locked stays in progress until it is collected as
   * garbage, and nothing can be committed on its connection until then. As one of several statements that are
   * executed at once, it leaves nothing behind.
   */
  async #begin(kind: 'read' | 'write'): Promise<LibSqlTransaction> {
    const {connection} = this;
    if (kind === 'read' || connection.protocol !== 'file') return connection.transaction(kind);
    const transaction = await connection.transaction('deferred');
    try {
      await transaction.executeMultiple('COMMIT;BEGIN IMMEDIATE');
    } catch (error) {
      transaction.close();
      throw error;
    }
    return transaction;
  }
}
