/** A persister for IndexedDB, the database of browsers. */
import type {OptionalSchemas, Store} from '../../store/types.ts';
import {ErrorReporter} from '../engine/error-reporter.ts';
import {numberOption, type OptionsOrHandler, resolveOptions, toOptions} from '../engine/options.ts';
import type {Persister, PersisterOptions} from '../engine/persister-types.ts';
import {createPersister} from '../engine/persister.ts';
import {MAX_TIMEOUT_MS} from '../engine/clock.ts';
import {CompatibleStorage} from './compatible-storage.ts';
import {IndexedDbStorage} from './indexed-db-storage.ts';
import {RowChunks} from './row-chunks.ts';

/** Options of {@link createIndexedDbPersister}. */
export interface IndexedDbPersisterOptions extends PersisterOptions {
  /**
   * When a save counts as done: when it has reached the disk, and survives a power cut, or when the
   * operating system has taken it, and it survives the end of the browser. Default `disk`.
   */
  readonly durability?: 'disk' | 'os' | undefined;
  /**
   * `auto`: a layout in which saving costs what has changed, and into which databases of the reference are
   * carried over with the first save. `compatible`: the reference's layout, as it was or will be read by it.
   * Default `auto`.
   */
  readonly format?: 'auto' | 'compatible' | undefined;
}

/** Keeps a store in a database. */
export interface IndexedDbPersister<Schemas extends OptionalSchemas> extends Persister<Schemas> {
  /** The name that the persister was created with. */
  getDbName(): string;
}

/** Tabs tell each other what they write; how long it may take to find out what nobody has told of. */
const MIN_POLL_MS = 10_000;

const oneOf = (value: string | undefined, name: string, allowed: readonly string[]): void => {
  if (value !== undefined && !allowed.includes(value)) {
    throw new TypeError(`${name}: expected ${allowed.map((one) => `'${one}'`).join(' or ')}`);
  }
};

/**
 * Creates a persister that keeps `store` in an IndexedDB database, which all tabs may share: while auto-loading,
 * what another one saves appears here, and what several change at the same time is kept of all. A change costs one
 * small record, however much is stored; content that cannot be read is set aside in the same database before
 * anything takes its place. Where there is no IndexedDB (on a server), creating works, and what is done with it
 * then fails with `UNAVAILABLE`; a full one is `QUOTA`, and what did not fit is saved when it does.
 * @param autoLoadIntervalSeconds How often auto-loading looks for what others have written without telling: at
 *   least 10 seconds but for `format: 'compatible'`, whose databases the reference may write to.
 * @param optionsOrHandler Options, or the handler of errors that are otherwise ignored.
 * @throws TypeError if an argument is no good.
 */
export const createIndexedDbPersister = <Schemas extends OptionalSchemas>(
  store: Store<Schemas>,
  dbName: string,
  autoLoadIntervalSeconds = 1,
  optionsOrHandler?: OptionsOrHandler<IndexedDbPersisterOptions>,
): IndexedDbPersister<Schemas> => {
  if (typeof dbName !== 'string') throw new TypeError('dbName: expected a string');
  const intervalMs = numberOption(autoLoadIntervalSeconds, 'autoLoadIntervalSeconds', 1) * 1_000;
  const options: IndexedDbPersisterOptions = toOptions(optionsOrHandler);
  const {durability, format} = options;
  oneOf(durability, 'durability', ['disk', 'os']);
  oneOf(format, 'format', ['auto', 'compatible']);
  const {clock} = resolveOptions(options);
  const idbDurability = durability === 'os' ? 'relaxed' : 'strict';
  const reporter = new ErrorReporter(`indexedDB:${dbName}`, options.onIgnoredError);
  const storage =
    format === 'compatible'
      ? new CompatibleStorage(dbName, idbDurability, {
          clock,
          pollIntervalMs: Math.min(Math.max(intervalMs, 100), MAX_TIMEOUT_MS),
        })
      : new IndexedDbStorage({
          dbName,
          rows: new RowChunks(store),
          durability: idbDurability,
          report: (error) => reporter.report(error, error.phase),
          clock,
          pollIntervalMs: Math.min(Math.max(intervalMs, MIN_POLL_MS), MAX_TIMEOUT_MS),
        });
  return createPersister(store, storage, options, {getDbName: () => dbName});
};
