/** SQLite databases that ElectricSQL 0.12 and before keeps in sync, by way of its client's adapter. */
import {assertMethods} from '../sql/assert-client.ts';
import {borrowSession} from '../sql/lent-session.ts';
import type {
  AcquiredSession,
  SqlDriver,
  SqlRow,
  SqlSession,
  SqlStatement,
} from '../sql/sql-driver.ts';

interface Statement {
  sql: string;
  args?: SqlStatement['params'][number][];
}

/** What runs statements for Electric: its adapter, or that while nobody else can use it. */
interface Executor {
  query(statement: Statement): Promise<unknown[]>;
  run(statement: Statement): Promise<unknown>;
}

interface Adapter extends Executor {
  runExclusively(use: (adapter: Executor) => Promise<void>): Promise<void>;
}

/** A client of ElectricSQL, as far as it is used. */
export interface ElectricClient {
  readonly adapter: Adapter;
  readonly notifier: {subscribeToDataChanges(callback: () => void): () => void};
}

/** Some adapters refuse to query what returns no rows, and return none of what is run. */
const RETURNS_ROWS = /^\s*(SELECT|PRAGMA|WITH|VALUES)\b/i;

const sessionOf = (executor: Executor): SqlSession => ({
  execute: async ({sql, params}: SqlStatement) => {
    const statement = {sql, args: [...params]};
    if (RETURNS_ROWS.test(sql)) return (await executor.query(statement)) as SqlRow[];
    await executor.run(statement);
    return [];
  },
});

export class ElectricSqlDriver implements SqlDriver {
  readonly connection: Adapter;
  readonly #notifier: ElectricClient['notifier'];
  readonly #session: SqlSession;

  constructor(client: ElectricClient) {
    const given = client as ElectricClient | undefined;
    assertMethods(given?.adapter, 'electricClient.adapter', 'query', 'run', 'runExclusively');
    assertMethods(given?.notifier, 'electricClient.notifier', 'subscribeToDataChanges');
    this.connection = client.adapter;
    this.#notifier = client.notifier;
    this.#session = sessionOf(client.adapter);
  }

  execute(statement: SqlStatement): readonly SqlRow[] | Promise<readonly SqlRow[]> {
    return this.#session.execute(statement);
  }

  acquire(): Promise<AcquiredSession> {
    return borrowSession((use) => this.connection.runExclusively(use), sessionOf);
  }

  subscribe(onChange: () => void): () => void {
    return this.#notifier.subscribeToDataChanges(() => onChange());
  }
}
