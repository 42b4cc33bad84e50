/** Giving a store what its types forbid, and comparing what it gives. */
import type {AnyStore} from '../../src/store/index.ts';

/** Calls a method with any arguments at all. */
export const call = (store: AnyStore, method: string, ...args: unknown[]): unknown => {
  const found: unknown = Reflect.get(store, method);
  if (typeof found !== 'function') throw new TypeError(`no method ${method}`);
  return Reflect.apply(found, store, args);
};

/** A copy of plain objects, which in a store have no prototype. */
export const plain = (thing: unknown): unknown => {
  if (Array.isArray(thing)) return thing.map(plain);
  if (typeof thing !== 'object' || thing === null) return thing;
  return Object.fromEntries(Object.entries(thing).map(([key, part]) => [key, plain(part)]));
};

/** What is recorded as invalid from now on: `[tableId, rowId, cellId, cells]` or `[valueId, values]`. */
export const recordInvalid = (store: AnyStore): unknown[] => {
  const seen: unknown[] = [];
  const record = (_: unknown, ...args: unknown[]): void => void seen.push(args);
  call(store, 'addInvalidCellListener', null, null, null, record);
  call(store, 'addInvalidValueListener', null, record);
  return seen;
};
