/** Lets users of one connection have it one after the other, each for a transaction. */
import type {AcquiredSession, SqlSession} from './sql-driver.ts';

const lasts = new WeakMap<object, Promise<void>>();

/** @param connection What all who take turns name. */
export const acquireInTurn = async (
  connection: object,
  session: SqlSession,
): Promise<AcquiredSession> => {
  let release = (): void => undefined;
  const turn = new Promise<void>((resolve) => {
    release = resolve;
  });
  const last = lasts.get(connection);
  lasts.set(connection, turn);
  await last;
  return {execute: (statement) => session.execute(statement), release};
};
