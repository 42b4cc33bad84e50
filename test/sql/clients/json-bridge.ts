/** Real SQLite (better-sqlite3) behind a bridge like those of apps on devices, which carries JSON and no more. */
import {createRequire} from 'node:module';

interface Statement {
  readonly reader: boolean;
  all(...params: unknown[]): Record<string, unknown>[];
  run(...params: unknown[]): {changes: number; lastInsertRowid: number | bigint};
}

interface Database {
  readonly inTransaction: boolean;
  prepare(sql: string): Statement;
  close(): void;
}

const Database = createRequire(import.meta.url)('better-sqlite3') as new (
  path: string,
  options?: {timeout: number},
) => Database;

export interface StatementResult {
  readonly rows: Record<string, unknown>[];
  readonly changes: number;
  readonly lastId: number;
}

/** That of Android. */
const BUSY_TIMEOUT_MS = 2_500;

/** Lets everything else have its turn. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What a device's code sends back for a blob. */
const forBridge = (value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;

export class JsonBridge {
  readonly #db: Database;

  constructor(path: string) {
    // On devices, whoever waits for a lock does not keep the one that holds it from going on.
    this.#db = new Database(path, {timeout: 0});
    this.run('PRAGMA journal_mode=WAL');
    this.run('PRAGMA synchronous=OFF');
  }

  get isInTransaction(): boolean {
    return this.#db.inTransaction;
  }

  run(sql: string, params: readonly unknown[] = []): StatementResult {
    const statement = this.#db.prepare(sql);
    const values = JSON.parse(JSON.stringify(params)) as unknown[];
    if (!statement.reader) {
      const {changes, lastInsertRowid} = statement.run(...values);
      return {rows: [], changes, lastId: Number(lastInsertRowid)};
    }
    const rows = statement
      .all(...values)
      .map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, forBridge(value)])),
      );
    return {rows: JSON.parse(JSON.stringify(rows)) as typeof rows, changes: 0, lastId: 0};
  }

  /** As devices do, waits for some time if another connection holds a lock. */
  async runPatiently(sql: string, params?: readonly unknown[]): Promise<StatementResult> {
    const until = Date.now() + BUSY_TIMEOUT_MS;
    for (;;) {
      try {
        return this.run(sql, params);
      } catch (error) {
        if ((error as {code?: unknown}).code !== 'SQLITE_BUSY' || Date.now() > until) throw error;
      }
      await turn();
    }
  }

  close(): void {
    this.#db.close();
  }
}
