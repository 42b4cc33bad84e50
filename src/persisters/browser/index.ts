/** Persisters for the storage of a browser. */
import type {OptionalSchemas, Store} from '../../store/types.ts';
import {JsonText} from '../engine/json-text.ts';
import {type OptionsOrHandler, toOptions} from '../engine/options.ts';
import type {Persister} from '../engine/persister-types.ts';
import {createPersister} from '../engine/persister.ts';
import {type StorageArea, WebStorage} from './web-storage.ts';

/** Keeps a store in `sessionStorage`. */
export interface SessionPersister<Schemas extends OptionalSchemas> extends Persister<Schemas> {
  /** The key under which the store is kept. */
  getStorageName(): string;
}

/** Keeps a store in `localStorage`. */
export interface LocalPersister<Schemas extends OptionalSchemas> extends Persister<Schemas> {
  /** The key under which the store is kept. */
  getStorageName(): string;
}

const createStoragePersister = <Schemas extends OptionalSchemas>(
  area: StorageArea,
  store: Store<Schemas>,
  storageName: string,
  optionsOrHandler: OptionsOrHandler,
): Persister<Schemas> & {getStorageName: () => string} => {
  if (typeof storageName !== 'string') throw new TypeError('storageName: expected a string');
  return createPersister(
    store,
    new WebStorage(area, storageName, new JsonText(store)),
    toOptions(optionsOrHandler),
    {getStorageName: () => storageName},
  );
};

/**
 * Creates a persister that keeps `store` in the browser's session storage, as JSON text under one key.
 * Where there is none (on a server, in a worker) or it is blocked, creating works, and what is done
 * with it then fails with `UNAVAILABLE` or `DENIED`; a full one is `QUOTA`, and the old content stays.
 * Text that cannot be read is moved to `<storageName>.unreadable-<time>` before anything replaces it.
 * @param storageName The key.
 * @param optionsOrHandler Options, or the handler of errors that are otherwise ignored.
 * @throws TypeError if an argument is no good.
 */
export const createSessionPersister = <Schemas extends OptionalSchemas>(
  store: Store<Schemas>,
  storageName: string,
  optionsOrHandler?: OptionsOrHandler,
): SessionPersister<Schemas> =>
  createStoragePersister('sessionStorage', store, storageName, optionsOrHandler);

/**
 * The same in the browser's local storage, which all tabs share: while auto-loading, what another tab
 * saves appears here, and what two tabs change at the same time is kept of both.
 * @see {@link createSessionPersister}
 */
export const createLocalPersister = <Schemas extends OptionalSchemas>(
  store: Store<Schemas>,
  storageName: string,
  optionsOrHandler?: OptionsOrHandler,
): LocalPersister<Schemas> =>
  createStoragePersister('localStorage', store, storageName, optionsOrHandler);
