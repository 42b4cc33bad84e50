/** Databases of cr-sqlite's build for WebAssembly. */
import {assertMethods} from '../sql/assert-client.ts';
import type {
  AcquiredSession,
  ChangeHint,
  SqlDriver,
  SqlRow,
  SqlSession,
  SqlStatement,
} from '../sql/sql-driver.ts';

/** What runs statements for cr-sqlite: the database itself, or a transaction. */
interface Executor {
  execO(sql: string, params?: unknown[]): Promise<unknown[] | null>;
}

/** A database of cr-sqlite, as far as it is used. */
export interface CrSqliteWasmDatabase extends Executor {
  /** Nobody else's statements run until what comes first is called. */
  imperativeTx(): Promise<[release: () => void, transaction: Executor]>;
  onUpdate(
    callback: (type: number, database: string, tableName: string, rowid: bigint) => void,
  ): () => void;
}

/** As `UpdateType` of cr-sqlite has it. */
const DELETE = 9;

const sessionOf = (executor: Executor): SqlSession => ({
  execute: async ({sql, params}: SqlStatement) =>
    ((await executor.execO(sql, [...params])) ?? []) as SqlRow[],
});

export class CrSqliteWasmDriver implements SqlDriver {
  readonly connection: CrSqliteWasmDatabase;
  readonly #session: SqlSession;

  constructor(db: CrSqliteWasmDatabase) {
    assertMethods(db, 'db', 'execO', 'imperativeTx', 'onUpdate');
    this.connection = db;
    this.#session = sessionOf(db);
  }

  execute(statement: SqlStatement): readonly SqlRow[] | Promise<readonly SqlRow[]> {
    return this.#session.execute(statement);
  }

  async acquire(): Promise<AcquiredSession> {
    const [release, transaction] = await this.connection.imperativeTx();
    const session = sessionOf(transaction);
    return {execute: (statement) => session.execute(statement), release};
  }

  subscribe(onChange: (hints: readonly ChangeHint[]) => void): () => void {
    return this.connection.onUpdate((type, _database, tableName, rowid) => {
      onChange([type === DELETE ? {tableName} : {tableName, rowid}]);
    });
  }
}
