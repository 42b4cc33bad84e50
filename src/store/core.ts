/** The parts of one store, which the methods of the store get as their first argument. */
import {Listeners} from './listeners.ts';
import {StoreData} from './store-data.ts';
import {Transactions} from './transactions.ts';
import type {Id, Store} from './types.ts';
import {Writer} from './writer.ts';

export class Core {
  readonly data: StoreData = new StoreData();
  readonly listeners: Listeners = new Listeners();
  readonly writer: Writer = new Writer(this.data);
  readonly transactions: Transactions = new Transactions(this.data, this.writer, this.listeners);
  /** What fluent methods return, and listeners get. */
  readonly store: Store;

  constructor(store: Store) {
    this.store = store;
    this.transactions.store = store;
  }
}

/** Methods of the store by name, the core of the store being their first argument. */
export type Methods = Readonly<Record<string, (core: Core, ...args: never[]) => unknown>>;

/** @throws TypeError for a symbol. */
export const toId = (id: unknown): Id => (typeof id === 'string' ? id : `${id as string}`);
