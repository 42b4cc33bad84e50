/**
 * Triggers that notify of writes, set up in the database for all who watch it. There is one set for each table and
 * column of row ids, whatever the configurations; who watches is registered in a table, where those who are
 * gone are found out by whoever comes or goes next. The last one leaves nothing behind.
 */
import {statement} from './catalog.ts';
import {quote, quoteText, type SqlDialect} from './dialect.ts';
import {isPermissionError} from './postgres-errors.ts';
import type {TableKey} from './postgres-tracker.ts';
import {allOf} from './run-work.ts';
import type {SqlRow, SqlStatement, SqlWork} from './sql-driver.ts';

/** Whoever has not been heard of for so long is gone. */
const GONE_AFTER_SECONDS = 60;
/** So long a table may be in use before we leave its triggers to whoever is last next time. */
const LOCK_TIMEOUT_MS = 2_000;
/** Guards everything here. Any number would do. */
const LOCK: SqlStatement = statement('SELECT pg_advisory_xact_lock(1666929650)');

const FUNCTION = 'cellar_tell';
const REGISTRY = 'cellar_watchers';
const CHANNEL_PREFIX = 'cellar_';

/** More rows than these, or more text, are not named: whoever is told reads everything. */
const MAX_ROWS = 300;
const MAX_PAYLOAD_BYTES = 7_900;

const FUNCTION_BODY = `
DECLARE
  ids json;
  payload text;
BEGIN
  IF TG_OP <> 'TRUNCATE' THEN
    BEGIN
      EXECUTE format(
        'SELECT json_agg(i) FROM (' || CASE TG_OP
          WHEN 'INSERT' THEN 'SELECT %1$I::text i FROM new_rows'
          WHEN 'DELETE' THEN 'SELECT %1$I::text i FROM old_rows'
          ELSE 'SELECT %1$I::text i FROM new_rows UNION SELECT %1$I::text FROM old_rows'
        END || ' LIMIT ${String(MAX_ROWS + 1)}) s', TG_ARGV[0]) INTO ids;
      IF ids IS NULL THEN RETURN NULL; END IF;
    EXCEPTION WHEN undefined_column THEN ids := NULL;
    END;
    IF json_array_length(ids) > ${String(MAX_ROWS)} THEN ids := NULL; END IF;
  END IF;
  payload := json_build_object('o', current_setting('cellar.origin', true), 'i', ids);
  IF octet_length(payload) > ${String(MAX_PAYLOAD_BYTES)} THEN
    payload := json_build_object('o', current_setting('cellar.origin', true));
  END IF;
  PERFORM pg_notify('${CHANNEL_PREFIX}' || TG_RELID, payload);
  RETURN NULL;
END`;

const OPERATIONS: readonly [operation: string, rows: string][] = [
  ['INSERT', 'REFERENCING NEW TABLE AS new_rows '],
  ['UPDATE', 'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows '],
  ['DELETE', 'REFERENCING OLD TABLE AS old_rows '],
  ['TRUNCATE', ''],
];

const triggerName = (operation: string, key: string): string =>
  `cellar_${operation.toLowerCase()}_${key}`;

/** A notification of these triggers. */
export interface Notification {
  /** Who has written; empty or missing if it was not one of us. */
  readonly origin: string | undefined;
  /** Ids of the rows; missing: any. */
  readonly rowIds: readonly string[] | undefined;
}

export const parseNotification = (payload: string): Notification => {
  try {
    const {o, i} = JSON.parse(payload) as {o?: unknown; i?: unknown};
    const isList = Array.isArray(i) && i.every((id) => typeof id === 'string');
    return {
      origin: typeof o === 'string' ? o : undefined,
      rowIds: isList ? i : undefined,
    };
  } catch {
    return {origin: undefined, rowIds: undefined}; // somebody else's: whatever it says, something has happened
  }
};

/** A statement that tells of rows which lie in no mapped table. */
export const announce = (tableName: string): SqlStatement =>
  statement(
    `SELECT pg_notify('${CHANNEL_PREFIX}'||to_regclass(quote_ident(${quoteText(tableName)}))::oid,` +
      `json_build_object('o',current_setting('cellar.origin',true))::text)`,
  );

/** What has been set up. */
export interface Watched {
  /** The tables that are told of, by channel. */
  readonly channels: ReadonlyMap<string, string>;
  /** Where the watcher is registered. */
  readonly schemas: readonly string[];
  /** Those that cannot be told of: views, tables that are missing or that we must not touch. */
  readonly others: readonly TableKey[];
  /** Why, if we may not. */
  readonly error: unknown;
}

interface Found {
  readonly key: TableKey;
  readonly oid: string | undefined;
  readonly schema: string;
  /** The part of the names of triggers that stands for the column of row ids. */
  readonly column: string;
  readonly canHaveTriggers: boolean;
  readonly hasTriggers: boolean;
  readonly hasRegistry: boolean;
}

const find = function* (keys: readonly TableKey[]): SqlWork<Found[]> {
  const values = keys
    .map(
      ({tableName, rowIdColumnName}, index) =>
        `(${String(index)},${quoteText(tableName)},${quoteText(rowIdColumnName)})`,
    )
    .join();
  const rows: readonly SqlRow[] = yield statement(
    `SELECT k.oid::text o,n.nspname::text s,left(md5(m.c),8)h,` +
      `coalesce(k.relkind IN('r','p'),false)::int w,` +
      `(SELECT count(*)=4 FROM pg_trigger g WHERE g.tgrelid=k.oid ` +
      `AND g.tgname LIKE 'cellar\\_%\\_'||left(md5(m.c),8))::int g,` +
      `(to_regclass(quote_ident(n.nspname)||'.${REGISTRY}')IS NOT NULL)::int r ` +
      `FROM(VALUES${values})m(n,t,c)` +
      `LEFT JOIN pg_class k ON k.oid=to_regclass(quote_ident(m.t))` +
      `LEFT JOIN pg_namespace n ON n.oid=k.relnamespace ORDER BY m.n`,
  );
  return rows.map(({o, s, h, w, g, r}, index) => ({
    key: keys[index] as TableKey,
    oid: typeof o === 'string' ? o : undefined,
    schema: String(s),
    column: String(h),
    canHaveTriggers: Number(w) === 1,
    hasTriggers: Number(g) === 1,
    hasRegistry: Number(r) === 1,
  }));
};

/** Does something that need not succeed. @returns What it failed with. */
const attempt = function* (statements: Iterable<SqlStatement>): SqlWork<unknown> {
  yield statement('SAVEPOINT cellar_attempt');
  try {
    yield* allOf(statements);
    yield statement('RELEASE cellar_attempt');
    return undefined;
  } catch (error) {
    yield statement('ROLLBACK TO cellar_attempt');
    return error;
  }
};

const createRegistry = (schema: string): SqlStatement[] => [
  statement(
    `CREATE OR REPLACE FUNCTION ${quote(schema)}.${FUNCTION}()RETURNS trigger LANGUAGE plpgsql ` +
      `SET search_path TO pg_catalog,pg_temp AS ${quoteText(FUNCTION_BODY)}`,
  ),
  statement(
    `CREATE UNLOGGED TABLE IF NOT EXISTS ${quote(schema)}.${REGISTRY}(` +
      `watcher text,relation oid,id_column text,pid int,server_start timestamptz,seen_at timestamptz,` +
      `PRIMARY KEY(watcher,relation,id_column))`,
  ),
  statement(`GRANT ALL ON ${quote(schema)}.${REGISTRY} TO PUBLIC`),
];

const createTriggers = ({key, schema, column}: Found): SqlStatement[] => {
  const table = `${quote(schema)}.${quote(key.tableName)}`;
  return OPERATIONS.flatMap(([operation, rows]) => {
    const name = quote(triggerName(operation, column));
    return [
      statement(`DROP TRIGGER IF EXISTS ${name} ON ${table}`),
      statement(
        `CREATE TRIGGER ${name} AFTER ${operation} ON ${table} ${rows}FOR EACH STATEMENT ` +
          `EXECUTE FUNCTION ${quote(schema)}.${FUNCTION}(${quoteText(key.rowIdColumnName)})`,
      ),
    ];
  });
};

const deleteGone = (schema: string): SqlStatement =>
  statement(
    `DELETE FROM ${quote(schema)}.${REGISTRY} w WHERE server_start<>pg_postmaster_start_time()` +
      `OR seen_at<clock_timestamp()-interval '${String(GONE_AFTER_SECONDS)} s' ` +
      `OR pid IS NOT NULL AND NOT EXISTS(SELECT 1 FROM pg_stat_activity a WHERE a.pid=w.pid)`,
  );

/** Drops the triggers that nobody is registered for. */
const dropUnused = function* (schema: string): SqlWork<void> {
  const unused = yield statement(
    `SELECT format('%I.%I',n.nspname,k.relname)t,g.tgname::text g FROM pg_trigger g ` +
      `JOIN pg_proc p ON p.oid=g.tgfoid JOIN pg_class k ON k.oid=g.tgrelid ` +
      `JOIN pg_namespace n ON n.oid=k.relnamespace ` +
      `WHERE p.proname='${FUNCTION}' AND p.pronamespace=to_regnamespace(${quoteText(quote(schema))}) ` +
      `AND NOT EXISTS(SELECT 1 FROM ${quote(schema)}.${REGISTRY} w WHERE w.relation=g.tgrelid ` +
      `AND right(g.tgname,8)=left(md5(w.id_column),8))`,
  );
  if (unused.length === 0) return;
  yield statement(`SELECT set_config('lock_timeout','${String(LOCK_TIMEOUT_MS)}',true)`);
  for (const {t, g} of unused) {
    // Whose owner we are not, or what is in use, is left to somebody else.
    yield* attempt([statement(`DROP TRIGGER IF EXISTS ${quote(String(g))} ON ${String(t)}`)]);
  }
};

/** Sets up triggers and registers a watcher, in a transaction; what is there already stays. */
export const setUp = function* (
  dialect: SqlDialect,
  watcher: string,
  pid: number | undefined,
  keys: readonly TableKey[],
): SqlWork<Watched> {
  yield LOCK;
  let error: unknown;
  let found = yield* find(keys);
  const missing = found.filter(({oid}) => oid === undefined);
  const failures = new Map<TableKey, unknown>();
  for (const {key} of missing) {
    const commands = dialect.createTable(key.tableName, key.rowIdColumnName, []);
    failures.set(key, yield* attempt(commands.map(statement)));
  }
  // Somebody may have created one meanwhile, which is why we have failed.
  if (missing.length > 0) found = yield* find(keys);

  const channels = new Map<string, string>();
  const schemas = new Set<string>();
  const others: TableKey[] = [];
  for (const table of found) {
    const {key, oid, schema, canHaveTriggers, hasTriggers, hasRegistry} = table;
    const isReady = schemas.has(schema) || (hasRegistry && hasTriggers);
    const created = [
      ...(isReady ? [] : createRegistry(schema)),
      ...(hasTriggers ? [] : createTriggers(table)),
    ];
    let failure = oid === undefined ? failures.get(key) : undefined;
    if (canHaveTriggers && created.length > 0) failure = yield* attempt(created);
    if (!canHaveTriggers || oid === undefined || failure !== undefined) {
      if (failure !== undefined && !isPermissionError(failure)) {
        throw failure instanceof Error
          ? failure
          : new Error('No trigger can be made', {cause: failure});
      }
      error ??= failure;
      others.push(key);
      continue;
    }
    schemas.add(schema);
    channels.set(CHANNEL_PREFIX + oid, key.tableName);
    yield {
      sql:
        `INSERT INTO ${quote(schema)}.${REGISTRY} VALUES($1,$2::text::oid,$3,$4::text::int,` +
        `pg_postmaster_start_time(),clock_timestamp())ON CONFLICT(watcher,relation,id_column)` +
        `DO UPDATE SET pid=excluded.pid,server_start=excluded.server_start,seen_at=excluded.seen_at`,
      params: [watcher, oid, key.rowIdColumnName, pid === undefined ? null : String(pid)],
    };
  }
  for (const schema of schemas) {
    yield deleteGone(schema);
    yield* dropUnused(schema);
  }
  return {channels, schemas: [...schemas], others, error};
};

/** The channel on which a watcher speaks to itself, to know that it hears. */
export const echoChannel = (watcher: string): string => `${CHANNEL_PREFIX}${watcher}`;

/** Says that a watcher is still there, also to itself. @returns Whether it is still registered, with its triggers. */
export const beat = function* (
  watcher: string,
  pid: number | undefined,
  {schemas, channels}: Watched,
): SqlWork<boolean> {
  let count = 0;
  for (const schema of schemas) {
    const rows = yield {
      sql:
        `UPDATE ${quote(schema)}.${REGISTRY} SET seen_at=clock_timestamp(),pid=$2::text::int ` +
        `WHERE watcher=$1 AND EXISTS(SELECT 1 FROM pg_trigger g WHERE g.tgrelid=relation ` +
        `AND right(g.tgname,8)=left(md5(id_column),8))RETURNING 1 n`,
      params: [watcher, pid === undefined ? null : String(pid)],
    };
    count += rows.length;
  }
  yield {sql: `SELECT pg_notify($1,'')`, params: [echoChannel(watcher)]};
  return count >= channels.size;
};

/** Takes a watcher from the register, and everything down if it was the last one. */
export const takeDown = function* (watcher: string, schemas: readonly string[]): SqlWork<void> {
  yield LOCK;
  for (const schema of schemas) {
    const registry = `${quote(schema)}.${REGISTRY}`;
    const [there] = yield statement(`SELECT to_regclass(${quoteText(registry)})::text r`);
    if (typeof there?.['r'] !== 'string') continue;
    yield {sql: `DELETE FROM ${registry} WHERE watcher=$1`, params: [watcher]};
    yield deleteGone(schema);
    yield* dropUnused(schema);
    const left = yield statement(`SELECT 1 FROM ${registry} LIMIT 1`);
    if (left.length > 0) continue;
    yield* attempt([
      statement(`DROP FUNCTION IF EXISTS ${quote(schema)}.${FUNCTION}()`),
      statement(`DROP TABLE ${registry}`),
    ]);
  }
};
