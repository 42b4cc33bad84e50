/** Schemas: cleaning what the app gives, and deciding what they admit. */
import {decodeCell, encodeCell, isEncodedObject, isPlainObject} from './cell-encoding.ts';
import {objectFrom} from './fresh-object.ts';
import type {EncodedCell} from './internals.ts';
import type {Id} from './types.ts';

/** The rule for one cell of a table, or for one value. Data, not a function: one that all rules share is faster. */
export interface Rule {
  /** What it may be, if there is no `members`. */
  readonly types: readonly unknown[];
  readonly members: readonly unknown[] | undefined;
  readonly allowsNull: boolean;
  readonly default: EncodedCell | undefined;
  /** Whether a whole row must have it. */
  readonly isRequired: boolean;
  /** The schema entry that it came from, cleaned, for JSON. */
  readonly entry: Record<string, unknown>;
}

/** What the rules say to a row with these cells. */
export interface Plan {
  readonly cellIds: readonly Id[];
  /** By position. */
  readonly rules: readonly (Rule | undefined)[];
  /** Of the cells that the row has not. */
  readonly missing: readonly (readonly [Id, Rule])[];
}

/** The rules for a table, or for the values. */
export interface Rules {
  readonly byId: ReadonlyMap<Id, Rule>;
  /** How many are required and have no default. */
  readonly requiredCount: number;
  /** The last one: the next row has often the same cells. */
  plan: Plan;
}

const NO_PLAN: Plan = {cellIds: [], rules: [], missing: []};

/** Admits nothing: the rules for what the schema does not know. */
export const NO_RULES: Rules = {byId: new Map(), requiredCount: 0, plan: NO_PLAN};

export const planFor = (rules: Rules, cellIds: readonly Id[]): Plan => {
  const {plan, byId} = rules;
  let index = 0;
  while (index < cellIds.length && plan.cellIds[index] === cellIds[index]) index++;
  if (index > 0 && index === plan.cellIds.length && index === cellIds.length) return plan;
  const ids = new Set(cellIds);
  return (rules.plan = {
    cellIds,
    rules: cellIds.map((cellId) => byId.get(cellId)),
    missing: [...byId].filter(([cellId]) => !ids.has(cellId)),
  });
};

/** The schema as its JSON shows it. */
export const schemaOf = (rules: Rules | undefined): Record<Id, unknown> =>
  objectFrom(rules?.byId ?? [], ({entry}) => entry);

const TYPES = ['string', 'number', 'boolean', 'object', 'array'];

const typeOf = (cell: EncodedCell): string =>
  isEncodedObject(cell) ? (cell.startsWith('[', 1) ? 'array' : 'object') : typeof cell;

export const admits = (
  {types, members, allowsNull}: Pick<Rule, 'types' | 'members' | 'allowsNull'>,
  cell: EncodedCell,
): boolean => {
  if (cell === null) return allowsNull;
  if (members) return members.includes(cell);
  const type = typeOf(cell);
  return types[0] === type || types.includes(type); // most have one
};

const toRule = (input: unknown): Rule | undefined => {
  if (!isPlainObject(input)) return undefined;
  const type = copy(input['type']);
  const members = copy(input['enum']);
  const {default: cell, allowNull, required} = input;
  if (cell === null && !allowNull) return undefined;
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  const isGood =
    members === undefined
      ? types.length > 0 && types.every((name) => TYPES.includes(name as string))
      : type === undefined &&
        Array.isArray(members) &&
        members.length > 0 &&
        members.every(isMember);
  if (!isGood) return undefined;
  const rule = {
    types,
    members: members as readonly unknown[] | undefined,
    allowsNull: Boolean(allowNull),
  };
  const encoded = encodeCell(cell);
  const good = encoded !== undefined && admits(rule, encoded) ? encoded : undefined;
  const isRequired = required === true;
  return {
    ...rule,
    default: good,
    isRequired: isRequired && good === undefined,
    // What is undefined is not in the JSON.
    entry: {
      type,
      enum: members,
      default: decodeCell(good),
      allowNull: allowNull ? true : undefined,
      required: isRequired || undefined,
    },
  };
};

const isMember = (member: unknown): boolean =>
  typeof member !== 'object' && encodeCell(member) !== undefined;

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
  const byId = parseEach(schema, toRule);
  if (!byId) return undefined;
  let requiredCount = 0;
  for (const {isRequired} of byId.values()) requiredCount += Number(isRequired);
  return {byId, requiredCount, plan: NO_PLAN};
};

/** The rules by table, `undefined` if nothing in the schema is any good. */
export const parseTablesSchema = (schema: unknown): Map<Id, Rules> | undefined =>
  parseEach(schema, parseValuesSchema);
