/**
 * Keeps a store in a database of the reference's layout. That has no revisions: whether somebody else has
 * written is found out by reading everything, and a change rewrites the tables that it touches.
 */
import {PersisterError, type PersisterErrorCode} from '../../errors.ts';
import {getUniqueId} from '../../shared/unique-id.ts';
import type {EncodedContent} from '../../store/internals.ts';
import type {ExternalChange, GetContent, StorageAdapter} from '../engine/storage-adapter.ts';
import {afterAnswer, hasOurLayout} from './carry-over.ts';
import {ChangeSignal} from './change-signal.ts';
import {Database, type Durability} from './database.ts';
import {
  decodeReference,
  hasReferenceLayout,
  MERGEABLE,
  NOTHING_STORED,
  REFERENCE_VERSION,
  referenceStores,
  requestReference,
  TABLES,
  textOf,
  VALUES,
} from './reference-layout.ts';
import {type WatchSettings, watchOthers} from './watch-others.ts';
import {WorkQueue} from './work-queue.ts';

/** Stores what is different in `next`. */
const putDifference = (store: IDBObjectStore, stored: object, next: object): void => {
  const old = new Map<string, unknown>(Object.entries(stored));
  for (const [k, v] of Object.entries(next) as [string, unknown][]) {
    if (JSON.stringify(old.get(k)) !== JSON.stringify(v)) store.put({k, v});
    old.delete(k);
  }
  for (const k of old.keys()) store.delete(k);
};

export class CompatibleStorage implements StorageAdapter {
  readonly name: string;
  readonly #durability: Durability;
  readonly #watching: WatchSettings;
  readonly #database: Database;
  readonly #others: ChangeSignal;
  readonly #queue: WorkQueue;
  /** The text of what was last read or written here. */
  #known: string | undefined;
  #onLost: () => void = () => undefined;

  constructor(dbName: string, durability: Durability, watching: WatchSettings) {
    this.name = `indexedDB:${dbName}`;
    this.#durability = durability;
    this.#watching = watching;
    this.#others = new ChangeSignal(this.name);
    this.#queue = new WorkQueue(this.name);
    this.#database = new Database(dbName, this.name, () => this.#onLost());
  }

  read(signal: AbortSignal): Promise<unknown> {
    return this.#queue.run('load', signal, async () => {
      const content = await this.#read(signal);
      this.#known = textOf(content);
      return content;
    });
  }

  write(getContent: GetContent, signal: AbortSignal): Promise<void> {
    return this.#change(signal, async () => {
      this.#known ??= textOf(await this.#read(signal)); // nothing unreadable is overwritten
      const connection = await this.#connect();
      const next = getContent();
      await this.#exchange(connection, signal, (transaction, stored) => {
        if (textOf(stored) !== this.#known) throw this.#error('CONFLICT', 'has been changed');
        const [tables, values] = stored ?? [{}, {}];
        putDifference(transaction.objectStore(TABLES), tables, next[0]);
        putDifference(transaction.objectStore(VALUES), values, next[1]);
        if (transaction.objectStoreNames.contains(MERGEABLE)) {
          transaction.objectStore(MERGEABLE).delete(NOTHING_STORED);
        }
      });
      this.#known = textOf(next);
    });
  }

  setAside(signal: AbortSignal): Promise<string> {
    return this.#change(signal, async () => {
      const name = `unreadable-${new Date().toISOString()}-${getUniqueId(4)}`;
      const connection = await this.#connect(MERGEABLE);
      await this.#database.exchange(
        connection,
        referenceStores(connection),
        this.#durability,
        signal,
        (transaction, fail) => {
          const requests = requestReference(transaction);
          afterAnswer(requests.values, fail, () => {
            const copy = {[TABLES]: requests.tables.result, [VALUES]: requests.values.result};
            const mergeable = transaction.objectStore(MERGEABLE);
            mergeable.put({k: name, v: copy});
            mergeable.put({k: NOTHING_STORED, v: true});
            transaction.objectStore(TABLES).clear();
            transaction.objectStore(VALUES).clear();
          });
        },
      );
      this.#known = '';
      return name;
    });
  }

  async watch(
    onChange: (change?: ExternalChange) => unknown,
    onError: (error: unknown) => void,
  ): Promise<() => void> {
    const {signal} = new AbortController();
    let seen =
      this.#known ?? (await this.#queue.run('listen', signal, () => this.#readText(signal)));
    const {lookNow, stop} = watchOthers(
      this.#others,
      this.#queue,
      this.#watching,
      async (stopped) => {
        const content = await this.#read(stopped);
        const text = textOf(content);
        if (text === seen || text === this.#known) return;
        seen = text;
        if (onChange(content) === true) this.#known = text;
      },
      onError,
    );
    this.#onLost = lookNow;
    return stop;
  }

  close(): Promise<void> {
    this.#others.close();
    this.#database.close();
    return Promise.resolve();
  }

  async #read(signal: AbortSignal): Promise<EncodedContent | undefined> {
    const connection = await this.#database.open();
    if (!connection) return undefined;
    this.#assertCompatible(connection);
    if (!hasReferenceLayout(connection)) return undefined;
    const stores = referenceStores(connection);
    return decodeReference(await this.#database.read(connection, stores, signal, requestReference));
  }

  async #readText(signal: AbortSignal): Promise<string> {
    return textOf(await this.#read(signal));
  }

  /** The connection to a database that has the reference's layout, and this store, too. */
  async #connect(needed = TABLES): Promise<IDBDatabase> {
    const isGood = ({objectStoreNames}: IDBDatabase): boolean =>
      [TABLES, VALUES, needed].every((name) => objectStoreNames.contains(name));
    for (let attempt = 0; attempt < 3; attempt++) {
      const connection = await this.#database.open();
      if (connection) this.#assertCompatible(connection);
      if (connection && isGood(connection)) return connection;
      await this.#database.upgrade(REFERENCE_VERSION, (transaction) => {
        const {db} = transaction;
        const isNew = !hasReferenceLayout(db);
        for (const name of [TABLES, VALUES, MERGEABLE]) {
          if (!db.objectStoreNames.contains(name)) db.createObjectStore(name, {keyPath: 'k'});
        }
        if (isNew) transaction.objectStore(MERGEABLE).put({k: NOTHING_STORED, v: true});
      });
    }
    throw this.#error('UNAVAILABLE', 'is being changed by others');
  }

  async #exchange(
    connection: IDBDatabase,
    signal: AbortSignal,
    change: (transaction: IDBTransaction, stored: EncodedContent | undefined) => void,
  ): Promise<void> {
    const stores = referenceStores(connection);
    await this.#database.exchange(
      connection,
      stores,
      this.#durability,
      signal,
      (transaction, fail) => {
        const requests = requestReference(transaction);
        afterAnswer(requests.values, fail, () => change(transaction, decodeReference(requests)));
      },
    );
  }

  async #change<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const result = await this.#queue.run('save', signal, work);
    this.#others.send();
    return result;
  }

  #assertCompatible(connection: IDBDatabase): void {
    if (!hasOurLayout(connection)) return;
    throw this.#error(
      'DENIED',
      "has been written without `format: 'compatible'`, which cannot be undone",
    );
  }

  #error(code: PersisterErrorCode, what: string): PersisterError {
    const retriable = code !== 'DENIED';
    const details = {phase: 'save' as const, storage: this.name, retriable};
    return new PersisterError(code, `${this.name} ${what}`, details);
  }
}
