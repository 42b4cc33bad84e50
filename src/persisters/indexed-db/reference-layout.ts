/**
 * The layout of the reference's databases, versions 2 and 3: a record `{k: id, v: table}` for each table and
 * `{k: id, v: value}` for each value, and since version 3 a store for mergeable content, which we leave alone.
 */
import {setOwn} from '../engine/content.ts';
import type {EncodedContent} from '../../store/internals.ts';

export const TABLES = 't';
export const VALUES = 'v';
export const MERGEABLE = 'm';

export const hasReferenceLayout = ({objectStoreNames}: IDBDatabase): boolean =>
  objectStoreNames.contains(TABLES) && objectStoreNames.contains(VALUES);

/** The stores that are there. */
export const referenceStores = ({objectStoreNames}: IDBDatabase): string[] =>
  [TABLES, VALUES, MERGEABLE].filter((name) => objectStoreNames.contains(name));

export interface ReferenceRequests {
  readonly tables: IDBRequest<unknown[]>;
  readonly values: IDBRequest<unknown[]>;
  readonly mergeable: IDBRequest<number> | undefined;
}

/** Asks for all content. The last request is answered last. */
export const requestReference = (
  transaction: IDBTransaction,
  db: IDBDatabase,
): ReferenceRequests => ({
  mergeable: db.objectStoreNames.contains(MERGEABLE)
    ? transaction.objectStore(MERGEABLE).count()
    : undefined,
  tables: transaction.objectStore(TABLES).getAll(),
  values: transaction.objectStore(VALUES).getAll(),
});

const fromRecords = (records: readonly unknown[]): object => {
  const branch = {};
  for (const record of records) {
    const {k, v} = (record ?? {}) as {k?: unknown; v?: unknown};
    if (typeof k !== 'string' || v === undefined) {
      throw new SyntaxError('There is a record that is neither a table nor a value');
    }
    setOwn(branch, k, v);
  }
  return branch;
};

/** @throws SyntaxError if that is no content of a plain store. */
export const decodeReference = ({tables, values, mergeable}: ReferenceRequests): EncodedContent => {
  const records = tables.result.length + values.result.length;
  if (records === 0 && (mergeable?.result ?? 0) > 0) {
    throw new SyntaxError('It holds the content of a mergeable store');
  }
  return [fromRecords(tables.result), fromRecords(values.result)] as EncodedContent;
};
