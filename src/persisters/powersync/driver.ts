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
    return this.#session.execute(statement);
  }

  acquire(): Promise<AcquiredSession> {
    return borrowSession((use) => this.connection.writeLock(use), sessionOf);
  }

  subscribe(onChange: () => void): () => void {
    return this.connection.database.registerListener({tablesUpdated: () => onChange()});
  }
}
