/**
 * A connection to a database: opened when it is needed, given up when the browser or another tab wants that,
 * and opened again. Transactions are handed over whole and committed at once, so that neither a page that
 * freezes nor one that goes leaves a lock behind.
 */
import {PersisterError} from '../../errors.ts';

export type Durability = 'strict' | 'relaxed';

/** Settles as `request` does. */
const settled = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('A request failed'));
  });

/** Rejects also if just one of the requests has failed: that ends a transaction that commits in Chromium only. */
const finished = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    let failure: DOMException | null = null;
    transaction.onerror = ({target}) => {
      failure ??= (target as IDBRequest).error;
    };
    transaction.oncomplete = () => {
      if (failure) reject(failure);
      else resolve();
    };
    transaction.onabort = () =>
      reject(transaction.error ?? failure ?? new Error('It was called off'));
  });

const isNamed = (error: unknown, name: string): boolean =>
  (error as {name?: unknown} | null)?.name === name;

/** Whether a key that was to be new was taken. */
export const isTaken = (error: unknown): boolean => isNamed(error, 'ConstraintError');

export class Database {
  readonly #name: string;
  readonly #storage: string;
  readonly #onLost: () => void;
  #connection: IDBDatabase | undefined;
  #opening: Promise<IDBDatabase | undefined> | undefined;
  /** Another page keeps an older version open, and all others wait for that. */
  #isBlocked = false;

  /**
   * @param storage As the adapter is called in errors.
   * @param onLost Called when a connection has ended that we have not closed: others may do anything now.
   */
  constructor(name: string, storage: string, onLost: () => void) {
    this.#name = name;
    this.#storage = storage;
    this.#onLost = onLost;
  }

  /** `undefined` if there is no such database; none is made by asking. */
  async open(): Promise<IDBDatabase | undefined> {
    if (this.#connection) return this.#connection;
    if (this.#isBlocked) throw this.#blockedError();
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /**
   * Opens the database in a newer version, which is made as `change` says, atomically: if it throws, or calls
   * `fail`, all stays as it was. Does nothing if somebody else has made a newer version since.
   * @param minVersion The version to be made if there is none so far, or only an older one.
   */
  async upgrade(
    minVersion: number,
    change: (transaction: IDBTransaction, fail: (error: unknown) => void) => void,
  ): Promise<void> {
    const version = Math.max(minVersion, ((await this.open())?.version ?? 0) + 1);
    this.close();
    const request = this.#factory().open(this.#name, version);
    let failure: unknown;
    request.onupgradeneeded = () => {
      const {transaction} = request;
      if (!transaction) return;
      if (this.#isBlocked) {
        transaction.abort(); // it comes too late, the store has changed since
        return;
      }
      const fail = (error: unknown): void => {
        failure = error;
        transaction.abort();
      };
      try {
        change(transaction, fail);
      } catch (error) {
        fail(error);
      }
    };
    const opened = settled(request).finally(() => {
      this.#isBlocked = false;
    });
    const blocked = new Promise<never>((_resolve, reject) => {
      request.onblocked = () => {
        this.#isBlocked = true;
        reject(this.#blockedError());
      };
    });
    try {
      this.#connect(await Promise.race([opened, blocked]));
    } catch (error) {
      if (this.#isBlocked) opened.then((late) => late.close()).catch(() => undefined);
      if (isNamed(error, 'VersionError')) return;
      throw failure ?? error;
    }
  }

  /** Reads what `request` asks for; resolves to what it returned once all of it has been answered. */
  read<Result>(
    connection: IDBDatabase,
    stores: readonly string[],
    signal: AbortSignal,
    request: (transaction: IDBTransaction) => Result,
  ): Promise<Result> {
    return this.#transact(connection.transaction([...stores], 'readonly'), signal, true, request);
  }

  /**
   * The same with requests that write. Not atomic: if one of several fails, the others may have been carried out.
   * @param signal Aborts them, unless it is too late for that.
   */
  write<Result>(
    connection: IDBDatabase,
    stores: readonly string[],
    durability: Durability,
    signal: AbortSignal,
    request: (transaction: IDBTransaction) => Result,
  ): Promise<Result> {
    const transaction = connection.transaction([...stores], 'readwrite', {durability});
    return this.#transact(transaction, signal, true, request);
  }

  /**
   * Writes what depends on what is read in the same transaction, atomically; other pages have to wait for ours.
   * @param work Makes requests, and more when they are answered; what it calls `fail` with, it fails with.
   */
  async exchange(
    connection: IDBDatabase,
    stores: readonly string[],
    durability: Durability,
    signal: AbortSignal,
    work: (transaction: IDBTransaction, fail: (error: unknown) => void) => void,
  ): Promise<void> {
    const transaction = connection.transaction([...stores], 'readwrite', {durability});
    let failure: unknown;
    const fail = (error: unknown): void => {
      failure = error;
      transaction.abort();
    };
    try {
      await this.#transact(transaction, signal, false, () => work(transaction, fail));
    } catch (error) {
      throw failure ?? error;
    }
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  async #transact<Result>(
    transaction: IDBTransaction,
    signal: AbortSignal,
    isComplete: boolean,
    request: (transaction: IDBTransaction) => Result,
  ): Promise<Result> {
    const abort = (): void => {
      try {
        transaction.abort();
      } catch {
        // It is too late for that: it ends by itself.
      }
    };
    const done = finished(transaction);
    signal.addEventListener('abort', abort);
    try {
      const result = request(transaction);
      if (isComplete) transaction.commit();
      await done;
      return result;
    } catch (error) {
      done.catch(() => undefined);
      abort();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async #open(): Promise<IDBDatabase | undefined> {
    const request = this.#factory().open(this.#name);
    const opened = await new Promise<IDBDatabase | undefined>((resolve, reject) => {
      request.onupgradeneeded = () => {
        request.transaction?.abort();
        resolve(undefined);
      };
      settled(request).then(resolve, reject);
    });
    return opened && this.#connect(opened);
  }

  #connect(connection: IDBDatabase): IDBDatabase {
    const letGo = (): void => {
      connection.close();
      if (this.#connection !== connection) return;
      this.#connection = undefined;
      this.#onLost();
    };
    connection.onversionchange = letGo;
    connection.onclose = letGo;
    this.#connection = connection;
    return connection;
  }

  #factory(): IDBFactory {
    const {indexedDB: factory} = globalThis as {indexedDB?: IDBFactory | null};
    if (factory) return factory;
    throw this.#error(`does not exist here`, false);
  }

  #blockedError(): PersisterError {
    return this.#error('is kept open, in an older version, by another tab', true);
  }

  #error(what: string, retriable: boolean): PersisterError {
    return new PersisterError('UNAVAILABLE', `${this.#storage} ${what}`, {
      phase: 'load',
      storage: this.#storage,
      retriable,
    });
  }
}
