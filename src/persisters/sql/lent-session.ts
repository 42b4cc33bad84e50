/** Sessions of clients that lend a connection for as long as a function of their caller's runs. */
import type {AcquiredSession, SqlSession} from './sql-driver.ts';

/**
 * @param lend Calls what it is given with the connection, and settles after what that returns has.
 * @param toSession What runs statements on it.
 */
export const borrowSession = <Connection>(
  lend: (use: (connection: Connection) => Promise<void>) => Promise<unknown>,
  toSession: (connection: Connection) => SqlSession,
): Promise<AcquiredSession> =>
  new Promise((resolve, reject) => {
    const lent = lend(
      (connection) =>
        new Promise<void>((giveBack) => {
          const session = toSession(connection);
          resolve({
            execute: (statement) => session.execute(statement),
            release: async () => {
              giveBack();
              await lent;
            },
          });
        }),
    );
    lent.catch(reject);
  });
