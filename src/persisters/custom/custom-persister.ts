/**
 * A storage of the app's own, from four functions. Speaks all dialects that such functions have had:
 * content as data or JSON text, `null` for nothing, listeners with and without arguments or a handle.
 */
import {PersisterError} from '../../errors.ts';
import type {EncodedChanges} from '../../store/internals.ts';
import type {Changes, Content, OptionalSchemas, Store} from '../../store/types.ts';
import {isChanges} from '../engine/content.ts';
import {type OptionsOrHandler, toOptions} from '../engine/options.ts';
import {type Persister, Persists} from '../engine/persister-types.ts';
import {createPersister} from '../engine/persister.ts';
import type {ExternalChange, GetContent, StorageAdapter} from '../engine/storage-adapter.ts';
import {assertAccepted, assertFunction} from './assert-arguments.ts';

type MaybePromise<Type> = Type | Promise<Type>;

/**
 * Tells the persister that what is stored has changed; with the new content, or what has changed in it, if
 * that is known. Either may be a function that returns it.
 */
export type PersisterListener<Schemas extends OptionalSchemas> = (
  content?: Content<Schemas> | Changes<Schemas> | (() => Content<Schemas>) | null,
  changes?: Changes<Schemas> | (() => Changes<Schemas>) | null,
) => void;

class CustomStorage<Schemas extends OptionalSchemas, Handle> implements StorageAdapter {
  readonly name = 'custom';
  readonly #getPersisted: () => MaybePromise<unknown>;
  readonly #setPersisted: (
    getContent: () => Content<Schemas>,
    changes?: Changes<Schemas>,
  ) => MaybePromise<unknown>;
  readonly #addPersisterListener: (listener: PersisterListener<Schemas>) => MaybePromise<Handle>;
  readonly #delPersisterListener: (handle: Handle) => MaybePromise<unknown>;

  constructor(
    getPersisted: () => MaybePromise<unknown>,
    setPersisted: (
      getContent: () => Content<Schemas>,
      changes?: Changes<Schemas>,
    ) => MaybePromise<unknown>,
    addPersisterListener: (listener: PersisterListener<Schemas>) => MaybePromise<Handle>,
    delPersisterListener: (handle: Handle) => MaybePromise<unknown>,
  ) {
    this.#getPersisted = getPersisted;
    this.#setPersisted = setPersisted;
    this.#addPersisterListener = addPersisterListener;
    this.#delPersisterListener = delPersisterListener;
  }

  async read(): Promise<unknown> {
    const persisted = await this.#getPersisted();
    if (persisted === null || persisted === undefined || persisted === '') return undefined;
    if (typeof persisted !== 'string') return structuredClone(persisted);
    try {
      return JSON.parse(persisted) as unknown;
    } catch (cause) {
      throw new PersisterError('UNREADABLE', 'getPersisted returned text that is not JSON', {
        phase: 'load',
        storage: this.name,
        retriable: false,
        cause,
      });
    }
  }

  async write(getContent: GetContent): Promise<void> {
    await this.#setPersisted(getContent as unknown as () => Content<Schemas>);
  }

  async writeChanges(changes: EncodedChanges, getContent: GetContent): Promise<void> {
    await this.#setPersisted(
      getContent as unknown as () => Content<Schemas>,
      changes as unknown as Changes<Schemas>,
    );
  }

  async watch(
    onChange: (change?: ExternalChange) => void,
    onError: (error: unknown) => void,
  ): Promise<() => Promise<void>> {
    const resolvePart = (part: unknown): unknown => {
      const data: unknown = typeof part === 'function' ? (part as () => unknown)() : part;
      if (data instanceof Promise) data.catch(onError);
      return data;
    };
    const handle = await this.#addPersisterListener((content, changes) => {
      let change: unknown;
      try {
        // Changes win, and either position may hold them.
        const [first, second] = [changes, content].map(resolvePart);
        change = structuredClone(isChanges(first) || !Array.isArray(second) ? first : second);
      } catch (error) {
        onError(error); // and let reading tell what has changed
      }
      if (Array.isArray(change)) onChange(change as ExternalChange);
      else onChange();
    });
    return async () => {
      await this.#delPersisterListener(handle);
    };
  }
}

/**
 * Creates a persister for a storage of your own. It gets every guarantee of the others, from four functions.
 * @param getPersisted Returns what is stored: `[tables, values]`, or its JSON text; `null` or `undefined` if
 *   there is nothing. It must throw if it cannot tell.
 * @param setPersisted Stores `getContent()`; resolves when that is durable. `changes`, if given, are what has
 *   changed since the last call that succeeded, and suffice: `[tables, values, 1]`, with `undefined` for what was deleted.
 *   Objects and arrays in cells and values are strings: U+FFFD, then JSON.
 * @param addPersisterListener Starts listening to what others store. Whatever it returns is handed to
 * @param delPersisterListener which stops listening.
 * @param optionsOrHandler Options, or the handler of errors that are otherwise ignored.
 * @param persist Which stores are accepted. Default: any, as plain stores.
 * @throws TypeError if an argument is no good.
 */
export const createCustomPersister = <Schemas extends OptionalSchemas, Handle = unknown>(
  store: Store<Schemas>,
  getPersisted: () => MaybePromise<unknown>,
  setPersisted: (
    getContent: () => Content<Schemas>,
    changes?: Changes<Schemas>,
  ) => MaybePromise<unknown>,
  addPersisterListener: (listener: PersisterListener<Schemas>) => MaybePromise<Handle>,
  delPersisterListener: (handle: Handle) => MaybePromise<unknown>,
  optionsOrHandler?: OptionsOrHandler,
  persist: Persists = Persists.StoreOnly,
): Persister<Schemas> => {
  assertFunction(getPersisted, 'getPersisted');
  assertFunction(setPersisted, 'setPersisted');
  assertFunction(addPersisterListener, 'addPersisterListener');
  assertFunction(delPersisterListener, 'delPersisterListener');
  assertAccepted(store, persist);
  return createPersister(
    store,
    new CustomStorage(getPersisted, setPersisted, addPersisterListener, delPersisterListener),
    toOptions(optionsOrHandler),
  );
};
