/**
 * The form in which cells and values are kept, stored and sent: objects and arrays are strings, U+FFFD and
 * then their JSON text. Equality of cells is equality of this form.
 */
import type {EncodedCell} from './internals.ts';

const JSON_PREFIX = '\uFFFD';
const JSON_PREFIX_CODE = 0xfffd;
/** Alone, it stands for what is not there. */
const UNDEFINED_CODE = 0xfffc;

/** Whether `thing` is an object without a class of its own: a record of ids, not a Date or the like. */
export const isPlainObject = (thing: unknown): thing is Record<string, unknown> => {
  if (typeof thing !== 'object' || thing === null) return false;
  const prototype: unknown = Object.getPrototypeOf(thing);
  return (
    prototype === null ||
    prototype === Object.prototype ||
    // The Object.prototype of another realm; of this one, arrays and classes are told by a longer chain.
    Object.getPrototypeOf(prototype) === null
  );
};

const encodeObject = (thing: object): EncodedCell | undefined => {
  const isArray = Array.isArray(thing);
  if (!isArray && !isPlainObject(thing)) return undefined;
  try {
    // A `toJSON` may make anything of it.
    const json = JSON.stringify(thing) as string | undefined;
    return json?.startsWith(isArray ? '[' : '{') ? JSON_PREFIX + json : undefined;
  } catch {
    // Cyclic, too deep, with a bigint in it, or with a `toJSON` that throws: it is no cell.
    return undefined;
  }
};

/** The encoded form of what the app gives as a cell or value; `undefined` if it is not one. */
export const encodeCell = (cell: unknown): EncodedCell | undefined => {
  switch (typeof cell) {
    case 'string': {
      const code = cell.charCodeAt(0);
      return code === JSON_PREFIX_CODE || (code === UNDEFINED_CODE && cell.length === 1)
        ? undefined
        : cell;
    }
    case 'number':
      return Number.isFinite(cell) ? cell : undefined;
    case 'boolean':
      return cell;
    case 'object':
      return cell === null ? null : encodeObject(cell);
    default:
      return undefined;
  }
};

/** The same for what was stored or sent, where cells may be encoded already. */
export const encodeStoredCell = (cell: unknown): EncodedCell | undefined => {
  if (typeof cell !== 'string' || cell.charCodeAt(0) !== JSON_PREFIX_CODE) return encodeCell(cell);
  try {
    const decoded: unknown = JSON.parse(cell.slice(1));
    return typeof decoded === 'object' && decoded !== null ? cell : undefined;
  } catch {
    return undefined;
  }
};

/** Whether it is the encoded form of an object or array. */
export const isEncodedObject = (cell: unknown): cell is string =>
  typeof cell === 'string' && cell.charCodeAt(0) === JSON_PREFIX_CODE;

/** What the app sees of an encoded cell or value: objects and arrays are made afresh each time. */
export const decodeCell = (cell: EncodedCell | undefined): unknown =>
  isEncodedObject(cell) ? (JSON.parse(cell.slice(1)) as unknown) : cell;
