/** A persister for a file. */
import type {OptionalSchemas, Store} from '../../store/types.ts';
import {ErrorReporter} from '../engine/error-reporter.ts';
import {JsonText} from '../engine/json-text.ts';
import {numberOption, type OptionsOrHandler, toOptions} from '../engine/options.ts';
import type {Persister, PersisterOptions} from '../engine/persister-types.ts';
import {createPersister} from '../engine/persister.ts';
import {FileStorage, type FileStorageOptions} from './file-storage.ts';

/** Options of {@link createFilePersister}. */
export interface FilePersisterOptions extends PersisterOptions, FileStorageOptions {}

/** Keeps a store in a file. */
export interface FilePersister<Schemas extends OptionalSchemas> extends Persister<Schemas> {
  /** The path that the persister was created with. */
  getFilePath(): string;
}

const oneOf = (value: string | undefined, name: string, allowed: readonly string[]): void => {
  if (value !== undefined && !allowed.includes(value)) {
    throw new TypeError(`${name}: expected ${allowed.map((one) => `'${one}'`).join(' or ')}`);
  }
};

/**
 * Creates a persister that keeps `store` in a file of JSON text, which is replaced atomically, keeping its
 * mode and following links. Beyond `journalThresholdBytes`, changes are added to `<file>.journal` instead
 * and folded into the file later, unless `format` is `'compatible'`; who copies such a file must copy both.
 * Several processes may share the file: what each changes is kept. A file that cannot be read is moved to
 * `<file>.unreadable-<time>` before anything replaces it. A file that is missing or empty is no error.
 * @param filePath Resolved against the working directory of now. The folder must exist by the time of a save.
 * @param optionsOrHandler Options, or the handler of errors that are otherwise ignored.
 * @throws TypeError if an argument is no good.
 */
export const createFilePersister = <Schemas extends OptionalSchemas>(
  store: Store<Schemas>,
  filePath: string,
  optionsOrHandler?: OptionsOrHandler<FilePersisterOptions>,
): FilePersister<Schemas> => {
  if (typeof filePath !== 'string' || filePath === '') {
    throw new TypeError('filePath: expected a string that is not empty');
  }
  const options: FilePersisterOptions = toOptions(optionsOrHandler);
  oneOf(options.durability, 'durability', ['disk', 'os']);
  oneOf(options.format, 'format', ['auto', 'compatible']);
  numberOption(options.journalThresholdBytes, 'journalThresholdBytes', 0);
  const reporter = new ErrorReporter(`file:${filePath}`, options.onIgnoredError);
  const storage = new FileStorage(
    filePath,
    new JsonText(store),
    (error) => reporter.report(error, error.phase),
    options,
  );
  return createPersister(store, storage, options, {getFilePath: () => filePath});
};
