/** What lies in a database, past all persisters. */

const settled = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('A request failed'));
  });

/** Runs `work` with a connection that is closed afterwards; `undefined` if there is no such database. */
const withDatabase = async <Result>(
  name: string,
  work: (db: IDBDatabase) => Promise<Result>,
): Promise<Result | undefined> => {
  const databases = await indexedDB.databases();
  if (!databases.some((database) => database.name === name)) return undefined;
  const db = await settled(indexedDB.open(name));
  try {
    return await work(db);
  } finally {
    db.close();
  }
};

export const deleteDatabase = async (name: string): Promise<void> => {
  await settled(indexedDB.deleteDatabase(name));
};

/** All keys and records of all stores, by the names of these. */
export type Dump = Record<string, readonly [IDBValidKey, unknown][]>;

export const dump = async (name: string): Promise<Dump> =>
  (await withDatabase(name, async (db) => {
    const stores: Dump = {};
    for (const storeName of db.objectStoreNames) {
      const store = db.transaction(storeName).objectStore(storeName);
      const [keys, records] = await Promise.all([
        settled(store.getAllKeys()),
        settled(store.getAll() as IDBRequest<unknown[]>),
      ]);
      stores[storeName] = keys.map((key, index) => [key, records[index]]);
    }
    return stores;
  })) ?? {};

/** Puts a record, under `key` unless the store takes keys from records. */
export const putRecord = async (
  name: string,
  storeName: string,
  record: unknown,
  key?: IDBValidKey,
): Promise<void> => {
  await withDatabase(name, async (db) => {
    const transaction = db.transaction(storeName, 'readwrite');
    await settled(transaction.objectStore(storeName).put(record, key));
  });
};

/** Makes a database with these records in stores whose key is `k`. */
export const makeDatabase = async (
  name: string,
  version: number,
  stores: Readonly<Record<string, readonly {readonly k: string; readonly v: unknown}[]>>,
): Promise<void> => {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => {
    for (const [storeName, records] of Object.entries(stores)) {
      const store = request.result.createObjectStore(storeName, {keyPath: 'k'});
      for (const record of records) store.put(record);
    }
  };
  (await settled(request)).close();
};
