/** A persister for a file of a browser's private file system. */
import type {OptionalSchemas, Store} from '../../store/types.ts';
import {ErrorReporter} from '../engine/error-reporter.ts';
import {JsonText} from '../engine/json-text.ts';
import {numberOption, type OptionsOrHandler, toOptions} from '../engine/options.ts';
import type {Persister, PersisterOptions} from '../engine/persister-types.ts';
import {createPersister} from '../engine/persister.ts';
import {OpfsStorage, type OpfsStorageOptions} from './opfs-storage.ts';

/** Options of {@link createOpfsPersister}. */
export interface OpfsPersisterOptions extends PersisterOptions, OpfsStorageOptions {}

/** Keeps a store in a file of the browser's private file system. */
export interface OpfsPersister<Schemas extends OptionalSchemas> extends Persister<Schemas> {
  /** The handle that the persister was created with. */
  getHandle(): FileSystemFileHandle;
}

const FORMATS: readonly unknown[] = [undefined, 'auto', 'compatible'];

/** By its shape, as it may come from another frame. */
const isFileHandle = (handle: Partial<FileSystemFileHandle> | null | undefined): boolean =>
  handle?.kind === 'file' && typeof handle.getFile === 'function';

/**
 * Creates a persister that keeps `store` in a file of JSON text, which is replaced atomically, on pages and in
 * dedicated workers. Beyond `journalThresholdBytes`, changes are added to `<file>.journal` beside it instead and
 * folded into the file later, unless `format` is `'compatible'`. Several tabs may share the file: what each
 * changes is kept, and while auto-loading, appears here. A file that cannot be read is copied to
 * `<file>.unreadable-<time>` before anything replaces it. A file that is missing or empty is no error.
 * @param handle A file of the origin's private file system (`navigator.storage.getDirectory()`). One that the user
 *   has picked works too: it never has a journal, and what was unreadable is kept in the private file system.
 * @param optionsOrHandler Options, or the handler of errors that are otherwise ignored.
 * @throws TypeError if an argument is no good.
 */
export const createOpfsPersister = <Schemas extends OptionalSchemas>(
  store: Store<Schemas>,
  handle: FileSystemFileHandle,
  optionsOrHandler?: OptionsOrHandler<OpfsPersisterOptions>,
): OpfsPersister<Schemas> => {
  if (!isFileHandle(handle)) {
    throw new TypeError('handle: expected a FileSystemFileHandle');
  }
  const options: OpfsPersisterOptions = toOptions(optionsOrHandler);
  if (!FORMATS.includes(options.format)) {
    throw new TypeError("format: expected 'auto' or 'compatible'");
  }
  numberOption(options.journalThresholdBytes, 'journalThresholdBytes', 0);
  const reporter = new ErrorReporter(`opfs:${handle.name}`, options.onIgnoredError);
  const storage = new OpfsStorage(
    handle,
    new JsonText(store),
    (error) => reporter.report(error, error.phase),
    options,
  );
  return createPersister(store, storage, options, {getHandle: () => handle});
};
