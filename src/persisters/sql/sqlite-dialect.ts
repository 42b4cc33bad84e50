/** SQLite: any value in any column, as its affinity has it. */
import type {EncodedCell} from '../../store/internals.ts';
import {
  type CellSchema,
  type Column,
  type ColumnCodec,
  type ColumnMarks,
  type IdBatch,
  Inexact,
  quote,
  type SqlDialect,
  type StoredCell,
  Unrepresentable,
} from './dialect.ts';
import {formOf} from './mapped-table.ts';
import {areAllPlain, chunksOf, isPlain} from './plain-text.ts';
import {type Tally, tallyOf} from './plan-columns.ts';
import type {SqlParam, SqlStatement} from './sql-driver.ts';
import {classifySqliteError} from './sqlite-errors.ts';
import {checkReferences} from './sqlite-references.ts';

/** The limit of builds from before SQLite 3.32, which are still around; larger statements gain nothing. */
const MAX_PARAMS = 999;
/** Sizes of statements over several rows: few, so that they are prepared once. */
const BATCH_SIZES = [100, 10, 1];
const ID_BATCH_SIZES = [1, 10, 100, 400];
/** In front of an integer that a number would round, as text; no legal cell begins with it. */
const BIG_INTEGER = '\uFFFDinteger:';
/** Names that every table has for SQLite's own ids of rows: from 3.54 on, no column can be added with one. */
const ROWID_ALIAS = /^(_rowid_|rowid|oid)$/i;
const NUMERIC_TEXT = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/** All characters of the options that a table can be declared with, and of what is between them. */
const TABLE_OPTIONS = "'without rowid, strict'||char(9,10,13)";

type Affinity = 'integer' | 'text' | 'blob' | 'real' | 'numeric';

/** See https://www.sqlite.org/datatype3.html#determination_of_column_affinity */
const toAffinity = (type: string): Affinity => {
  if (type.includes('int')) return 'integer';
  if (/char|clob|text/.test(type)) return 'text';
  if (type === '' || type.includes('blob')) return 'blob';
  return /real|floa|doub/.test(type) ? 'real' : 'numeric';
};

const affinityOf = ({type, isStrict}: Column): Affinity =>
  isStrict && type === 'any' ? 'blob' : toAffinity(type);

/** Whether a column leaves a value that is not NULL what it is, or makes of it what it is read as again. */
type CanHold = (form: SqlParam) => boolean;

/** As integers, some numbers would be read as more digits than they have. */
const isReadAsNumber: CanHold = (form) =>
  !Number.isInteger(form) || Number.isSafeInteger(form) || Math.abs(Number(form)) >= 2 ** 63;

/** @returns `undefined` if it can hold anything. */
const canHoldOf = ({type, isStrict}: Column): CanHold | undefined => {
  const affinity = toAffinity(type);
  if (!isStrict) {
    return affinity === 'integer' || affinity === 'numeric' ? isReadAsNumber : undefined;
  }
  switch (affinity) {
    case 'integer':
      return Number.isSafeInteger;
    case 'real':
      return (form) => typeof form === 'number';
    case 'blob':
      return () => false; // what is one is no cell's
    default:
      return undefined;
  }
};

const NO_CELL = new Inexact(null);
const ZERO = new Inexact(0);
const ONE = new Inexact(1);

class SqliteCodec implements ColumnCodec {
  readonly #affinity: Affinity;
  readonly #hasBooleans: boolean;
  readonly #isNullAbsent: boolean;
  readonly #canHold: CanHold | undefined;

  constructor(column: Column, {booleans, absent}: ColumnMarks, schema: CellSchema | undefined) {
    this.#affinity = affinityOf(column);
    this.#canHold = canHoldOf(column);
    this.#hasBooleans = booleans || schema?.type === 'boolean' || column.type.startsWith('bool');
    this.#isNullAbsent = absent || (schema !== undefined && schema.allowNull !== true);
  }

  encode(cell: StoredCell | undefined): SqlParam | Inexact {
    const encoded = this.#encodeFreely(cell);
    if (!this.#canHold || cell instanceof Unrepresentable) return encoded;
    const form = formOf(encoded);
    return form === null || this.#canHold(form) ? encoded : NO_CELL;
  }

  #encodeFreely(cell: StoredCell | undefined): SqlParam | Inexact {
    switch (typeof cell) {
      case 'string':
        return this.#encodeText(cell);
      case 'number':
        if (this.#affinity === 'text') return new Inexact(String(cell));
        return this.#hasBooleans && (cell === 0 || cell === 1) ? (cell ? ONE : ZERO) : cell;
      case 'boolean':
        if (this.#affinity === 'text') return new Inexact(cell ? '1' : '0');
        return this.#hasBooleans ? Number(cell) : cell ? ONE : ZERO;
      case 'undefined':
        return this.#isNullAbsent ? null : NO_CELL;
      default:
        if (cell !== null) return cell.stored;
        return this.#isNullAbsent ? NO_CELL : null;
    }
  }

  /** Of a type, and into columns that leave it as it is. */
  encodeAll(cells: readonly (StoredCell | undefined)[], tally: Tally): SqlParam[] | undefined {
    const all = this.#encodeAllFreely(cells, tally);
    return all && this.#canHold && !all.every(this.#canHold) ? undefined : all;
  }

  #encodeAllFreely(
    cells: readonly (StoredCell | undefined)[],
    tally: Tally,
  ): SqlParam[] | undefined {
    const {strings, numbers, bits, booleans} = tally;
    const all = cells as (string | number | boolean)[];
    switch (tally.cells) {
      case strings: {
        const isConverted = this.#affinity !== 'text' && this.#affinity !== 'blob';
        return isConverted || !areAllPlain(all as string[]) ? undefined : (all.slice() as string[]);
      }
      case numbers: {
        const isMistaken = this.#hasBooleans && bits > 0;
        return isMistaken || this.#affinity === 'text' ? undefined : (all.slice() as number[]);
      }
      case booleans:
        return this.#hasBooleans && this.#affinity !== 'text' ? all.map(Number) : undefined;
      default:
        return undefined;
    }
  }

  #encodeText(text: string): SqlParam | Inexact {
    if (!isPlain(text)) return NO_CELL;
    const isConverted = this.#affinity !== 'text' && this.#affinity !== 'blob';
    return isConverted && NUMERIC_TEXT.test(text) ? new Inexact(Number(text)) : text;
  }

  /** Of a type. */
  decodeAll(values: readonly unknown[]): readonly EncodedCell[] | undefined {
    const {strings, numbers, bits} = tallyOf(values as readonly StoredCell[]);
    if (strings === values.length) {
      const texts = values as readonly string[];
      return chunksOf(texts).some((text) => text.includes(BIG_INTEGER)) ? undefined : texts;
    }
    if (numbers < values.length || !values.every((value) => Number.isFinite(value)))
      return undefined;
    if (!this.#hasBooleans) return values as readonly number[];
    return bits === numbers ? values.map((value) => value === 1) : undefined;
  }

  decode(value: unknown): StoredCell | undefined {
    switch (typeof value) {
      case 'string':
        return value.startsWith(BIG_INTEGER)
          ? new Unrepresentable(BigInt(value.slice(BIG_INTEGER.length)))
          : value;
      case 'number':
        if (this.#hasBooleans && (value === 0 || value === 1)) return value === 1;
        return Number.isFinite(value) ? value : new Unrepresentable(value);
      case 'bigint': {
        const number = Number(value);
        return Number.isSafeInteger(number) ? this.decode(number) : new Unrepresentable(value);
      }
      case 'boolean': // some clients know better
        return value;
      default:
        if (value === null || value === undefined) return this.#isNullAbsent ? undefined : null;
        return new Unrepresentable(toBytes(value));
    }
  }
}

const toBytes = (value: unknown): Uint8Array => {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw new TypeError(`The client returned a ${typeof value} that is no value of SQLite's`);
};

/** The values of some rows, one row after the other. */
const rowsOf = (
  values: readonly (readonly SqlParam[])[],
  first: number,
  count: number,
): SqlParam[] => {
  const rows: SqlParam[] = [];
  for (let index = first; index < first + count; index++) {
    for (let place = 0; place < values.length; place++) rows.push(values[place]?.[index] ?? null);
  }
  return rows;
};

/** Comma-separated, `count` times. */
const repeat = (text: string, count: number): string => Array(count).fill(text).join();

/** What makes the text of a statement that inserts so many rows. */
type InsertText = (size: number) => string;

/** By columns, as rows of the same cells are inserted again and again. */
const insertTexts = new WeakMap<readonly Column[], {of: string; text: InsertText}>();

/** @param keyLength How many of the columns, the first ones, are the key. */
const insertText = (
  tableName: string,
  columns: readonly Column[],
  keyLength: number,
): InsertText => {
  const of = `${String(keyLength)} ${tableName}`;
  const known = insertTexts.get(columns);
  if (known?.of === of) return known.text;
  const names = columns.map(({name}) => quote(name));
  const updates = names.slice(keyLength).map((name) => `${name}=excluded.${name}`);
  const key = names.slice(0, keyLength).join();
  const resolution = updates.length > 0 ? `UPDATE SET ${updates.join()}` : 'NOTHING';
  const tail = keyLength === 0 ? '' : `ON CONFLICT(${key})DO ${resolution}`;
  const texts = new Map<number, string>();
  const text: InsertText = (size) => {
    let sql = texts.get(size);
    if (sql === undefined) {
      const tuples = repeat(`(${repeat('?', names.length)})`, size);
      sql = `INSERT INTO${quote(tableName)}(${names.join()})VALUES${tuples}${tail}`;
      texts.set(size, sql);
    }
    return sql;
  };
  insertTexts.set(columns, {of, text});
  return text;
};

const slicesOf = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({length: Math.ceil(items.length / size)}, (_slice, index) =>
    items.slice(index * size, (index + 1) * size),
  );

export const selectExpression = (name: string): string =>
  `CASE WHEN typeof(${name})='integer' AND ${name} NOT BETWEEN -9007199254740991 AND 9007199254740991 ` +
  `THEN '${BIG_INTEGER}'||${name} ELSE ${name} END`;

export const sqliteDialect: SqlDialect = {
  name: 'SQLite',
  begin: {read: 'BEGIN', write: 'BEGIN IMMEDIATE'},
  maxColumns: 1_999,
  hasMarks: true,
  keepsEqualPages: true,

  parameter: () => '?',

  foldCase: (columnName) => columnName.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  canName: (columnName) => isPlain(columnName) && !ROWID_ALIAS.test(columnName),
  unheldIdsFinder: (idColumn) => {
    const affinity = affinityOf(idColumn);
    if (affinity === 'text' || affinity === 'blob') {
      return (rowIds) => (areAllPlain(rowIds) ? [] : rowIds.filter((rowId) => !isPlain(rowId)));
    }
    // Elsewhere, text that looks like a number becomes one; what does not may not be let in.
    const isNumber = (rowId: string): boolean =>
      Number.isSafeInteger(Number(rowId)) && String(Number(rowId)) === rowId;
    return (rowIds) => rowIds.filter((rowId) => !isNumber(rowId));
  },

  describe: (tableNames) => ({
    sql:
      `SELECT t.name t,c.name c,lower(c.type)d,t.type='view' v,` +
      // AND would have the tables' columns counted for each of them, by SQLite before 3.46.
      `CASE c.pk WHEN 0 THEN 0 ELSE(SELECT count(*)FROM pragma_table_info(t.name)WHERE pk>0)=1 END OR ` +
      `EXISTS(SELECT 1 FROM pragma_index_list(t.name)x WHERE x."unique" AND x.partial=0 AND ` +
      `(SELECT count(*)FROM pragma_index_info(x.name))=1 AND ` +
      `EXISTS(SELECT 1 FROM pragma_index_info(x.name)n WHERE n.name=c.name))u,` +
      `c."notnull" AND c.dflt_value IS NULL AND c.hidden=0 n,c.hidden>1 g,` +
      // What is behind the columns; there is a table of it only from SQLite 3.37 on, as there are such tables.
      `t.type='table' AND substr(t.sql,length(rtrim(lower(t.sql),${TABLE_OPTIONS}))+1)LIKE'%strict%' s ` +
      `FROM sqlite_master t,pragma_table_xinfo(t.name)c ` +
      `WHERE c.hidden<>1 AND t.type IN('table','view')AND t.name IN(${repeat('?', tableNames.length)})`,
    params: tableNames,
  }),
  createTable: (tableName, idColumnName, columnNames) => [
    `CREATE TABLE${quote(tableName)}(${[
      `${quote(idColumnName)} PRIMARY KEY`,
      ...columnNames.map(quote),
    ].join()})`,
  ],
  addColumns: ({name}, columnNames) =>
    columnNames.map((columnName) => `ALTER TABLE${quote(name)}ADD${quote(columnName)}`),

  codecOf: (column, marks, schema) => new SqliteCodec(column, marks, schema),

  select: (tableName, idColumn, columns) =>
    `SELECT ${[
      `${selectExpression(quote(idColumn.name))} i`,
      ...columns.map(({name}, index) => `${selectExpression(quote(name))} c${String(index)}`),
    ].join()} FROM${quote(tableName)}`,
  isIdTyped: (idColumn) => affinityOf(idColumn) === 'blob',
  idBatches: ({name}, ids): IdBatch[] =>
    slicesOf(ids, Math.max(...ID_BATCH_SIZES)).map((chunk) => {
      // Padded, so that there are few different statements.
      const size = ID_BATCH_SIZES.find((candidate) => candidate >= chunk.length) ?? chunk.length;
      const params = Array.from({length: size}, (_id, index) => chunk[index] ?? chunk[0] ?? null);
      return {condition: `${quote(name)}IN(${repeat('?', size)})`, params};
    }),
  *insert(tableName, columns, values, key = []) {
    const text = insertText(tableName, columns, key.length);
    const count = values[0]?.length ?? 0;
    let done = 0;
    for (const size of BATCH_SIZES) {
      if (done + size > count || (size > 1 && size * columns.length > MAX_PARAMS)) continue;
      const sql = text(size);
      for (; done + size <= count; done += size) yield {sql, params: rowsOf(values, done, size)};
    }
  },
  *update(tableName, idColumn, columns, values): Generator<SqlStatement> {
    const sql =
      `UPDATE${quote(tableName)}SET ${columns.map(({name}) => `${quote(name)}=?`).join()} ` +
      `WHERE ${quote(idColumn.name)}=?`;
    const [ids = [], ...forms] = values;
    for (const index of ids.keys()) yield {sql, params: rowsOf([...forms, ids], index, 1)};
  },

  checkDeferred: checkReferences,

  asText: quote,

  classify: classifySqliteError,
};
