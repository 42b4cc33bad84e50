/** PostgreSQL in the process, or in the page: PGlite. All of its users share one session. */
import {openCallbackSession} from '../sql/callback-session.ts';
import type {
  AcquiredSession,
  Listening,
  ListenEvents,
  SqlDriver,
  SqlRow,
  SqlStatement,
} from '../sql/sql-driver.ts';

interface PGliteTransaction {
  query(sql: string, params?: unknown[]): Promise<{readonly rows: readonly unknown[]}>;
}

/** A database of PGlite, as far as it is used. */
export interface PGliteDatabase extends PGliteTransaction {
  transaction(callback: (transaction: PGliteTransaction) => Promise<void>): Promise<unknown>;
  listen(channel: string, callback: (payload: string) => void): Promise<() => Promise<void>>;
}

const execute = async (
  database: PGliteTransaction,
  {sql, params}: SqlStatement,
): Promise<readonly SqlRow[]> => {
  const {rows} = await database.query(sql, [...params]);
  return rows as readonly SqlRow[];
};

export class PgliteDriver implements SqlDriver {
  readonly connection: PGliteDatabase;

  constructor(pglite: PGliteDatabase) {
    this.connection = pglite;
  }

  execute(statement: SqlStatement): Promise<readonly SqlRow[]> {
    return execute(this.connection, statement);
  }

  acquire(): Promise<AcquiredSession> {
    return openCallbackSession(
      (callback) => this.connection.transaction(callback),
      execute,
      () => false,
    );
  }

  async listen(channels: readonly string[], events: ListenEvents): Promise<Listening> {
    const stops: (() => Promise<void>)[] = [];
    for (const channel of channels) {
      stops.push(
        await this.connection.listen(channel, (payload) => events.onMessage(channel, payload)),
      );
    }
    return {
      pid: undefined,
      stop: async () => {
        for (const unlisten of stops.splice(0)) await unlisten();
      },
    };
  }
}
