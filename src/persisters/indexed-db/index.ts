/** A persister for IndexedDB, the database of browsers. */
import type {OptionalSchemas, Store} from '../../store/types.ts';
import {numberOption, type OptionsOrHandler, resolveOptions, toOptions} from '../engine/options.ts';
import type {Persister, PersisterOptions} from '../engine/persister-types.ts';
import {createPersister} from '../engine/persister.ts';
import {MAX_TIMEOUT_MS} from '../engine/clock.ts';
import {IndexedDbStorage} from './indexed-db-storage.ts';
import {RowChunks} from './row-chunks.ts';

/** Options of {@link createIndexedDbPersister}. */
export interface IndexedDbPersisterOptions extends PersisterOptions {
  /**
   * When a save counts as done: when it has reached the disk, and survives a power cut, or when the
   * operating system has taken it, and it survives the end of the browser. Default `disk`.
   */
  readonly durability?: 'disk' | 'os' | undefined;
}

/** Keeps a store in a database. */
export interface IndexedDbPersister<Schemas extends OptionalSchemas> extends Persister<Schemas> {
  /** The name that the persister was created with. */
  getDbName(): string;
}

/**
 * Creates a persister that keeps `store` in an IndexedDB database.
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
  const {clock} = resolveOptions(options);
  const storage = new IndexedDbStorage({
    dbName,
    rows: new RowChunks(store),
    durability: options.durability === 'os' ? 'relaxed' : 'strict',
    clock,
    pollIntervalMs: Math.min(Math.max(intervalMs, 1_000), MAX_TIMEOUT_MS),
  });
  return createPersister(store, storage, options, {getDbName: () => dbName});
};
