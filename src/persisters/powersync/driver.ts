/**
 * PowerSync databases. PowerSync has one connection for writing and others for reading; what is compared to find out
 * whether others have written is counted per connection, so everything goes by way of the one for writing.
 */
import {assertMethods} from '../sql/assert-client.ts';
import {borrowSession} from '../sql/lent-session.ts';
import type {
  AcquiredSession,
  SqlDriver,
  SqlRow,
  SqlSession,
  SqlStatement,
} from '../sql/sql-driver.ts';

/** What runs statements for PowerSync: the database itself, or what its locks hand out. */
interface Executor {
  execute(sql: string, params?: unknown[]): Promise<{readonly rows?: {readonly _array: unknown[]}}>;
}

/** A database of PowerSync, as far as it is used. */
export interface PowerSyncDatabase extends Executor {
  /** The adapter of the platform. */
  readonly database: {
    registerListener(listener: {readonly tablesUpdated: (update: object) => void}): () => void;
  };
  writeLock(callback: (context: Executor) => Promise<void>): Promise<void>;
  /** Whether it has been closed. */
  readonly closed?: boolean;
}

const sessionOf = (executor: Executor): SqlSession => ({
  execute: async ({sql, params}: SqlStatement) => {
    const {rows} = await executor.execute(sql, [...params]);
    return (rows?._array ?? []) as SqlRow[];
  },
});

export class PowerSyncDriver implements SqlDriver {
  readonly connection: PowerSyncDatabase;
  readonly #session: SqlSession;

  constructor(powerSync: PowerSyncDatabase) {
    assertMethods(powerSync, 'powerSync', 'execute', 'writeLock');
    this.connection = powerSync;
    this.#session = sessionOf(powerSync);
  }

  execute(statement: SqlStatement): readonly SqlRow[] | Promise<readonly SqlRow[]> {
    this.#assertOpen();
    return this.#session.execute(statement);
  }

  async acquire(): Promise<AcquiredSession> {
    this.#assertOpen();
    return borrowSession((use) => this.connection.writeLock(use), sessionOf);
  }

  subscribe(onChange: () => void): () => void {
    return this.connection.database.registerListener({tablesUpdated: () => onChange()});
  }

  /** In browsers, closing ends the worker, and what is asked of that is never answered. */
  #assertOpen(): void {
    if (this.connection.closed) throw new Error('The database is closed');
  }
}
