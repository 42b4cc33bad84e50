/** A session in a transaction of a client that begins and ends transactions itself, around a callback. */
import type {AcquiredSession, SqlRow, SqlStatement} from './sql-driver.ts';

class RolledBack extends Error {}

const isRolledBack = (reason: unknown): boolean => reason instanceof RolledBack;

/** The client's function: begins, calls back, commits when that resolves, and rolls back when it rejects. */
type Transact<Transaction> = (
  callback: (transaction: Transaction) => Promise<void>,
) => Promise<unknown>;

/** A transaction, or a part of one, that the client has begun, and ends when it is told to. */
interface Scope<Transaction> {
  readonly transaction: Transaction;
  end(): Promise<void>;
  rollBack(): Promise<void>;
}

/** @param onFailure Called when it has failed otherwise than by being rolled back. */
const openScope = <Transaction>(
  transact: Transact<Transaction>,
  onFailure: (reason: unknown) => void,
): Promise<Scope<Transaction>> =>
  new Promise((opened, failed) => {
    const transacting = transact(
      (transaction) =>
        new Promise<void>((resolve, reject) => {
          transacting.catch((reason: unknown) => {
            if (!isRolledBack(reason)) onFailure(reason);
          });
          opened({
            transaction,
            end: async () => {
              resolve();
              await transacting;
            },
            rollBack: async () => {
              reject(new RolledBack());
              await transacting.catch((reason: unknown) => {
                if (!isRolledBack(reason)) throw reason;
              });
            },
          });
        }),
    );
    transacting.catch(failed);
  });

/**
 * @param execute Runs a statement on what the callback is given.
 * @param isLost Whether after such an error there is nothing left to be rolled back, and no way to do it.
 * @param nest The client's function for savepoints, if a transaction in which a statement has failed is lost without.
 */
export const openCallbackSession = async <Transaction>(
  transact: Transact<Transaction>,
  execute: (transaction: Transaction, statement: SqlStatement) => Promise<readonly SqlRow[]>,
  isLost: (error: unknown) => boolean,
  nest?: (transaction: Transaction, ...args: Parameters<Transact<Transaction>>) => Promise<unknown>,
): Promise<AcquiredSession> => {
  let lost: {readonly reason: unknown} | undefined;
  // Whoever is not using the session at that moment is told at the next statement.
  const lose = (reason: unknown): void => {
    lost ??= {reason};
  };
  const outer = await openScope(transact, lose);
  const scopes = [outer];
  const innermost = (): Scope<Transaction> => scopes.at(-1) ?? outer;

  /** @returns Whether that was for the client to do. */
  const steer = async (sql: string): Promise<boolean> => {
    if (sql.startsWith('BEGIN')) return true;
    if (sql === 'COMMIT') await outer.end();
    else if (sql === 'ROLLBACK') await outer.rollBack().catch(() => undefined);
    else if (nest && sql.startsWith('SAVEPOINT')) {
      const {transaction} = innermost();
      scopes.push(
        await openScope(
          (callback) => nest(transaction, callback),
          () => undefined,
        ),
      );
    } else if (nest && sql.startsWith('ROLLBACK TO')) {
      await scopes.pop()?.rollBack();
      // It is released next, as if it were still there.
      scopes.push({...innermost(), end: () => Promise.resolve()});
    } else if (nest && sql.startsWith('RELEASE')) await scopes.pop()?.end();
    else return false;
    return true;
  };

  return {
    execute: async (statement) => {
      if (lost) throw lost.reason;
      if (await steer(statement.sql)) return [];
      return execute(innermost().transaction, statement).catch((reason: unknown) => {
        if (isLost(reason)) lose(reason);
        throw reason;
      });
    },
    release: () => {
      // No harm if it has been ended; otherwise nobody knows how far it has got.
      if (!lost) outer.rollBack().catch(() => undefined);
    },
  };
};
