/** Making our layout: in a new database, or out of the reference's, whose content is carried over or set aside. */
import {JOURNAL, ROWS, UNREADABLE} from './layout.ts';
import {
  decodeReference,
  hasReferenceLayout,
  MERGEABLE,
  referenceStores,
  requestReference,
  TABLES,
  textOf,
  VALUES,
} from './reference-layout.ts';

export const hasOurLayout = ({objectStoreNames}: IDBDatabase): boolean =>
  objectStoreNames.contains(JOURNAL);

/** Adds the first record, and all that belongs to it. */
type Fill = (transaction: IDBTransaction) => void;

const createStores = (db: IDBDatabase): void => {
  db.createObjectStore(JOURNAL, {keyPath: 'revision'});
  db.createObjectStore(ROWS);
  db.createObjectStore(UNREADABLE);
};

/** Calls `action` when the request, and those before it, have been answered. */
export const afterAnswer = (
  request: IDBRequest,
  fail: (error: unknown) => void,
  action: () => void,
): void => {
  request.onsuccess = () => {
    try {
      action();
    } catch (error) {
      fail(error);
    }
  };
};

/**
 * An upgrade to our layout.
 * @param assertKnown Throws if the reference's content is not what we know of.
 * @param fill What takes the place of that.
 */
export const carryOver =
  (assertKnown: (text: string) => void, fill: Fill) =>
  (transaction: IDBTransaction, fail: (error: unknown) => void): void => {
    const {db} = transaction;
    if (hasOurLayout(db)) return;
    createStores(db);
    if (!hasReferenceLayout(db)) return;
    const requests = requestReference(transaction);
    afterAnswer(requests.values, fail, () => {
      assertKnown(textOf(decodeReference(requests)));
      fill(transaction);
      db.deleteObjectStore(TABLES);
      db.deleteObjectStore(VALUES);
      if (requests.mergeable?.result.length === 0) db.deleteObjectStore(MERGEABLE);
    });
  };

/** An upgrade to our layout which moves all records of the reference's to `name`. */
export const setReferenceAside =
  (name: string) =>
  (transaction: IDBTransaction, fail: (error: unknown) => void): void => {
    const {db} = transaction;
    if (hasOurLayout(db)) return;
    createStores(db);
    const stores = referenceStores(db);
    const requests = stores.map((store) => transaction.objectStore(store).getAll());
    const last = requests.at(-1);
    if (!last) return;
    afterAnswer(last, fail, () => {
      const copy = Object.fromEntries(
        stores.map((store, index) => [store, requests[index]?.result]),
      );
      transaction.objectStore(UNREADABLE).add(copy, name);
      for (const store of stores) db.deleteObjectStore(store);
    });
  };

/** All records and keys of our layout. */
export const requestAll = (
  transaction: IDBTransaction,
): Record<string, readonly [IDBRequest<IDBValidKey[]>, IDBRequest<unknown[]>]> =>
  Object.fromEntries(
    [JOURNAL, ROWS].map((name) => {
      const store = transaction.objectStore(name);
      return [name, [store.getAllKeys(), store.getAll()]];
    }),
  );

/** What {@link requestAll} has found, each record with its key. */
export const copyOf = (found: ReturnType<typeof requestAll>): object =>
  Object.fromEntries(
    Object.entries(found).map(([store, [keys, records]]) => [
      store,
      keys.result.map((key, index) => [key, records.result[index]]),
    ]),
  );
