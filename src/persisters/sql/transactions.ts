/** Runs work on a database in transactions of its own, or inside one that the app has open. */
import {PersisterError, type PersisterPhase} from '../../errors.ts';
import {statement} from './catalog.ts';
import type {SqlDialect} from './dialect.ts';
import {type OnSqlCommand, runWork} from './run-work.ts';
import type {AcquiredSession, SqlDriver, SqlSession, SqlWork} from './sql-driver.ts';

/** So long an open transaction of the app's is waited for before we join it. */
const PATIENCE_MS = 1_000;
/** So long others' locks are waited for before that is an error; most clients have waited before they tell. */
const LOCK_PATIENCE_MS = 100;
/** The first and the longest pause before what was in the way is looked at again. */
const PAUSES_MS = [5, 80] as const;

const IN_TRANSACTION = /within a transaction|already.*in.*transaction/i;
const NO_SAVEPOINT = /no such savepoint|savepoint .*does not exist|SAVEPOINT can only be used/i;

const says = (error: unknown, what: RegExp): boolean =>
  error instanceof Error && what.test(error.message);

/** @param commit How `begin` is undone if the work fails is `rollback`. */
const wrap = function* <Result>(
  begin: string,
  commit: string,
  rollback: string,
  signal: AbortSignal,
  work: SqlWork<Result>,
): SqlWork<Result> {
  yield statement(begin);
  try {
    const result = yield* work;
    signal.throwIfAborted(); // whoever wanted it has been told that it failed
    yield statement(commit);
    return result;
  } catch (error) {
    try {
      for (const sql of rollback.split(';')) yield statement(sql);
    } catch {
      // The database has rolled back already, or is out of reach and will: what made it do so matters.
    }
    throw error;
  }
};

export class Transactions {
  readonly #driver: SqlDriver;
  readonly #dialect: SqlDialect;
  readonly #storage: string;
  readonly #onSqlCommand: OnSqlCommand | undefined;
  /** Whether a transaction of ours is open. */
  isOpen = false;
  /** How many there have been. */
  count = 0;

  constructor(
    driver: SqlDriver,
    dialect: SqlDialect,
    storage: string,
    onSqlCommand: OnSqlCommand | undefined,
  ) {
    this.#driver = driver;
    this.#dialect = dialect;
    this.#storage = storage;
    this.#onSqlCommand = onSqlCommand;
  }

  /** Runs one transaction. @throws PersisterError with what the database's error means. */
  async run<Result>(
    kind: 'read' | 'write',
    phase: PersisterPhase,
    signal: AbortSignal,
    getWork: () => SqlWork<Result>,
    onSchemaError?: () => void,
  ): Promise<Result> {
    try {
      return await this.#run(kind, signal, getWork);
    } catch (error) {
      if (onSchemaError && this.#classify(error).isSchemaError) {
        onSchemaError();
        return this.run(kind, phase, signal, getWork);
      }
      throw this.#toPersisterError(error, phase);
    }
  }

  /** Runs one statement outside of any transaction of ours. @throws PersisterError as {@link run} does. */
  async query<Result>(phase: PersisterPhase, getWork: () => SqlWork<Result>): Promise<Result> {
    try {
      return await runWork(this.#driver, getWork(), ({sql, params}) => this.#tell(sql, params));
    } catch (error) {
      throw this.#toPersisterError(error, phase);
    }
  }

  #toPersisterError(error: unknown, phase: PersisterPhase): PersisterError {
    if (error instanceof PersisterError) return error;
    const {code, retriable} = this.#classify(error);
    const reason = error instanceof Error ? error.message : String(error);
    return new PersisterError(code, `Cannot ${phase} ${this.#storage}: ${reason}`, {
      phase,
      storage: this.#storage,
      retriable,
      cause: error,
    });
  }

  #classify(error: unknown): ReturnType<SqlDialect['classify']> {
    return error instanceof PersisterError ? error : this.#dialect.classify(error);
  }

  async #run<Result>(
    kind: 'read' | 'write',
    signal: AbortSignal,
    getWork: () => SqlWork<Result>,
  ): Promise<Result> {
    // What is written inside a transaction of the app's is only as durable as that: better to wait for its end.
    const startedAt = Date.now();
    const [firstPause, longestPause] = PAUSES_MS;
    for (let pause: number = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
      const waitedMs = Date.now() - startedAt;
      // Between attempts the session is given back: whoever is in the way may need it to get out.
      const use = (session: SqlSession): Promise<{readonly result: Result} | undefined> =>
        this.#attempt(session, kind, signal, getWork, waitedMs);
      const acquire = this.#driver.acquire?.bind(this.#driver, kind);
      const attempt = await (acquire
        ? this.#withSession(acquire, signal, waitedMs, use)
        : use(this.#driver));
      if (attempt) return attempt.result;
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  /** @returns `undefined` if a session cannot be had, because of a lock that may be gone soon. */
  async #withSession<Result>(
    acquire: () => Promise<AcquiredSession>,
    signal: AbortSignal,
    waitedMs: number,
    use: (session: SqlSession) => Promise<Result>,
  ): Promise<Result | undefined> {
    let session: AcquiredSession;
    try {
      session = await acquire();
    } catch (error) {
      // It may be the app's: where transactions have sessions of their own, so has that.
      if (waitedMs < PATIENCE_MS && this.#classify(error).isLocked) return undefined;
      throw error;
    }
    const state = {isDiscarded: false};
    // A connection that does not answer may never do so. Without another one for the next attempt, we go on waiting.
    const giveUp = (): void => {
      state.isDiscarded = session.discard !== undefined;
      session.discard?.();
    };
    signal.addEventListener('abort', giveUp, {once: true});
    let isBroken = true;
    try {
      signal.throwIfAborted();
      const result = await use(session);
      isBroken = false;
      return result;
    } catch (error) {
      isBroken = signal.aborted || this.#classify(error).retriable;
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
      if (!state.isDiscarded) await session.release(isBroken);
    }
  }

  /** @returns `undefined` if it is to be done again: a transaction is in the way that may be over soon, or just was. */
  async #attempt<Result>(
    session: SqlSession,
    kind: 'read' | 'write',
    signal: AbortSignal,
    getWork: () => SqlWork<Result>,
    waitedMs: number,
  ): Promise<{readonly result: Result} | undefined> {
    const run = (begin: string, commit: string, rollback: string): Promise<Result> | Result =>
      runWork(session, wrap(begin, commit, rollback, signal, getWork()), ({sql, params}) =>
        this.#tell(sql, params),
      );
    const join = async (): Promise<{readonly result: Result} | undefined> => {
      try {
        const rollback = 'ROLLBACK TO cellar;RELEASE cellar';
        return {result: await run('SAVEPOINT cellar', 'RELEASE cellar', rollback)};
      } catch (error) {
        // The app has ended its transaction meanwhile. What of ours it took with it is not known.
        if (says(error, NO_SAVEPOINT)) return undefined;
        throw error;
      }
    };
    const isPatient = waitedMs < PATIENCE_MS;
    const isInTransaction = this.#driver.isInTransaction?.();
    if (isInTransaction && isPatient) return undefined;
    this.isOpen = true;
    this.count++;
    try {
      if (isInTransaction) return await join();
      return {result: await run(this.#dialect.begin[kind], 'COMMIT', 'ROLLBACK')};
    } catch (error) {
      if (waitedMs < LOCK_PATIENCE_MS && this.#classify(error).isLocked) return undefined;
      // A client that cannot tell beforehand.
      if (!says(error, IN_TRANSACTION)) throw error;
      return isPatient ? undefined : await join();
    } finally {
      this.isOpen = false;
    }
  }

  #tell(sql: string, params: readonly unknown[]): void {
    this.#onSqlCommand?.(sql, params.length > 0 ? params : undefined);
  }
}
