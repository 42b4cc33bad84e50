/** Persisters for the storage of a browser. */
import type {OptionalSchemas, Store} from '../../store/types.ts';
import type {PersisterError} from '../../errors.ts';
import {ErrorReporter} from '../engine/error-reporter.ts';
import {JsonText} from '../engine/json-text.ts';
import {numberOption, type OptionsOrHandler, toOptions} from '../engine/options.ts';
import type {Persister, PersisterOptions} from '../engine/persister-types.ts';
import {createPersister} from '../engine/persister.ts';
import type {StorageArea} from './storage-access.ts';
import {WebStorage, type WebStorageOptions} from './web-storage.ts';

/** Options of {@link createSessionPersister} and {@link createLocalPersister}. */
export interface BrowserPersisterOptions extends PersisterOptions, WebStorageOptions {}

// Where apps know it from; it is an entry of its own, too.
export {createOpfsPersister, type OpfsPersister, type OpfsPersisterOptions} from '../opfs/index.ts';

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
  optionsOrHandler: OptionsOrHandler<BrowserPersisterOptions>,
): Persister<Schemas> & {getStorageName: () => string} => {
  if (typeof storageName !== 'string') throw new TypeError('storageName: expected a string');
  const options: BrowserPersisterOptions = toOptions(optionsOrHandler);
  const {format = 'auto', journalThresholdLength, onIgnoredError} = options;
  if (format !== 'auto' && (format as unknown) !== 'compatible') {
    throw new TypeError("format: expected 'auto' or 'compatible'");
  }
  numberOption(journalThresholdLength, 'journalThresholdLength', 0);
  const reporter = new ErrorReporter(`${area}:${storageName}`, onIgnoredError);
  const report = (error: PersisterError): void => void reporter.report(error, error.phase);
  const storage = new WebStorage(area, storageName, new JsonText(store), report, options);
  return createPersister(store, storage, options, {getStorageName: () => storageName});
};

/**
 * Creates a persister that keeps `store` in the browser's session storage, as JSON text under one key. Beyond
 * `journalThresholdLength`, changes are kept under keys beside it, and put into the text when there is nothing else
 * to do, unless `format` is `'compatible'`.
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
  optionsOrHandler?: OptionsOrHandler<BrowserPersisterOptions>,
): SessionPersister<Schemas> =>
  createStoragePersister('sessionStorage', store, storageName, optionsOrHandler);

/**
 * The same in the browser's local storage, which all tabs share: while auto-loading, what another tab
 * saves appears here, and what tabs change at the same time is kept of all of them, unless `format` is
 * `'compatible'`. Changes are kept beside the text for a while there, whatever its size.
 * @see {@link createSessionPersister}
 */
export const createLocalPersister = <Schemas extends OptionalSchemas>(
  store: Store<Schemas>,
  storageName: string,
  optionsOrHandler?: OptionsOrHandler<BrowserPersisterOptions>,
): LocalPersister<Schemas> =>
  createStoragePersister('localStorage', store, storageName, optionsOrHandler);
