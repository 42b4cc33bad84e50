/**
 * What PostgreSQL cuts, rounds or pads without a word when text is cast to a type: the cell is then noted beside
 * the column, which gets what it can hold. Else, what it makes of text is only another way to write the same.
 */
import {Inexact} from './dialect.ts';

type ToForm = (text: string) => string | Inexact;

const NO_CELL = new Inexact(null);
/** Fractions of a second have so many digits if a type does not say how many. */
const MAX_DIGITS = 6;
const MAX_NAME_BYTES = 63;
const ISO_TIMESTAMP = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d(?::?\d\d)?)?$/;

const only =
  (canHold: (text: string) => boolean): ToForm =>
  (text) =>
    canHold(text) ? text : NO_CELL;

const inFull: ToForm = (text) => text;

/** @returns With the point; `''` if nothing is left. */
const cutFraction = (fraction: string, digits: number): string =>
  fraction.slice(0, digits + 1).replace(/\.?0*$/, '');

/** @param digits Of fractions of a second. */
const timestamp =
  (digits: number, hasZone: boolean): ToForm =>
  (text) => {
    const [, date, time, fraction = '', zone = ''] = ISO_TIMESTAMP.exec(text) ?? [];
    if (date === undefined || time === undefined) return fits(digits)(text);
    const offset = zone === 'Z' ? '+00' : zone;
    const form = `${date} ${time}${cutFraction(fraction, digits)}${hasZone ? offset : ''}`;
    return form === text ? text : new Inexact(form);
  };

const fits = (digits: number): ToForm =>
  only((text) =>
    [...text.matchAll(/\.\d+/g)].every(([all]) => cutFraction(all, Infinity).length <= digits + 1),
  );

/** @param type As `format_type` has it. */
export const formerOf = (type: string): ToForm => {
  const [, first] = /\((\d+)\)/.exec(type) ?? [];
  const length = first === undefined ? undefined : Number(first);
  const digits = length ?? MAX_DIGITS;
  switch (type.replace(/\(\d+\)/, '')) {
    case 'timestamp without time zone':
      return timestamp(digits, false);
    case 'timestamp with time zone':
      return timestamp(digits, true);
    case 'time without time zone': // leaves out the date, and the zone
      return only(
        (text) => /^\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text) && fits(digits)(text) === text,
      );
    case 'time with time zone':
    case 'interval':
      return fits(digits);
    case 'date': // leaves out the time
      return only((text) => !/\d:\d|T\d/.test(text));
    case 'bit':
      return only((text) => /^[01]*$/.test(text) && text.length === length);
    case 'bit varying':
      return only((text) => /^[01]*$/.test(text) && text.length <= (length ?? Infinity));
    case '"char"':
      return only((text) => /^[ -~]?$/.test(text));
    case 'name':
      return only((text) => new TextEncoder().encode(text).length <= MAX_NAME_BYTES);
    default:
      return inFull;
  }
};
