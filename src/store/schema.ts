/** Schemas: cleaning what the app gives, and deciding what they admit. */
import {decodeCell, encodeCell, isEncodedObject, isPlainObject} from './cell-encoding.ts';
import {objectFrom} from './fresh-object.ts';
import type {EncodedCell} from './internals.ts';
import type {Id} from './types.ts';

/** The rule for one cell of a table, or for one value. */
export interface Rule {
  readonly admits: (cell: EncodedCell) => boolean;
  readonly default: EncodedCell | undefined;
  readonly isRequired: boolean;
  /** The schema entry that it came from, cleaned. */
  readonly entry: Record<string, unknown>;
}

/** The rules for a table, or for the values. */
export class Rules {
  readonly byId: ReadonlyMap<Id, Rule>;
  /** What is filled in where it is missing. */
  readonly defaults: readonly (readonly [Id, EncodedCell])[];
  /** What nothing is filled in for. */
  readonly withoutDefault: readonly Id[];
  readonly required: readonly Id[];

  constructor(byId: ReadonlyMap<Id, Rule>) {
    this.byId = byId;
    const rules = [...byId];
    this.defaults = rules.flatMap(([id, {default: cell}]) =>
      cell === undefined ? [] : [[id, cell] as const],
    );
    const others = rules.filter(([, rule]) => rule.default === undefined);
    this.withoutDefault = others.map(([id]) => id);
    this.required = others.filter(([, rule]) => rule.isRequired).map(([id]) => id);
  }

  toJson(): Record<Id, unknown> {
    return objectFrom([...this.byId].map(([id, {entry}]) => [id, entry] as const));
  }
}

const TYPES = ['string', 'number', 'boolean', 'object', 'array'];

const typeOf = (cell: EncodedCell): string =>
  isEncodedObject(cell) ? (cell.startsWith('[', 1) ? 'array' : 'object') : typeof cell;

/** What an entry admits, null aside; `undefined` if the entry is no good. */
const toAdmits = ({type, enum: members}: Record<string, unknown>): Rule['admits'] | undefined => {
  if (members !== undefined) {
    if (type !== undefined || !Array.isArray(members) || members.length === 0) return undefined;
    const list: readonly unknown[] = members;
    const isGood = (member: unknown): boolean =>
      typeof member !== 'object' && encodeCell(member) !== undefined;
    return list.every(isGood) ? (cell) => list.includes(cell) : undefined;
  }
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  if (types.length === 0 || !types.every((name) => TYPES.includes(name as string)))
    return undefined;
  const [only] = types;
  if (types.length > 1) return (cell) => types.includes(typeOf(cell));
  return only === 'number' || only === 'boolean'
    ? (cell) => typeof cell === only
    : (cell) => typeOf(cell) === only;
};

const toRule = (input: unknown): Rule | undefined => {
  if (!isPlainObject(input)) return undefined;
  const admitsNotNull = toAdmits(input);
  if (!admitsNotNull) return undefined;
  const {type, enum: members, default: cell, allowNull, required} = input;
  if (cell === null && !allowNull) return undefined;
  const admits: Rule['admits'] = (encoded) =>
    encoded === null ? Boolean(allowNull) : admitsNotNull(encoded);
  const encoded = cell === undefined ? undefined : encodeCell(cell);
  const isGood = encoded !== undefined && admits(encoded);
  const entry = {
    ...(members === undefined ? {type: copy(type)} : {enum: copy(members)}),
    ...(isGood ? {default: decodeCell(encoded)} : {}),
    ...(allowNull ? {allowNull: true} : {}),
    ...(required === true ? {required: true} : {}),
  };
  return {admits, default: isGood ? encoded : undefined, isRequired: required === true, entry};
};

const copy = (thing: unknown): unknown =>
  Array.isArray(thing) ? [...(thing as unknown[])] : thing;

const parseEach = <Parsed>(
  input: unknown,
  parse: (input: unknown) => Parsed | undefined,
): Map<Id, Parsed> | undefined => {
  if (!isPlainObject(input)) return undefined;
  const parsed = new Map<Id, Parsed>();
  for (const [id, part] of Object.entries(input)) {
    const good = parse(part);
    if (good !== undefined) parsed.set(id, good);
  }
  return parsed.size > 0 ? parsed : undefined;
};

/** The rules for values, `undefined` if nothing in the schema is any good. */
export const parseValuesSchema = (schema: unknown): Rules | undefined => {
  const rules = parseEach(schema, toRule);
  return rules && new Rules(rules);
};

/** The rules by table, `undefined` if nothing in the schema is any good. */
export const parseTablesSchema = (schema: unknown): Map<Id, Rules> | undefined =>
  parseEach(schema, parseValuesSchema);
