/**
 * SQLite has one update hook per connection, and nobody can ask it for the one that is there. So persisters on the
 * same database share one, which is taken away when the last of them has stopped listening; a hook that the app
 * has set is replaced by it, and one that the app sets later replaces it: then changes are found by polling.
 * @see https://www.sqlite.org/c3ref/update_hook.html
 */
import type {ChangeHint} from '../sql/sql-driver.ts';

type UpdateHook = (
  context: unknown,
  operation: number,
  databaseName: string,
  tableName: string,
  rowid: bigint,
) => void;

/** A database that can be asked whether it still is one. */
interface Connection {
  isOpen(): boolean;
}

export interface Sqlite3Hooks {
  readonly SQLITE_DELETE: number;
  sqlite3_update_hook(db: Connection, hook: UpdateHook | 0, context: 0): unknown;
}

type Listener = (hints: readonly ChangeHint[]) => void;

const listenersOf = new WeakMap<Connection, Set<Listener>>();

/** Calls `listener` while a row is being written on this connection. @returns The off switch. */
export const hearUpdates = (
  capi: Sqlite3Hooks,
  db: Connection,
  listener: Listener,
): (() => void) => {
  const listeners = listenersOf.get(db) ?? new Set();
  listenersOf.set(db, listeners);
  listeners.add(listener);
  if (listeners.size === 1) {
    const hook: UpdateHook = (_context, operation, _databaseName, tableName, rowid) => {
      const hint = operation === capi.SQLITE_DELETE ? {tableName} : {tableName, rowid};
      for (const hear of listeners) hear([hint]);
    };
    capi.sqlite3_update_hook(db, hook, 0);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && db.isOpen()) capi.sqlite3_update_hook(db, 0, 0);
  };
};
