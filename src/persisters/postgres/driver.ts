/** PostgreSQL databases by way of `postgres`, which has a pool, and listens on a connection of its own. */
import {openCallbackSession} from '../sql/callback-session.ts';
import {isConnectionLost} from '../sql/postgres-errors.ts';
import type {
  AcquiredSession,
  Listening,
  ListenEvents,
  SqlDriver,
  SqlRow,
  SqlStatement,
} from '../sql/sql-driver.ts';

/** What runs statements in `postgres`, as far as it is used. */
interface PostgresStatements {
  unsafe(sql: string, params?: never[]): PromiseLike<readonly unknown[]>;
}

interface PostgresTransaction extends PostgresStatements {
  savepoint(callback: (transaction: PostgresTransaction) => Promise<void>): Promise<unknown>;
}

/** What `postgres()` returns, as far as it is used. */
export interface PostgresSql extends PostgresStatements {
  begin(
    options: string,
    callback: (transaction: PostgresTransaction) => Promise<void>,
  ): Promise<unknown>;
  listen(
    channel: string,
    onMessage: (payload: string) => void,
    onListening?: () => void,
  ): Promise<{readonly state?: {readonly pid?: number | null} | null; unlisten(): Promise<void>}>;
}

const MODES = {
  read: 'isolation level repeatable read read only',
  write: 'isolation level read committed',
};

const execute = async (
  sql: PostgresStatements,
  statement: SqlStatement,
): Promise<readonly SqlRow[]> => {
  const rows = await sql.unsafe(statement.sql, [...statement.params] as never[]);
  return rows as readonly SqlRow[];
};

export class PostgresDriver implements SqlDriver {
  readonly connection: PostgresSql;

  constructor(sql: PostgresSql) {
    this.connection = sql;
  }

  execute(statement: SqlStatement): Promise<readonly SqlRow[]> {
    return execute(this.connection, statement);
  }

  /** Its `reserve` would end the process if the connection is lost meanwhile; `begin` rejects. */
  acquire(kind: 'read' | 'write'): Promise<AcquiredSession> {
    return openCallbackSession<PostgresTransaction>(
      (callback) => this.connection.begin(MODES[kind], callback),
      execute,
      isConnectionLost,
      (transaction, callback) => transaction.savepoint(callback),
    );
  }

  async listen(channels: readonly string[], events: ListenEvents): Promise<Listening> {
    const heard = new Set<string>();
    let isOver = false;
    let isLost = false;
    let pid: number | undefined;
    const stops: (() => Promise<void>)[] = [];
    const stop = async (): Promise<void> => {
      isOver = true;
      for (const unlisten of stops.splice(0)) await unlisten();
    };
    for (const channel of channels) {
      await this.#forgetFailed(channel);
      const listening = await this.connection.listen(
        channel,
        (payload) => {
          if (!isOver) events.onMessage(channel, payload);
        },
        () => {
          if (isOver || isLost) return;
          // It has connected again, and keeps to itself which of the channels it could not listen to.
          isLost = heard.has(channel);
          if (isLost) events.onGap(true);
          heard.add(channel);
        },
      );
      pid = listening.state?.pid ?? undefined;
      stops.push(() => listening.unlisten());
    }
    return {pid, stop};
  }

  /** When it cannot connect again, it takes a channel for one that it listens to, and rejects whoever asks. */
  async #forgetFailed(channel: string): Promise<void> {
    type Channels = Record<string, {readonly result: PromiseLike<unknown>}>;
    const {channels} = Reflect.get(this.connection, 'listen') as {channels?: Channels};
    try {
      await channels?.[channel]?.result;
    } catch {
      delete channels?.[channel];
    }
  }
}
