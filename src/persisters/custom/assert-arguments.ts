/** What apps hand in, which may come from plain JavaScript. */
import type {OptionalSchemas, Store} from '../../store/types.ts';
import {Persists} from '../engine/persister-types.ts';

export const assertFunction = (value: unknown, name: string): void => {
  if (typeof value !== 'function') throw new TypeError(`${name}: expected a function`);
};

/** @throws TypeError if the store is not one that `persist` accepts. */
export const assertAccepted = <Schemas extends OptionalSchemas>(
  store: Store<Schemas>,
  persist: Persists,
): void => {
  if (persist === Persists.MergeableStoreOnly && !store.isMergeable()) {
    throw new TypeError('store: expected a MergeableStore, as `persist` says');
  }
};
