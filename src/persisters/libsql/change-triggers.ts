/**
 * Each statement sent to a libSQL server runs on a connection of its own, so neither `data_version` nor
 * `total_changes()` tells of writes there. While anybody listens, triggers count them instead: whoever writes, with
 * whatever client, is heard, and asking costs a row for each table that is mapped.
 *
 * - `cellar_changes` has a row for each of these tables, with the number of rows written to it so far.
 * - `cellar_watchers` has a row for each of them and each watcher, with the time when that was last heard of.
 * - `cellar_changes_insert_pets`, `…_update_…` and `…_delete_…` are the triggers of the table `pets`.
 *
 * Whoever comes, or is still there after a quarter of an hour, registers: everything that is missing is made, and
 * everything that only those need who have not been heard of for an hour is dropped. The last one who goes leaves
 * nothing behind. A program that is killed leaves its share to the next one, whoever that is.
 */
import {statement} from '../sql/catalog.ts';
import {quote, quoteText} from '../sql/dialect.ts';
import {allOf} from '../sql/run-work.ts';
import type {SqlStatement, SqlWork} from '../sql/sql-driver.ts';

const CHANGES = 'cellar_changes';
const WATCHERS = 'cellar_watchers';
const EVENTS = ['insert', 'update', 'delete'] as const;
const GONE_AFTER_SECONDS = 3_600;
/** So long after it has registered, a watcher does so again. */
export const BEAT_SECONDS = 900;

const triggerName = (tableName: string, event: string): string =>
  `${CHANGES}_${event}_${tableName}`;

const SET_UP = [
  `CREATE TABLE IF NOT EXISTS ${CHANGES}(table_name text PRIMARY KEY,version integer NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS ${WATCHERS}(watcher text,table_name text,seen_at integer NOT NULL,` +
    `PRIMARY KEY(watcher,table_name))`,
].map(statement);

/** `type`, `name` and the table of everything that matters here. */
const DESCRIBE = statement(
  `SELECT type t,name n,tbl_name b FROM sqlite_master WHERE type='view' OR type='table' AND rootpage>0 ` +
    `AND name NOT LIKE 'sqlite!_%' ESCAPE '!' OR type='trigger' AND name LIKE '${CHANGES}!_%' ESCAPE '!'`,
);

/** What is there. */
export interface Described {
  /** The tables of which writes can be counted. */
  readonly tables: ReadonlySet<string>;
  readonly views: ReadonlySet<string>;
  /** The tables of the triggers, by name. */
  readonly triggers: ReadonlyMap<string, string>;
  /** Whether writes are counted at all. */
  readonly hasCounter: boolean;
}

export const describe = function* (): SqlWork<Described> {
  const rows = yield DESCRIBE;
  const named = (type: string): [string, string][] =>
    rows.filter(({t}) => t === type).map(({n, b}) => [String(n), String(b)]);
  const tables = new Set(named('table').map(([name]) => name));
  const hasCounter = [tables.delete(CHANGES), tables.delete(WATCHERS)].every(Boolean);
  const views = new Set(named('view').map(([name]) => name));
  return {tables, views, triggers: new Map(named('trigger')), hasCounter};
};

export const isCounted = ({hasCounter, triggers}: Described, tableName: string): boolean =>
  hasCounter && EVENTS.every((event) => triggers.get(triggerName(tableName, event)) === tableName);

/** `n`: how much has been written to tables; `w`: how long ago, in seconds, the watcher was last heard of. */
export const askFor = (watcher: string, tableNames: readonly string[]): SqlStatement => ({
  sql:
    `SELECT(SELECT sum(version)FROM ${CHANGES} WHERE table_name IN(${tableNames.map(() => '?').join()}))n,` +
    `(SELECT unixepoch()-min(seen_at)FROM ${WATCHERS} WHERE watcher=?)w,` +
    `schema_version s FROM pragma_schema_version`,
  params: [...tableNames, watcher],
});

const countWrites = function* ({triggers}: Described, tableName: string): SqlWork<void> {
  for (const event of EVENTS) {
    const name = triggerName(tableName, event);
    // The trigger of a table that has been given another name since.
    if (triggers.has(name)) yield statement(`DROP TRIGGER IF EXISTS ${quote(name)}`);
    yield statement(
      `CREATE TRIGGER ${quote(name)} AFTER ${event} ON ${quote(tableName)} BEGIN ` +
        `UPDATE ${CHANGES} SET version=version+1 WHERE table_name=${quoteText(tableName)};END`,
    );
  }
};

const valuesOf = (count: number, row: string): string => Array<string>(count).fill(row).join();

/** Has writes to tables counted, for a watcher among others. */
export const setUp = function* (
  watcher: string,
  tableNames: readonly string[],
  described: Described,
): SqlWork<void> {
  yield* allOf(SET_UP);
  for (const tableName of tableNames) {
    if (!isCounted(described, tableName)) yield* countWrites(described, tableName);
  }
  // The watcher is there also if none of its tables is.
  const names = tableNames.length > 0 ? tableNames : [''];
  yield {
    sql: `INSERT OR IGNORE INTO ${CHANGES} VALUES${valuesOf(names.length, '(?,0)')}`,
    params: names,
  };
  yield {
    sql: `INSERT OR REPLACE INTO ${WATCHERS} VALUES${valuesOf(names.length, '(?,?,unixepoch())')}`,
    params: names.flatMap((name) => [watcher, name]),
  };
  yield* dropUnused('');
};

/** Has a watcher gone. */
export const takeDown = function* (watcher: string): SqlWork<void> {
  yield* dropUnused(watcher);
  const left = yield statement(`SELECT 1 FROM ${WATCHERS} LIMIT 1`);
  if (left.length > 0) return;
  yield statement(`DROP TABLE ${CHANGES}`);
  yield statement(`DROP TABLE ${WATCHERS}`);
};

/** Drops what nobody needs who is still there. @param watcher Who is not. */
const dropUnused = function* (watcher: string): SqlWork<void> {
  yield {
    sql: `DELETE FROM ${WATCHERS} WHERE watcher=? OR seen_at<unixepoch()-${String(GONE_AFTER_SECONDS)}`,
    params: [watcher],
  };
  const isUnused = (column: string): string =>
    `${column} NOT IN(SELECT table_name FROM ${WATCHERS})`;
  const unused = yield statement(
    `SELECT name n FROM sqlite_master WHERE type='trigger' AND name LIKE '${CHANGES}!_%' ESCAPE '!' ` +
      `AND ${isUnused('tbl_name')}`,
  );
  yield* allOf(unused.map(({n}) => statement(`DROP TRIGGER ${quote(String(n))}`)));
  yield statement(`DELETE FROM ${CHANGES} WHERE ${isUnused('table_name')}`);
};
