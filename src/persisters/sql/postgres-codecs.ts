/** How cells lie in the columns of a PostgreSQL database: all of them as text, as its types have it. */
import {type ColumnCodec, Inexact, type StoredCell, Unrepresentable} from './dialect.ts';
import {countDigits, exactNumber} from './exact-number.ts';
import {isPlain} from './plain-text.ts';
import {formerOf} from './postgres-forms.ts';

/** What columns hold that the library or TinyBase has created: each cell is JSON text, NULL is none. */
export const JSON_TEXT = 'JSON text';

/** In front of JSON text that is not a string, as in the store. */
const ENCODED = '\uFFFD';
const NO_CELL = new Inexact(null);
/** Both spoil JSON for `jsonb`. */
const NO_JSONB = /(?<!\\)(\\\\)*\\u(0000|[dD][89a-fA-F])/;

/** Where what is stored may be anything: an unreadable value is none of its neighbours' business. */
const codec = (
  encode: (cell: string | number | boolean | null) => string | Inexact,
  decode: (text: string) => StoredCell | undefined,
): ColumnCodec => ({
  encode: (cell) => {
    if (cell === undefined) return null;
    return cell instanceof Unrepresentable ? cell.stored : encode(cell);
  },
  decode: (value) => {
    if (value === null || value === undefined) return undefined;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const cell = decode(text);
    return cell === undefined ? new Unrepresentable(text) : cell;
  },
});

/** In characters as PostgreSQL counts them: a surrogate pair is one. */
const lengthOf = (text: string): number =>
  text.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, '_').length;

/** A JSON value as a cell. */
const fromJson = (text: string): StoredCell | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // whatever it is, it is not for us to change
  }
  if (typeof value === 'number') return exactNumber(text.trim());
  if (typeof value === 'object' && value !== null) return ENCODED + JSON.stringify(value);
  return value as StoredCell;
};

const jsonText: ColumnCodec = {
  ...codec((cell) => JSON.stringify(cell), fromJson),
  isAssumed: true,
};

/** Columns of type `json` and `jsonb`, in which objects and arrays are what they are for others. */
const json = (isBinary: boolean): ColumnCodec =>
  codec((cell) => {
    const isEncoded = typeof cell === 'string' && cell.startsWith(ENCODED);
    const text = isEncoded ? cell.slice(ENCODED.length) : JSON.stringify(cell);
    return isBinary && NO_JSONB.test(text) ? NO_CELL : text;
  }, fromJson);

/** @param maxLength In characters. */
const plainText = (maxLength: number): ColumnCodec =>
  codec(
    (cell) => {
      const text = typeof cell === 'string' ? cell : ENCODED + JSON.stringify(cell);
      return isPlain(text) && lengthOf(text) <= maxLength ? text : NO_CELL;
    },
    (text) => {
      const cell = text.startsWith(ENCODED) ? fromJson(text.slice(ENCODED.length)) : undefined;
      return cell === undefined || cell instanceof Unrepresentable ? text : cell;
    },
  );

const boolean = codec(
  (cell) => (typeof cell === 'boolean' ? String(cell) : NO_CELL),
  (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
);

const number = (canHold: (cell: number) => string | Inexact): ColumnCodec =>
  codec((cell) => (typeof cell === 'number' ? canHold(cell) : NO_CELL), exactNumber);

const integer = (bits: number): ColumnCodec =>
  number((cell) =>
    Number.isSafeInteger(cell) && cell >= -(2 ** (bits - 1)) && cell < 2 ** (bits - 1)
      ? String(cell)
      : NO_CELL,
  );

/** @param precision How many digits it has. @param scale How many of them are behind the point. */
const numeric = (precision: number, scale: number): ColumnCodec =>
  number((cell) => {
    if (precision === 0) return String(cell);
    const form = Math.abs(cell) < 1e21 && scale >= 0 && scale <= 100 ? cell.toFixed(scale) : '';
    const wholeDigits = form.replace(/^-?0*|\..*$/g, '').length;
    if (form === '' || wholeDigits > precision - scale) return NO_CELL;
    return Number(form) === cell ? form : new Inexact(form);
  });

/** Six digits are what any of its values keeps. */
const real = number((cell) => {
  const size = Math.abs(cell);
  const isInRange = cell === 0 || (size > 1e-37 && size < 3e38);
  return isInRange && countDigits(cell) <= 6 ? String(cell) : NO_CELL;
});

/** Spaces at the end are no part of such text. @param maxLength In characters. */
const paddedText = (maxLength: number): ColumnCodec => ({
  ...codec(
    (cell) => {
      if (typeof cell !== 'string' || !isPlain(cell) || lengthOf(cell) > maxLength) return NO_CELL;
      const text = cell.replace(/ +$/, '');
      return text === cell ? text : new Inexact(text);
    },
    (text) => text,
  ),
  isUnsure: true,
});

/** What is text of such a type only the database knows. @param toForm What it makes of a text, as far as we know. */
const anyOther = (toForm: (text: string) => string | Inexact): ColumnCodec => ({
  ...codec(
    (cell) => (typeof cell === 'string' && isPlain(cell) ? toForm(cell) : NO_CELL),
    (text) => text,
  ),
  isUnsure: true,
});

/** @param type As `format_type` has it, or {@link JSON_TEXT}. */
export const postgresCodec = (type: string): ColumnCodec => {
  const [, name = type, first = '', second = '0'] =
    /^(.*?)(?:\((\d+)(?:,(-?\d+))?\))?$/.exec(type) ?? [];
  switch (name) {
    case JSON_TEXT:
      return jsonText;
    case 'text':
    case 'character varying':
      return plainText(first === '' ? Infinity : Number(first));
    case 'json':
      return json(false);
    case 'jsonb':
      return json(true);
    case 'boolean':
      return boolean;
    case 'smallint':
      return integer(16);
    case 'integer':
      return integer(32);
    case 'bigint':
      return integer(64);
    case 'numeric':
      return numeric(Number(first), Number(second));
    case 'real':
      return real;
    case 'double precision':
      return number(String);
    case 'character':
    case 'bpchar':
      return paddedText(first === '' ? Infinity : Number(first));
    default:
      return anyOther(formerOf(type));
  }
};

/** Whether a column of that type gives back this row id as it is; of types we know nothing of, that is assumed. */
export const canBeId = (type: string, rowId: string): boolean => {
  if (!isPlain(rowId)) return false;
  const [, name = type, length = ''] = /^(.*?)(?:\((\d+)(?:,-?\d+)?\))?$/.exec(type) ?? [];
  switch (name) {
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'numeric':
      return postgresCodec(name).encode(Number(rowId)) === rowId;
    case 'uuid':
      return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(rowId);
    case 'character':
    case 'bpchar':
      if (rowId.endsWith(' ')) return false;
      return length === '' || lengthOf(rowId) <= Number(length);
    case 'character varying':
      return length === '' || lengthOf(rowId) <= Number(length);
    default:
      return true;
  }
};
