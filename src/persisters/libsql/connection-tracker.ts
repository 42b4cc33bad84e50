/**
 * The client for files has a pool of connections, and what SQLite counts, it counts for each of them. So the one
 * that was asked is part of the answer: whenever it is another one, others may have written unnoticed.
 */
import {statement} from '../sql/catalog.ts';
import type {SqlWork} from '../sql/sql-driver.ts';
import {askVersion, SqliteTracker, versionOf} from '../sql/sqlite-tracker.ts';

const MARK = 'cellar_connection_';

/** Temporary tables are those of one connection. */
const VERSION = askVersion(
  `,(SELECT name FROM sqlite_temp_master WHERE name LIKE '${MARK}%' LIMIT 1)c`,
);

export class ConnectionTracker extends SqliteTracker {
  protected override *readVersion(): SqlWork<string> {
    const rows = yield VERSION;
    if (rows[0]?.['c']) return versionOf(rows);
    yield statement(`CREATE TEMP TABLE ${MARK}${Math.random().toString(36).slice(2)}(a)`);
    return versionOf(yield VERSION);
  }
}
