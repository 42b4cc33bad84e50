/**
 * How the SQL core talks to a database. A driver moves statements and rows; what to say, and when, is the
 * core's business. The core's work is written as generators, so that a driver which answers at once gets all
 * of a transaction in one go, and nothing of the app's can come between its statements.
 */

/** What is bound to a parameter. */
export type SqlParam = string | number | bigint | Uint8Array | null;

/** One statement, with its parameters in order. */
export interface SqlStatement {
  readonly sql: string;
  readonly params: readonly SqlParam[];
  /** Many rows may come: they may be arrays, with the columns in order, where that is quicker. */
  readonly isBulk?: true;
}

/** A row, by the names of its columns; see `isBulk`. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** Yields statements and is handed their rows, or has what they failed with thrown into it. */
export type SqlWork<Result> = Generator<SqlStatement, Result, readonly SqlRow[]>;

/** What runs statements: a connection, or a transaction of a client that has its own. */
export interface SqlSession {
  execute(statement: SqlStatement): readonly SqlRow[] | Promise<readonly SqlRow[]>;
}

/** A session that has to be given back. */
export interface AcquiredSession extends SqlSession {
  /** @param isBroken Whether it must not be used again. */
  release(isBroken: boolean): void | Promise<void>;
  /** Capability: ends the connection, so that whatever waits for it fails; in place of `release`. */
  discard?(): void;
}

/** What a driver tells about writes on its own connection: which tables, and which of their rows if known. */
export interface ChangeHint {
  readonly tableName: string;
  /** SQLite's rowid of a row that is there. Missing: any of them. */
  readonly rowid?: number | bigint;
}

/** What a driver tells while it listens. */
export interface ListenEvents {
  onMessage(channel: string, payload: string): void;
  /**
   * Messages may have been missed.
   * @param isLost Whether nothing more will be heard; otherwise the connection is there again.
   */
  onGap(isLost: boolean): void;
}

export interface Listening {
  /** The backend process of the connection that listens, if that is known. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

export interface SqlDriver extends SqlSession {
  /** The app's database object: persisters that share it take turns. */
  readonly connection: object;

  /** Whether the app speaks on the same connection in the middle of our transactions. */
  readonly isExposed?: boolean;

  /** Whether a transaction is open on the connection; `undefined` or missing if that cannot be known. */
  isInTransaction?(): boolean | undefined;

  /** Capability: a session for one transaction. Gets its `BEGIN`, `COMMIT` and `ROLLBACK`, too. */
  acquire?(kind: 'read' | 'write'): Promise<AcquiredSession>;

  /** Capability: calls `onChange` after writes by this connection, whoever makes them. */
  subscribe?(
    onChange: (hints?: readonly ChangeHint[]) => void,
    onError: (error: unknown) => void,
  ): (() => void | Promise<void>) | Promise<() => void | Promise<void>>;

  /**
   * Capability: hears what is notified on channels.
   * @param signal Aborts when nobody waits for it any more.
   */
  listen?(
    channels: readonly string[],
    events: ListenEvents,
    signal: AbortSignal,
  ): Promise<Listening>;

  /** Releases what the driver itself has opened. */
  close?(): void | Promise<void>;
}
