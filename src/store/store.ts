/** The store as apps see it: a frozen object whose methods may be detached. */
import {CoreHolder, coreOf, type Methods} from './core.ts';
import {listenMethods} from './listen-methods.ts';
import {readMethods} from './read-methods.ts';
import {transactionMethods} from './transaction-methods.ts';
import type {Store} from './types.ts';
import {writeMethods} from './write-methods.ts';

const methods: Methods = {
  ...readMethods,
  ...writeMethods,
  ...listenMethods,
  ...transactionMethods,
};

class PlainStore extends CoreHolder {
  /** Methods that have been used, bound: made when first asked for, so that a store costs little. */
  readonly #bound: Record<string, (...args: never[]) => unknown> = {};

  static {
    for (const [name, method] of Object.entries(methods)) {
      Object.defineProperty(this.prototype, name, {
        get(this: PlainStore) {
          return (this.#bound[name] ??= method.bind(undefined, coreOf(this as unknown as Store)));
        },
        enumerable: true,
      });
    }
  }

  constructor() {
    super();
    Object.freeze(this);
  }
}

/** An empty store. */
export const createStore = (): Store => new PlainStore() as unknown as Store;
