/**
 * SQLite by way of clients that return no blobs, as over bridges that know JSON only: these are asked for as text,
 * in hexadecimal, and values that cannot be bound are put into the statement.
 */
import {type ColumnCodec, quote, type SqlDialect, Unrepresentable} from './dialect.ts';
import {sqliteEngine} from './create-database-persister.ts';
import type {Engine} from './database-adapter.ts';
import type {SqlParam, SqlStatement} from './sql-driver.ts';
import {selectExpression, sqliteDialect} from './sqlite-dialect.ts';

/** In front of a blob; no legal cell begins with it. */
const BLOB = '\uFFFDblob:';

const toBytes = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));

const expressionOf = (name: string): string =>
  `CASE typeof(${name})WHEN 'blob' THEN '${BLOB}'||hex(${name})ELSE ${selectExpression(name)} END`;

const codecOf: SqlDialect['codecOf'] = (...column): ColumnCodec => {
  const codec = sqliteDialect.codecOf(...column);
  return {
    encode: (cell) => codec.encode(cell),
    decode: (value) =>
      typeof value === 'string' && value.startsWith(BLOB)
        ? new Unrepresentable(toBytes(value.slice(BLOB.length)))
        : codec.decode(value),
  };
};

export const textualSqliteEngine: Engine = {
  ...sqliteEngine,
  dialect: {
    ...sqliteDialect,
    codecOf,
    select: (tableName, idColumn, columns) =>
      `SELECT ${[idColumn, ...columns]
        .map(
          ({name}, index) =>
            `${expressionOf(quote(name))} ${index ? `c${String(index - 1)}` : 'i'}`,
        )
        .join()} FROM${quote(tableName)}`,
  },
};

/** Strings and identifiers, which may have question marks in them, and the places of parameters. */
const PLACES = /"(?:[^"]|"")*"|'(?:[^']|'')*'|\?/g;

/** Numbers that a bridge may take for integers, and cut. */
const isLarge = (param: SqlParam | undefined): param is number =>
  Number.isInteger(param) && !Number.isSafeInteger(param);

/** A real number exactly, which SQLite does not always make of its decimal digits. */
const toProduct = (value: number): string => {
  let mantissa = value;
  let exponent = 0n;
  for (; !Number.isSafeInteger(mantissa); exponent++) mantissa /= 2;
  let text = `(${String(mantissa)}*1.0`;
  for (; exponent > 0n; exponent -= 62n)
    text += `*${String(1n << (exponent < 62n ? exponent : 62n))}`;
  return `${text})`;
};

const toLiteral = (value: bigint | number | Uint8Array): string => {
  if (typeof value === 'number') return toProduct(value);
  if (typeof value === 'bigint') return String(value);
  return `x'${Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('')}'`;
};

/** @returns The same statement, all of whose parameters are text, numbers and `null`. */
export const withLiterals = ({
  sql,
  params,
}: SqlStatement): {sql: string; params: (string | number | null)[]} => {
  const isLiteral = (param: SqlParam | undefined): param is bigint | number | Uint8Array =>
    typeof param === 'bigint' || param instanceof Uint8Array || isLarge(param);
  const isBound = (param: SqlParam): param is string | number | null => !isLiteral(param);
  const bound = params.filter(isBound);
  if (bound.length === params.length) return {sql, params: bound};
  let position = 0;
  const text = sql.replace(PLACES, (match) => {
    if (match !== '?') return match;
    const param = params[position++];
    return isLiteral(param) ? toLiteral(param) : match;
  });
  return {sql: text, params: bound};
};
