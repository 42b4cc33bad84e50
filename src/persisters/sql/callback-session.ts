/** A session in a transaction of a client that begins and ends transactions itself, around a callback. */
import type {AcquiredSession, SqlRow, SqlStatement} from './sql-driver.ts';

class RolledBack extends Error {}

/**
 * @param transact The client's function: begins a transaction, calls back, commits when that resolves, and rolls
 *   back when it rejects.
 * @param execute Runs a statement on what the callback is given.
 * @param isLost Whether after such an error there is nothing left to be rolled back, and no way to do it.
 */
export const openCallbackSession = <Transaction>(
  transact: (callback: (transaction: Transaction) => Promise<void>) => Promise<unknown>,
  execute: (transaction: Transaction, statement: SqlStatement) => Promise<readonly SqlRow[]>,
  isLost: (error: unknown) => boolean,
): Promise<AcquiredSession> =>
  new Promise((opened, failed) => {
    const transacting = transact(
      (transaction) =>
        new Promise<void>((commit, rollBack) => {
          let lost: {readonly reason: unknown} | undefined;
          const note = (reason: unknown): never => {
            if (isLost(reason)) lost = {reason};
            throw reason;
          };
          // Whoever is not using the session at that moment is told at the next statement.
          transacting.catch((reason: unknown) => {
            if (!(reason instanceof RolledBack)) lost ??= {reason};
          });
          opened({
            execute: async (statement) => {
              if (lost) throw lost.reason;
              if (statement.sql.startsWith('BEGIN')) return [];
              if (statement.sql === 'COMMIT') {
                commit();
                await transacting;
                return [];
              }
              if (statement.sql === 'ROLLBACK') {
                rollBack(new RolledBack());
                await transacting.catch(() => undefined);
                return [];
              }
              return execute(transaction, statement).catch(note);
            },
            release: () => {
              // No harm if it has been ended; otherwise nobody knows how far it has got.
              if (!lost) rollBack(new RolledBack());
            },
          });
        }),
    );
    transacting.catch(failed);
  });
