/**
 * The layout of the reference's databases, versions 2 and 3: a record `{k: id, v: table}` for each table and
 * `{k: id, v: value}` for each value, and since version 3 a store for mergeable content.
 */
import {setOwn} from '../engine/content.ts';
import type {EncodedContent} from '../../store/internals.ts';

export const TABLES = 't';
export const VALUES = 'v';
export const MERGEABLE = 'm';

/** The version that the reference makes, and the highest that it writes to. */
export const REFERENCE_VERSION = 3;

/** Says, among the mergeable content, that nothing is stored, rather than content without anything in it. */
export const NOTHING_STORED = 'cellar-nothing';

export const hasReferenceLayout = ({objectStoreNames}: IDBDatabase): boolean =>
  objectStoreNames.contains(TABLES) && objectStoreNames.contains(VALUES);

/** The stores that are there. */
export const referenceStores = ({objectStoreNames}: IDBDatabase): string[] =>
  [TABLES, VALUES, MERGEABLE].filter((name) => objectStoreNames.contains(name));

export interface ReferenceRecord {
  readonly k: string;
  readonly v: unknown;
}

export interface ReferenceRequests {
  readonly mergeable: IDBRequest<unknown[]> | undefined;
  readonly tables: IDBRequest<unknown[]>;
  readonly values: IDBRequest<unknown[]>;
}

/** Asks for all content. The values are answered last. */
export const requestReference = (transaction: IDBTransaction): ReferenceRequests => {
  const hasMergeable = transaction.objectStoreNames.contains(MERGEABLE);
  return {
    mergeable: hasMergeable ? transaction.objectStore(MERGEABLE).getAll() : undefined,
    tables: transaction.objectStore(TABLES).getAll(),
    values: transaction.objectStore(VALUES).getAll(),
  };
};

const keyOf = (record: unknown): unknown => (record as Partial<ReferenceRecord> | null)?.k;

const isTable = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && !Array.isArray(data);

const isCell = (data: unknown): boolean => data !== undefined && typeof data !== 'object';

const fromRecords = (records: readonly unknown[], isGood: (data: unknown) => boolean): object => {
  const branch = {};
  for (const record of records) {
    const {k, v} = record as ReferenceRecord;
    if (typeof k !== 'string' || !isGood(v)) {
      throw new SyntaxError('There is a record that is neither a table nor a value');
    }
    setOwn(branch, k, v);
  }
  return branch;
};

/**
 * @returns `undefined` if nothing is stored.
 * @throws SyntaxError if that is no content of a plain store.
 */
export const decodeReference = ({
  tables,
  values,
  mergeable,
}: ReferenceRequests): EncodedContent | undefined => {
  if (tables.result.length + values.result.length === 0) {
    const keys = (mergeable?.result ?? []).map(keyOf);
    if (keys.includes(NOTHING_STORED)) return undefined;
    if (keys.includes(TABLES)) throw new SyntaxError('It holds the content of a mergeable store');
  }
  const isValue = (data: unknown): boolean => data === null || isCell(data);
  return [
    fromRecords(tables.result, isTable),
    fromRecords(values.result, isValue),
  ] as EncodedContent;
};

/** Content as text by which to compare it, in the order in which the database keeps it; `''` for none. */
export const textOf = (content: EncodedContent | undefined): string => {
  const sorted = (branch: object): unknown[] =>
    Object.entries(branch).sort(([one], [other]) => (one < other ? -1 : 1));
  return content ? JSON.stringify(content.map(sorted)) : '';
};
