/** Finds the inner door of a store. Not for apps: the index of this folder does not export it. */
import type {StoreInternals} from './internals.ts';
import type {AnyStore} from './types.ts';

const doors = new WeakMap<AnyStore, () => StoreInternals>();

/** Called once, by whoever makes the store. */
export const provideInternals = (store: AnyStore, open: () => StoreInternals): void => {
  doors.set(store, open);
};

/** @throws TypeError if it is not a store of ours. */
export const internalsOf = (store: AnyStore): StoreInternals => {
  const open = doors.get(store);
  if (!open) throw new TypeError('store: expected a store made by createStore');
  return open();
};
