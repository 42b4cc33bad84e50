/**
 * Schemas, and what a cell or value is under one. A store without schemas is a store whose schema has
 * all strings for ids; every type here asks for that first, so that without schemas it is a plain type
 * and never a conditional one.
 */
import type {AnyArray, AnyObject, Id} from './ids.ts';

interface TypesByName {
  string: string;
  number: number;
  boolean: boolean;
  object: AnyObject;
  array: AnyArray;
}
/** The name of a type in a schema. */
export type SchemaTypeName = keyof TypesByName;

/** What a cell or value can be when no schema says more: numbers are finite. */
export type AnyCell = TypesByName[SchemaTypeName] | null;

interface EntryOptions {
  /** Whether `null` is admitted too. */
  allowNull?: boolean;
  /** Whether a whole row, or all values, can only be set with it. Only `true` counts. */
  required?: boolean;
}
type SingleTypeEntry = {
  [Name in SchemaTypeName]: EntryOptions & {
    type: Name;
    enum?: never;
    /** Takes the place of what is missing or not admitted. */
    default?: TypesByName[Name] | null;
  };
}[SchemaTypeName];
interface ManyTypesEntry extends EntryOptions {
  type: readonly SchemaTypeName[];
  enum?: never;
  /** Takes the place of what is missing or not admitted. */
  default?: AnyCell;
}
interface EnumEntry extends EntryOptions {
  type?: never;
  /** Exactly these are admitted. */
  enum: readonly (string | number | boolean)[];
  /** Takes the place of what is missing or not admitted. */
  default?: string | number | boolean | null;
}

/** What one cell may be: of a type, of one of several types, or one of an enumeration. */
export type CellSchema = SingleTypeEntry | ManyTypesEntry | EnumEntry;
/** What one value may be: of a type, of one of several types, or one of an enumeration. */
export type ValueSchema = CellSchema;
/** The cells that each table may have, by table id and cell id. */
export type TablesSchema = {[tableId: Id]: {[cellId: Id]: CellSchema}};
/** The values that a store may have, by value id. */
export type ValuesSchema = {[valueId: Id]: ValueSchema};

/**
 * What fits every schema, and what every schema fits: `any`. With it, and not with the widest schema, the
 * compiler takes a store with schemas for one without, as apps that never name their schemas expect; it
 * cannot derive that from the members of `Store`.
 */
type AnySchema = ReturnType<typeof JSON.parse>;
/** Any tables, rows and cells. */
export type NoTablesSchema = AnySchema;
/** Any values. */
export type NoValuesSchema = AnySchema;
export type OptionalTablesSchema = TablesSchema;
export type OptionalValuesSchema = ValuesSchema;
export type OptionalSchemas = [tables: OptionalTablesSchema, values: OptionalValuesSchema];
/** No schema: ids are strings, cells and values anything that a store can hold. */
export type NoSchemas = [tables: NoTablesSchema, values: NoValuesSchema];

/** The table ids of a schema. */
export type TableIdFromSchema<TS extends OptionalTablesSchema> = keyof TS & Id;
/** The cell ids of a table of a schema, of all tables that `TableId` includes. */
export type CellIdFromSchema<
  TS extends OptionalTablesSchema,
  TableId extends TableIdFromSchema<TS>,
> = string extends keyof TS ? Id : TableId extends unknown ? keyof TS[TableId] & Id : never;
/** The value ids of a schema. */
export type ValueIdFromSchema<VS extends OptionalValuesSchema> = keyof VS & Id;

type Typed<Name> = Name extends SchemaTypeName ? TypesByName[Name] : never;
/** What an entry of a schema admits. */
export type AdmittedBy<Entry> = CellSchema extends Entry
  ? AnyCell
  : | (Entry extends {enum: readonly (infer Member)[]}
        ? Member
        : Entry extends {type: readonly (infer Name)[]}
          ? Typed<Name>
          : Entry extends {type: infer Name}
            ? Typed<Name>
            : never)
    | (Entry extends {allowNull: true} ? null : never);

/** The ids of those entries that are always present once their row, or the values, are set whole. */
export type PresentIds<Entries> = {
  [EntryId in keyof Entries]: Entries[EntryId] extends {default: AnyCell} | {required: true}
    ? EntryId
    : never;
}[keyof Entries] &
  Id;
/** The ids of those entries that have to be given in order to set their row, or the values, whole. */
export type MandatoryIds<Entries> = {
  [EntryId in keyof Entries]: Entries[EntryId] extends {default: AnyCell}
    ? never
    : Entries[EntryId] extends {required: true}
      ? EntryId
      : never;
}[keyof Entries] &
  Id;

type EntriesWithDefaults<Entries> = {
  [EntryId in keyof Entries]: Entries[EntryId] extends {default: infer Default}
    ? Default extends AdmittedBy<Entries[EntryId]>
      ? Entries[EntryId]
      : {default: AdmittedBy<Entries[EntryId]>}
    : Entries[EntryId];
};
/** The same schema if each default is one that its entry admits, else one that it cannot match. */
export type TablesSchemaWithDefaults<TS extends OptionalTablesSchema> = {
  [TableId in keyof TS]: EntriesWithDefaults<TS[TableId]>;
};
/** The same schema if each default is one that its entry admits, else one that it cannot match. */
export type ValuesSchemaWithDefaults<VS extends OptionalValuesSchema> = EntriesWithDefaults<VS>;
