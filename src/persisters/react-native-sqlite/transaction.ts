/**
 * A transaction of the plugin ends as soon as a statement has returned and no other one waits, so between ours
 * there is always one that does nothing. A statement that fails ends it, too, and undoes everything.
 */
import {withLiterals} from '../sql/textual-sqlite.ts';
import type {AcquiredSession, SqlRow, SqlStatement} from '../sql/sql-driver.ts';
import {
  type ReactNativeSqliteDatabase,
  type ReactNativeSqliteTransaction,
  toError,
} from './plugin.ts';

const NOTHING = 'SELECT 1';

class PluginSession implements AcquiredSession {
  readonly #db: ReactNativeSqliteDatabase;
  readonly #transaction: ReactNativeSqliteTransaction;
  /** Settles when the plugin has committed or rolled back. */
  readonly #ended: Promise<void>;
  #isEnding = false;
  /** What has ended it: a savepoint before that is of no use. */
  #failure: Error | undefined;

  constructor(
    db: ReactNativeSqliteDatabase,
    transaction: ReactNativeSqliteTransaction,
    ended: Promise<void>,
  ) {
    this.#db = db;
    this.#transaction = transaction;
    this.#ended = ended;
  }

  async execute(statement: SqlStatement): Promise<readonly SqlRow[]> {
    const {sql} = statement;
    if (sql.startsWith('BEGIN')) return [];
    if (sql === 'COMMIT') {
      this.#isEnding = true;
      await this.#ended.catch((error: unknown) => this.#rollBackAfter(error));
      return [];
    }
    if (sql !== 'ROLLBACK') return this.#send(statement);
    await this.release();
    return [];
  }

  /** Without a `COMMIT`, whatever has been done is undone. */
  async release(): Promise<void> {
    if (!this.#isEnding) {
      this.#isEnding = true;
      this.#transaction.executeSql('ROLLBACK', [], ignore, ignore);
    }
    // That there was nothing to be committed is as it should be.
    await this.#ended.catch(ignore);
  }

  readonly keepOpen = (): void => {
    if (this.#isEnding) return;
    this.#transaction.executeSql(NOTHING, [], this.keepOpen, ignore);
  };

  /** If the database refuses to commit, the plugin goes on, and leaves the transaction open. */
  async #rollBackAfter(error: unknown): Promise<void> {
    await new Promise<void>((resolve) => {
      const proceed = (): void => resolve();
      this.#db.executeSql('ROLLBACK', [], proceed, proceed); // it may have been rolled back already
    });
    throw error;
  }

  #send(statement: SqlStatement): Promise<readonly SqlRow[]> {
    const {sql, params} = withLiterals(statement);
    return new Promise((resolve, reject) => {
      if (this.#isEnding) throw this.#failure ?? new Error('The transaction is over');
      this.#transaction.executeSql(
        sql,
        params,
        (_transaction, {rows}) => resolve(rows.raw() as SqlRow[]),
        (error) => {
          this.#isEnding = true;
          this.#failure = toError(error);
          reject(this.#failure);
        },
      );
    });
  }
}

const ignore = (): void => undefined;

/** The plugin begins transactions without a lock: those that are to write begin anew, with one. */
const WITH_LOCK = ['COMMIT', 'BEGIN IMMEDIATE'];

/** Waits for the app's transactions, which are carried out one after the other. */
export const beginTransaction = (
  db: ReactNativeSqliteDatabase,
  kind: 'read' | 'write',
): Promise<AcquiredSession> =>
  new Promise((resolve, reject) => {
    let end: () => void;
    let fail: (error: Error) => void;
    const ended = new Promise<void>((resolveEnd, rejectEnd) => {
      end = resolveEnd;
      fail = rejectEnd;
    });
    ended.catch(reject); // unless it has begun before, or something more telling was wrong
    db.transaction(
      (transaction) => {
        const session = new PluginSession(db, transaction, ended);
        const onError = (error: unknown): void => reject(toError(error));
        /** Each only when the one before has succeeded: the plugin would go on, and commit what is not ours. */
        const proceed = ([sql, ...rest]: readonly string[]): void => {
          if (sql !== undefined) transaction.executeSql(sql, [], () => proceed(rest), onError);
          else {
            resolve(session);
            session.keepOpen();
          }
        };
        proceed([NOTHING, ...(kind === 'write' ? WITH_LOCK : [])]);
      },
      (error) => fail(toError(error)),
      () => end(),
    );
  });
