/** What a schema does to what is written, the plain way: on whole objects, one rule after the other. */
import {isPlainObject, type Encoded, encode} from './model-cells.ts';

interface Entry {
  readonly types: readonly unknown[] | undefined;
  readonly members: readonly unknown[] | undefined;
  readonly allowsNull: boolean;
  readonly isRequired: boolean;
  readonly preset: Encoded | undefined;
}
export type Entries = ReadonlyMap<string, Entry>;
export type TableEntries = ReadonlyMap<string, Entries>;

const TYPES: readonly unknown[] = ['string', 'number', 'boolean', 'object', 'array'];

const typeOf = (cell: Encoded): string => {
  if (typeof cell === 'string' && cell.startsWith('\uFFFD')) {
    return cell[1] === '[' ? 'array' : 'object';
  }
  return typeof cell;
};

const fits = (entry: Omit<Entry, 'preset'>, cell: Encoded): boolean => {
  if (cell === null) return entry.allowsNull;
  return entry.members
    ? entry.members.includes(cell)
    : entry.types?.includes(typeOf(cell)) === true;
};

const readEntry = (entry: unknown): Entry | undefined => {
  if (!isPlainObject(entry)) return undefined;
  const types =
    'type' in entry ? (Array.isArray(entry['type']) ? entry['type'] : [entry['type']]) : undefined;
  const members = Array.isArray(entry['enum']) ? entry['enum'] : undefined;
  if ((types === undefined) === (members === undefined)) return undefined;
  if (types?.length === 0 || types?.some((type) => !TYPES.includes(type))) return undefined;
  const rules = {
    types,
    members,
    allowsNull: Boolean(entry['allowNull']),
    isRequired: entry['required'] === true,
  };
  const preset = encode(entry['default']);
  if (preset === null && !rules.allowsNull) return undefined;
  return {...rules, preset: preset !== undefined && fits(rules, preset) ? preset : undefined};
};

/** The valid entries, `undefined` if there is none. */
export const readEntries = (schema: unknown): Entries | undefined => {
  const entries = new Map<string, Entry>();
  for (const [id, given] of Object.entries(isPlainObject(schema) ? schema : {})) {
    const entry = readEntry(given);
    if (entry) entries.set(id, entry);
  }
  return entries.size > 0 ? entries : undefined;
};

/** The tables that have valid entries, `undefined` if there is none. */
export const readTableEntries = (schema: unknown): TableEntries | undefined => {
  const tables = new Map<string, Entries>();
  for (const [id, given] of Object.entries(isPlainObject(schema) ? schema : {})) {
    const entries = readEntries(given);
    if (entries) tables.set(id, entries);
  }
  return tables.size > 0 ? tables : undefined;
};

/** What is stored for a cell, `undefined` if it is rejected. Without `entries` there is no schema. */
export const admit = (
  entries: Entries | undefined,
  id: string,
  cell: unknown,
): Encoded | undefined => {
  const encoded = encode(cell);
  if (!entries) return encoded;
  const entry = entries.get(id);
  if (!entry) return undefined;
  return encoded !== undefined && fits(entry, encoded) ? encoded : entry.preset;
};

/** The defaults by id. */
export const presets = (entries: Entries | undefined): Map<string, Encoded> => {
  const all = new Map<string, Encoded>();
  for (const [id, {preset}] of entries ?? []) if (preset !== undefined) all.set(id, preset);
  return all;
};

/** What is stored for a row, or for all values, `undefined` if it is rejected as a whole. */
export const admitWhole = (
  entries: Entries | undefined,
  given: unknown,
): Map<string, Encoded> | undefined => {
  const admitted = admitPart(entries, given);
  if (!admitted) return undefined;
  for (const [id, preset] of presets(entries)) if (!admitted.has(id)) admitted.set(id, preset);
  const isComplete = [...(entries ?? [])].every(
    ([id, entry]) => !entry.isRequired || admitted.has(id),
  );
  return isComplete && admitted.size > 0 ? admitted : undefined;
};

/** What is stored of some cells, or values, `undefined` if that is no object. */
export const admitPart = (
  entries: Entries | undefined,
  given: unknown,
): Map<string, Encoded> | undefined => {
  if (!isPlainObject(given)) return undefined;
  const admitted = new Map<string, Encoded>();
  for (const [id, cell] of Object.entries(given)) {
    const encoded = admit(entries, id, cell);
    if (encoded !== undefined) admitted.set(id, encoded);
  }
  return admitted;
};
