/** Identifies a table, row, cell or value; any string, the empty one included. */
export type Id = string;
export type Ids = Id[];
/** An id, or `null` as the wildcard for every id at its place in a listener's path. */
export type IdOrNull = Id | null;

/** JSON text. */
export type Json = string;

/** An object that a cell or value can hold. It is kept as its JSON text, and read as a fresh copy. */
export type AnyObject = {[key: string]: unknown};
/** An array that a cell or value can hold. It is kept as its JSON text, and read as a fresh copy. */
export type AnyArray = unknown[] | readonly unknown[];
