/** PostgreSQL: values travel as text in both directions, and are cast to what columns are. */
import {statement} from './catalog.ts';
import {CELLS_TABLE, COLUMNS_TABLE} from './config.ts';
import {type Column, type IdBatch, quote, quoteText, type SqlDialect} from './dialect.ts';
import {canBeId, JSON_TEXT, postgresCodec} from './postgres-codecs.ts';
import {idText} from './mapped-table.ts';
import {isPlain} from './plain-text.ts';
import {classifyPostgresError} from './postgres-errors.ts';
import {announce} from './postgres-triggers.ts';
import type {SqlParam, SqlStatement, SqlWork} from './sql-driver.ts';

/**
 * A row must fit in a page of 8 kB, where values that are kept elsewhere still take 18 bytes: more columns
 * may turn out to be too many when they are filled, although a table can have 1,600.
 */
const MAX_COLUMNS = 400;
const MAX_NAME_BYTES = 63;
/** Rows of one statement. Its text is the same for any number of them. */
const MAX_ROWS = 5_000;
/** See https://www.postgresql.org/docs/current/ddl-system-columns.html */
const SYSTEM_COLUMNS = new Set(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid']);
/** Says of a table that its text columns hold JSON. */
const JSON_COMMENT = 'Cells are JSON text';
/** What JSON text of a cell looks like; its strings have no line breaks. */
const JSON_CELL = '^(-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?|true|false|null|".*")$';

const castOf = ({type}: Column): string => (type === JSON_TEXT ? 'text' : type);

/** Text as an element of an array in text form. */
const toElement = (value: SqlParam): string =>
  value === null ? 'NULL' : `"${String(value).replace(/["\\]/g, '\\$&')}"`;

/** Many values as one parameter, to be cast to `text[]`. */
const toArray = (values: readonly SqlParam[]): string => `{${values.map(toElement).join()}}`;

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

const commentOn = (tableName: string): string =>
  `COMMENT ON TABLE ${quote(tableName)} IS ${quoteText(JSON_COMMENT)}`;

/** Whether our rule for tables that nobody has noted applies: those that TinyBase has created look like this. */
const mayHoldJson = (columns: readonly Column[]): boolean =>
  columns.every(({type}) => type === 'text') && columns.some(({isUnique}) => isUnique);

const refine = function* (
  tables: ReadonlyMap<string, {readonly columns: Map<string, Column>}>,
): SqlWork<void> {
  for (const [tableName, {columns}] of tables) {
    if (tableName === CELLS_TABLE || tableName === COLUMNS_TABLE) continue;
    const all = [...columns.values()];
    if (!mayHoldJson(all)) continue;
    const others = all.filter(({isUnique}) => !isUnique);
    const isOther = others.map(({name}) => `${quote(name)}!~${quoteText(JSON_CELL)}`).join(' OR ');
    if (isOther !== '') {
      const [row] = yield {
        sql: `SELECT EXISTS(SELECT 1 FROM ${quote(tableName)} WHERE ${isOther})::int j`,
        params: [],
      };
      if (Number(row?.['j']) === 1) continue;
    }
    for (const column of all) columns.set(column.name, {...column, type: JSON_TEXT});
  }
};

/** Statements that differ in their parameters only: the values of each column. */
const batchesOf = function* (
  sql: string,
  values: readonly (readonly SqlParam[])[],
): Generator<SqlStatement> {
  const count = values[0]?.length ?? 0;
  for (let start = 0; start < count; start += MAX_ROWS) {
    yield {sql, params: values.map((column) => toArray(column.slice(start, start + MAX_ROWS)))};
  }
};

export const postgresDialect: SqlDialect = {
  name: 'PostgreSQL',
  begin: {
    read: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
    write: 'BEGIN ISOLATION LEVEL READ COMMITTED',
  },
  maxColumns: MAX_COLUMNS,
  hasMarks: false,

  parameter: (position) => `$${String(position)}`,

  foldCase: (columnName) => columnName,
  canName: (columnName) =>
    columnName !== '' &&
    isPlain(columnName) &&
    bytesOf(columnName) <= MAX_NAME_BYTES &&
    !SYSTEM_COLUMNS.has(columnName),
  unheldIdsFinder:
    ({type}) =>
    (rowIds) =>
      rowIds.filter((rowId) => !canBeId(type, rowId)),

  describe: (tableNames) => ({
    sql:
      `SELECT w.t t,a.attname::text c,(k.relkind IN('v','f','m'))::int v,` +
      `CASE WHEN obj_description(k.oid,'pg_class')=${quoteText(JSON_COMMENT)} AND a.atttypid=25 ` +
      `THEN ${quoteText(JSON_TEXT)} ` +
      `ELSE format_type(coalesce(nullif(y.typbasetype,0),a.atttypid),` +
      `CASE WHEN y.typbasetype=0 THEN a.atttypmod ELSE y.typtypmod END)END d,` +
      `EXISTS(SELECT 1 FROM pg_index i WHERE i.indrelid=k.oid AND i.indisunique AND i.indisvalid ` +
      `AND i.indimmediate AND i.indpred IS NULL AND i.indnkeyatts=1 AND i.indkey[0]=a.attnum)::int u,` +
      `(a.attnotnull AND NOT a.atthasdef AND a.attidentity='')::int n,` +
      // An identity that is always generated can be given when a row is inserted, and not changed.
      `(a.attgenerated<>'' OR a.attidentity='a')::int g ` +
      `FROM unnest($1::text::text[])w(t)` +
      // As names are found, but in the snapshot that rows are read in: a table may just have been dropped.
      `JOIN LATERAL(SELECT g.* FROM pg_class g JOIN pg_namespace n ON n.oid=g.relnamespace ` +
      `WHERE g.relname=w.t::name AND n.nspname=ANY(current_schemas(true))AND g.relkind IN('r','p','v','m','f')` +
      `ORDER BY array_position(current_schemas(true),n.nspname)LIMIT 1)k ON true ` +
      `JOIN pg_attribute a ON a.attrelid=k.oid AND a.attnum>0 AND NOT a.attisdropped ` +
      `JOIN pg_type y ON y.oid=a.atttypid ORDER BY k.oid,a.attnum`,
    params: [toArray(tableNames)],
  }),
  refine,
  createTable: (tableName, idColumnName, columnNames) => [
    `CREATE TABLE ${quote(tableName)}(${[
      `${quote(idColumnName)} text PRIMARY KEY`,
      ...columnNames.map((name) => `${quote(name)} text`),
    ].join()})`,
    commentOn(tableName),
  ],
  addColumns: ({name, columns}, columnNames) => {
    const isOurs = [...columns.values()].every(({type}) => type === JSON_TEXT);
    // Where text is text, cells of any type go into columns that say what they are.
    const type = isOurs ? 'text' : 'json';
    const added = columnNames.map((columnName) => `ADD ${quote(columnName)} ${type}`);
    return [`ALTER TABLE ${quote(name)} ${added.join()}`, ...(isOurs ? [commentOn(name)] : [])];
  },

  codecOf: ({type}) => postgresCodec(type),

  select: (tableName, idColumn, columns) =>
    `SELECT ${[
      `${quote(idColumn.name)}::text i`,
      ...columns.map(({name}, index) => `${quote(name)}::text c${String(index)}`),
    ].join()} FROM ${quote(tableName)}`,
  isIdTyped: () => false,
  idBatches: (idColumn, all, position = 1): IdBatch[] => {
    const held = all.filter((id) => canBeId(idColumn.type, idText(id)));
    if (held.length === 0) return [];
    // To be joined: a list would be searched from the start for each row.
    const ids = `SELECT x::${castOf(idColumn)} FROM unnest($${String(position)}::text::text[])x`;
    return [{condition: `${quote(idColumn.name)}IN(${ids})`, params: [toArray(held)]}];
  },
  insert: (tableName, columns, values, key = []) => {
    const names = columns.map(({name}) => quote(name));
    const keys = names.slice(0, key.length);
    // A row without anything new is touched all the same: what has changed lies beside the table.
    const touched = key.some(({isGenerated}) => isGenerated) ? [] : keys;
    const updated = names.length > key.length ? names.slice(key.length) : touched;
    const fields = columns.map((column, index) => `x${String(index)}::${castOf(column)}`);
    const arrays = columns.map((_column, index) => `$${String(index + 1)}::text::text[]`);
    const sql =
      `INSERT INTO ${quote(tableName)}(${names.join()})OVERRIDING SYSTEM VALUE SELECT ${fields.join()} ` +
      `FROM unnest(${arrays.join()})x(${fields.map((_field, index) => `x${String(index)}`).join()})` +
      (key.length === 0
        ? ''
        : `ON CONFLICT(${keys.join()})DO ` +
          (updated.length === 0
            ? 'NOTHING'
            : `UPDATE SET ${updated.map((name) => `${name}=excluded.${name}`).join()}`));
    return batchesOf(sql, values);
  },
  update: (tableName, idColumn, columns, values) => {
    const all = [idColumn, ...columns];
    const forms = all.map((column, index) => `x.x${String(index)}::${castOf(column)}`);
    const arrays = all.map((_column, index) => `$${String(index + 1)}::text::text[]`);
    const sql =
      `UPDATE ${quote(tableName)} t SET ` +
      columns.map(({name}, index) => `${quote(name)}=${forms[index + 1] ?? ''}`).join() +
      ` FROM unnest(${arrays.join()})x(${all.map((_column, index) => `x${String(index)}`).join()})` +
      `WHERE t.${quote(idColumn.name)}=${forms[0] ?? ''}`;
    return batchesOf(sql, values);
  },

  probe: (column, form) => ({sql: `SELECT $1::text::${castOf(column)}`, params: [form]}),

  rowVersion: ({isView}) => (isView ? `'view'` : 'xmin::text'),
  exchange: (table, idColumn, textColumn, row, known) => {
    const [id, text] = [quote(idColumn.name), quote(textColumn.name)];
    const version = postgresDialect.rowVersion?.(table) ?? '';
    const [rowId, content] = [`$1::text::${castOf(idColumn)}`, `$2::text::${castOf(textColumn)}`];
    const from = quote(table.name);
    if (typeof known === 'string') {
      return {
        sql: `UPDATE ${from} SET ${text}=${content} WHERE ${id}=${rowId} AND ${version}=$3 RETURNING ${version} v`,
        params: [...row, known],
      };
    }
    const insert = `INSERT INTO ${from} AS t(${id},${text})SELECT ${rowId},${content} `;
    const isMissing = `WHERE NOT EXISTS(SELECT 1 FROM ${from} WHERE ${id}=${rowId})`;
    const returning = ` RETURNING ${version} v`;
    if (!idColumn.isUnique || table.isView) {
      const update = `UPDATE ${from} SET ${text}=${content} WHERE ${id}=${rowId}${returning}`;
      const sql =
        known === null
          ? insert + isMissing + returning
          : `WITH u AS(${update}),n AS(${insert}${isMissing}${returning})TABLE u UNION ALL TABLE n`;
      return {sql, params: row};
    }
    const conflict = known === null ? 'NOTHING' : `UPDATE SET ${text}=excluded.${text}`;
    return {sql: `${insert}ON CONFLICT(${id})DO ${conflict}${returning}`, params: row};
  },

  *checkDeferred() {
    yield statement('SET CONSTRAINTS ALL IMMEDIATE');
    return undefined;
  },

  announce,

  asText: (columnName) => `${quote(columnName)}::text`,

  classify: classifyPostgresError,
};
