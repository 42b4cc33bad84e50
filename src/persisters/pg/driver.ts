/** PostgreSQL databases by way of `pg`: a pool gives each transaction a client of its own, a client is shared. */
import {acquireInTurn} from '../sql/in-turn.ts';
import type {
  AcquiredSession,
  Listening,
  ListenEvents,
  SqlDriver,
  SqlRow,
  SqlStatement,
} from '../sql/sql-driver.ts';

interface PgResult {
  readonly rows: readonly unknown[];
}

interface PgEvents {
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
}

/** A notification that a client has received. */
interface PgNotification {
  readonly channel: string;
  readonly payload?: string | undefined;
}

/** A client of `pg`, as far as it is used. */
export interface PgClient extends PgEvents {
  query(sql: string, params?: unknown[]): Promise<PgResult>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  on(event: 'notification', listener: (notification: PgNotification) => void): unknown;
  removeListener(event: string, listener: (...args: never[]) => void): unknown;
  /** In versions since 8.19: `I` outside of transactions. */
  getTransactionStatus?(): string | null;
}

/** A pool of `pg`, as far as it is used. */
export interface PgPool extends PgEvents {
  readonly totalCount: number;
  query(sql: string, params?: unknown[]): Promise<PgResult>;
  connect(): Promise<PgClient & {release(error?: boolean): void}>;
}

const execute = async (
  {query}: {query: PgClient['query']},
  {sql, params}: SqlStatement,
): Promise<readonly SqlRow[]> => {
  const {rows} = await (params.length > 0 ? query(sql, [...params]) : query(sql));
  return rows as readonly SqlRow[];
};

/** An error of a connection that nobody is waiting for: the next one who uses it will be told. */
const ignore = (): void => undefined;

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The number of the backend, which `pg` has but does not declare. */
const pidOf = (client: PgClient): number | undefined => {
  const {processID} = client as {processID?: unknown};
  return typeof processID === 'number' ? processID : undefined;
};

const listenOn = async (
  client: PgClient,
  channels: readonly string[],
  events: ListenEvents,
  onStopped: (isLost: boolean) => Promise<void>,
): Promise<Listening> => {
  let isOver = false;
  const wanted = new Set(channels);
  const hear = ({channel, payload = ''}: PgNotification): void => {
    if (!isOver && wanted.has(channel)) events.onMessage(channel, payload);
  };
  let isLost = false;
  const lose = (): void => {
    if (isOver || isLost) return;
    isLost = true;
    events.onGap(true);
  };
  const end = async (): Promise<void> => {
    if (isOver) return;
    isOver = true;
    client.removeListener('notification', hear);
    client.removeListener('end', lose);
    await onStopped(isLost);
    client.removeListener('error', lose);
  };
  client.on('notification', hear);
  client.on('error', lose);
  client.on('end', lose);
  try {
    await client.query(channels.map((channel) => `LISTEN ${quote(channel)}`).join(';'));
  } catch (error) {
    isLost = true;
    await end();
    throw error;
  }
  return {pid: pidOf(client), stop: end};
};

export class PgPoolDriver implements SqlDriver {
  readonly connection: PgPool;

  constructor(pool: PgPool) {
    this.connection = pool;
    // Clients that are idle are lost when a server is restarted, which must not end the process.
    pool.on('error', ignore);
  }

  execute(statement: SqlStatement): Promise<readonly SqlRow[]> {
    return execute({query: this.connection.query.bind(this.connection)}, statement);
  }

  async acquire(): Promise<AcquiredSession> {
    const client = await this.connection.connect();
    client.on('error', ignore);
    return {
      execute: (statement) => execute({query: client.query.bind(client)}, statement),
      release: (isBroken) => {
        client.removeListener('error', ignore);
        client.release(isBroken);
      },
      discard: () => client.release(true),
    };
  }

  async listen(
    channels: readonly string[],
    events: ListenEvents,
    signal: AbortSignal,
  ): Promise<Listening> {
    const client = await this.connection.connect();
    client.on('error', ignore);
    let isEnded = false;
    const end = (): void => {
      // It would go on listening in the pool: it is not given back.
      if (!isEnded) client.release(true);
      isEnded = true;
    };
    signal.addEventListener('abort', end, {once: true});
    try {
      return await listenOn(client, channels, events, () => {
        end();
        return Promise.resolve();
      });
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  close(): void {
    this.connection.removeListener('error', ignore);
  }
}

/** How many listen to a channel on a client. */
const listenerCounts = new WeakMap<object, Map<string, number>>();

export class PgClientDriver implements SqlDriver {
  readonly connection: PgClient;
  readonly isExposed = true;

  constructor(client: PgClient) {
    this.connection = client;
    client.on('error', ignore);
  }

  isInTransaction(): boolean | undefined {
    const status = this.connection.getTransactionStatus?.();
    return status === undefined ? undefined : status === 'T' || status === 'E';
  }

  execute(statement: SqlStatement): Promise<readonly SqlRow[]> {
    const {connection} = this;
    return execute({query: connection.query.bind(connection)}, statement);
  }

  acquire(): Promise<AcquiredSession> {
    return acquireInTurn(this.connection, this);
  }

  async listen(channels: readonly string[], events: ListenEvents): Promise<Listening> {
    const counts = listenerCounts.get(this.connection) ?? new Map<string, number>();
    listenerCounts.set(this.connection, counts);
    for (const channel of channels) counts.set(channel, (counts.get(channel) ?? 0) + 1);
    return listenOn(this.connection, channels, events, async (isLost) => {
      const unheard: string[] = [];
      for (const channel of channels) {
        const count = (counts.get(channel) ?? 1) - 1;
        counts.set(channel, count);
        if (count === 0) unheard.push(`UNLISTEN ${quote(channel)}`);
      }
      if (!isLost && unheard.length > 0) await this.connection.query(unheard.join(';'));
    });
  }

  close(): void {
    this.connection.removeListener('error', ignore);
  }
}
