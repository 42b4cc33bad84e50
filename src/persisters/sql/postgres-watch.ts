/** Listens to what others write to a PostgreSQL database; looks at intervals where nobody would tell. */
import {PersisterError} from '../../errors.ts';
import type {Clock} from '../engine/clock.ts';
import {withDeadline} from '../engine/deadline.ts';
import type {StorageAdapter} from '../engine/storage-adapter.ts';
import type {Catalog} from './catalog.ts';
import type {SqlDialect} from './dialect.ts';
import {fingerprint, type PostgresTracker, type TableKey} from './postgres-tracker.ts';
import {
  beat,
  echoChannel,
  parseNotification,
  setUp,
  takeDown,
  type Watched,
} from './postgres-triggers.ts';
import type {Listening, ListenEvents, SqlDriver, SqlWork} from './sql-driver.ts';
import type {Transactions} from './transactions.ts';

/** How often a watcher says that it is still there, and sees whether what it has set up still is. */
const BEAT_MS = 15_000;
/** It has to hear itself within this. */
const ECHO_MS = 5_000;
/** After a failure it is tried again sooner: after this, twice this, and so on. */
const FIRST_RETRY_MS = 500;

export interface PostgresWatchParts {
  readonly name: string;
  readonly driver: SqlDriver;
  readonly dialect: SqlDialect;
  readonly transactions: Transactions;
  readonly tracker: PostgresTracker;
  readonly catalog: Catalog;
  readonly clock: Clock;
  /** How long anything may take, in milliseconds. */
  readonly timeoutMs: number;
  /** The tables that are loaded. */
  readonly keys: readonly TableKey[];
  /** How often tables are looked at that have no triggers, in milliseconds. */
  readonly intervalMs: number;
}

type Announce = Parameters<NonNullable<StorageAdapter['watch']>>[0];

class PostgresWatch {
  readonly #parts: PostgresWatchParts;
  readonly #onChange: Announce;
  readonly #onError: (error: unknown) => void;
  #watched: Watched = {channels: new Map(), schemas: [], others: [], error: undefined};
  #listening: Listening | undefined;
  /** What the tables without triggers were when we last looked. */
  #seen: string | undefined;
  #cancel = (): void => undefined;
  #failures = 0;
  #sinceBeatMs = 0;
  /** Whether what we have said to ourselves has not been heard yet. */
  #isEchoDue = false;
  /** Whether we do not hear anything any more. */
  #isDeaf = false;
  #isOver = false;
  /** Runs what changes what is set up, one at a time. */
  #work: Promise<void> = Promise.resolve();

  constructor(parts: PostgresWatchParts, onChange: Announce, onError: (error: unknown) => void) {
    this.#parts = parts;
    this.#onChange = onChange;
    this.#onError = onError;
  }

  async start(): Promise<void> {
    try {
      await this.#setUp();
      await this.#listen();
      // What is there before the first read is what others' writes are told from.
      if (this.#watched.others.length > 0) await this.#look();
    } catch (error) {
      if (!(error instanceof PersisterError) || !error.retriable) {
        await this.stop();
        throw error;
      }
      // Whoever cannot be reached now may be later.
      this.#isDeaf = true;
      this.#failures++;
      this.#fail(error);
    }
    this.#wait();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#cancel();
    await this.#work;
    await this.#stopListening();
    const {tracker} = this.#parts;
    const {schemas} = this.#watched;
    if (schemas.length > 0) await this.#transact('write', () => takeDown(tracker.origin, schemas));
  }

  /** A connection may look well, and never answer. */
  #transact<Result>(
    kind: 'read' | 'write',
    getWork: () => SqlWork<Result>,
    onSchemaError?: () => void,
  ): Promise<Result> {
    const {transactions, name} = this.#parts;
    return withDeadline(
      (signal) => transactions.run(kind, 'listen', signal, getWork, onSchemaError),
      this.#parts,
      'listen',
      name,
    );
  }

  async #setUp(): Promise<void> {
    const {dialect, tracker, keys} = this.#parts;
    const pid = this.#listening?.pid;
    const isKnown = this.#watched.error !== undefined;
    this.#watched = await this.#transact(
      'write',
      () => setUp(dialect, tracker.origin, pid, keys),
      () => undefined,
    );
    // Looking at intervals is a way, too, but a slow one: whoever could give us the right to do better should know.
    if (this.#watched.error !== undefined && !isKnown) this.#onError(this.#denied());
  }

  #denied(): PersisterError {
    const {name: storage, intervalMs} = this.#parts;
    const {others, error} = this.#watched;
    const tables = others.map(({tableName}) => tableName).join();
    const message =
      `Triggers that tell of changes cannot be set up for ${tables}, ` +
      `which will be looked at every ${String(intervalMs)} ms instead: ${String(error)}`;
    const details = {phase: 'listen', storage, retriable: false, cause: error} as const;
    return new PersisterError('DENIED', message, details);
  }

  async #listen(): Promise<void> {
    const {driver, tracker, name} = this.#parts;
    const channels = [...this.#watched.channels.keys(), echoChannel(tracker.origin)];
    const listen = driver.listen?.bind(driver);
    if (channels.length === 1 || !listen) return;
    const events: ListenEvents = {
      onMessage: (channel, payload) => this.#hear(channel, payload),
      onGap: (isLost) => {
        this.#isDeaf ||= isLost;
        void this.#do(() => this.#renew()).then(() => this.#wait());
      },
    };
    const listening = await withDeadline(
      async (signal) => {
        const late = await listen(channels, events, signal);
        if (signal.aborted) await late.stop();
        return late;
      },
      this.#parts,
      'listen',
      name,
    );
    this.#listening = listening;
    this.#isDeaf = false;
    this.#isEchoDue = false;
    // From now on, whether we are there can be told from whether our connection is.
    if (listening.pid !== undefined) await this.#beat();
  }

  async #stopListening(): Promise<void> {
    const listening = this.#listening;
    this.#listening = undefined;
    try {
      await withDeadline(() => listening?.stop(), this.#parts, 'listen', this.#parts.name);
    } catch {
      // It is the end that was wanted.
    }
  }

  #hear(channel: string, payload: string): void {
    const tableName = this.#watched.channels.get(channel);
    const {tracker} = this.#parts;
    if (channel === echoChannel(tracker.origin)) this.#isEchoDue = false;
    if (this.#isOver || tableName === undefined) return;
    const {origin, rowIds} = parseNotification(payload);
    if (origin === tracker.origin) return;
    tracker.note(tableName, rowIds);
    this.#onChange();
  }

  /** Something may have been missed: sees to it that nothing will be, and has everything read. */
  async #renew(): Promise<void> {
    const before = [...this.#watched.channels.keys()].join();
    await this.#setUp();
    if (this.#isDeaf || [...this.#watched.channels.keys()].join() !== before) {
      await this.#stopListening();
      await this.#listen();
    }
    const {keys, tracker} = this.#parts;
    for (const {tableName} of keys) tracker.note(tableName);
    if (!this.#isOver) this.#onChange();
  }

  async #beat(): Promise<boolean> {
    const {tracker} = this.#parts;
    this.#sinceBeatMs = 0;
    this.#isEchoDue = this.#listening !== undefined;
    return this.#transact('write', () => beat(tracker.origin, this.#listening?.pid, this.#watched));
  }

  /** Looks at the tables that nobody would tell us of. */
  async #look(): Promise<void> {
    const {catalog} = this.#parts;
    const {others} = this.#watched;
    const seen = await this.#transact('read', function* (): SqlWork<string> {
      catalog.invalidate();
      yield* catalog.refresh();
      return yield* fingerprint(catalog, others);
    });
    const isChanged = this.#seen !== undefined && this.#seen !== seen;
    this.#seen = seen;
    if (!isChanged || this.#isOver) return;
    for (const {tableName} of others) this.#parts.tracker.note(tableName);
    this.#onChange();
  }

  #fail(error: unknown): void {
    if (!this.#isOver) this.#onError(error);
  }

  #do(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(async () => {
      if (this.#isOver) return;
      try {
        await work();
        this.#failures = 0;
      } catch (error) {
        if (this.#failures++ === 0) this.#fail(error);
      }
    });
    return this.#work;
  }

  /** Sees to it that there is a next time, sooner after a failure. */
  #wait(): void {
    this.#cancel();
    if (this.#isOver) return;
    const {clock, intervalMs} = this.#parts;
    const soonMs = this.#isEchoDue ? ECHO_MS : BEAT_MS;
    const usualMs = this.#watched.others.length > 0 ? Math.min(intervalMs, soonMs) : soonMs;
    const retryMs = FIRST_RETRY_MS * 2 ** (this.#failures - 1);
    const waitMs = this.#failures > 0 ? Math.min(retryMs, BEAT_MS) : usualMs;
    this.#cancel = clock.delay(
      waitMs,
      () => {
        this.#sinceBeatMs += waitMs;
        void this.#do(() => this.#tick()).then(() => this.#wait());
      },
      'background',
    );
  }

  async #tick(): Promise<void> {
    if (this.#watched.others.length > 0) await this.#look();
    this.#isDeaf ||= this.#isEchoDue && this.#sinceBeatMs >= ECHO_MS;
    if (this.#failures > 0 || this.#isDeaf) await this.#renew();
    else if (this.#sinceBeatMs >= BEAT_MS && !(await this.#beat().catch(() => false))) {
      await this.#renew();
    }
  }
}

export const watchPostgres =
  (parts: PostgresWatchParts): NonNullable<StorageAdapter['watch']> =>
  async (onChange, onError) => {
    const watch = new PostgresWatch(parts, onChange, onError);
    await watch.start();
    return () => watch.stop();
  };
