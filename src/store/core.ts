/** The parts of one store, which the methods of the store get as their first argument. */
import {Listeners} from './listeners.ts';
import {StoreData} from './store-data.ts';
import {Transactions} from './transactions.ts';
import type {AnyStore, Store} from './types.ts';
import {Writer} from './writer.ts';

export class Core {
  readonly data: StoreData = new StoreData();
  readonly listeners: Listeners = new Listeners();
  readonly writer: Writer = new Writer(this.data);
  readonly transactions: Transactions;
  /** What fluent methods return, and listeners get. */
  readonly store: Store;

  constructor(store: Store) {
    this.store = store;
    this.transactions = new Transactions(store, this.data, this.writer, this.listeners);
  }
}

/** Methods of the store by name, the core of the store being their first argument. */
export type Methods = Readonly<Record<string, (core: Core, ...args: never[]) => unknown>>;

/** What only this module can look into. */
export class CoreHolder {
  /** Made when first needed, so that a store costs little. */
  #core: Core | undefined = undefined;

  static coreOf(store: object): Core | undefined {
    return #core in store ? (store.#core ??= new Core(store as unknown as Store)) : undefined;
  }
}

/** @throws TypeError if it is not a store of ours. */
export const coreOf = (store: AnyStore): Core => {
  const core = CoreHolder.coreOf(Object(store) as object);
  if (!core) throw new TypeError('store: expected a store made by createStore');
  return core;
};
