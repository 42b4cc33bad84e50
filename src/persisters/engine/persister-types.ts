/** The persister as apps see it. */
import type {PersisterError} from '../../errors.ts';
import type {
  Content,
  Id,
  NoSchemas,
  OptionalSchemas,
  Store,
  Tables,
  Values,
} from '../../store/types.ts';
import type {Clock} from './clock.ts';
import type {Refusal} from './refused-content.ts';

/** What a persister is doing. */
export const Status = {Idle: 0, Loading: 1, Saving: 2} as const;
export type Status = (typeof Status)[keyof typeof Status];

/** Which stores a persister accepts. */
export const Persists = {StoreOnly: 1, MergeableStoreOnly: 2, StoreOrMergeableStore: 3} as const;
export type Persists = (typeof Persists)[keyof typeof Persists];

/** What is safe and what is not. */
export interface PersisterState {
  /** The outcome of the latest load: `empty` if nothing is stored yet, `failed` if it could not be read. */
  readonly load: 'none' | 'loading' | 'loaded' | 'empty' | 'failed';
  /** How many cells and values have changed since storage last acknowledged them. */
  readonly pending: number;
  /** Whether content is being written. */
  readonly saving: boolean;
  /** When storage last acknowledged a save, in milliseconds since the Unix epoch. */
  readonly lastSavedAt?: number;
  /** The latest failure, until the same kind of work succeeds. */
  readonly lastError?: PersisterError;
  /** When the failed work will be tried again, in milliseconds since the Unix epoch. */
  readonly nextRetryAt?: number;
  /**
   * Whether nothing of what is pending will be written until the cause is gone, `retry()` or `discardPersisted()`
   * is called or, if the storage refuses some rows for good, these are changed.
   */
  readonly blocked: boolean;
}

/** Counts the loads and saves asked for, by the app or by auto-loading and auto-saving. */
export interface PersisterStats {
  readonly loads: number;
  readonly saves: number;
}

/** Options of every persister. */
export interface PersisterOptions {
  /** Gets what would otherwise pass unseen. Without it, the first error of each kind goes to `console.warn`. */
  readonly onIgnoredError?: ((error: unknown) => void) | undefined;
  /** Makes `load()` and `save()` reject when they fail. Default: they resolve when their attempt is over. */
  readonly strict?: boolean | undefined;
  readonly save?:
    | {
        /** At least this long between the starts of two automatic saves, in milliseconds. Default 0. */
        readonly minIntervalMs?: number | undefined;
        /** But no change waits longer than this for its save to start, in milliseconds. Default: no limit. */
        readonly maxWaitMs?: number | undefined;
      }
    | undefined;
  /** How failed work is tried again: exponential back-off with full jitter. */
  readonly retry?:
    | {
        /** Upper bound of the first delay, in milliseconds; doubles with each failure. Default 100. */
        readonly minDelayMs?: number | undefined;
        /** Upper bound of any delay, in milliseconds. Default 30,000. */
        readonly maxDelayMs?: number | undefined;
        /** After this many failures in a row, saving stops until `retry()`. Default: never. */
        readonly maxAttempts?: number | undefined;
      }
    | undefined;
  /** Deadline of each call to the storage, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Time and chance. Default: the system's. */
  readonly clock?: Clock | undefined;
}

/** `[tables, values]`, or a function that returns it. */
export type InitialContent<Schemas extends OptionalSchemas = NoSchemas> =
  Content<Schemas, true> | (() => Content<Schemas, true>);

export type StatusListener<Schemas extends OptionalSchemas = NoSchemas> = (
  persister: Persister<Schemas>,
  status: Status,
) => void;

export type StateListener<Schemas extends OptionalSchemas = NoSchemas> = (
  persister: Persister<Schemas>,
  state: PersisterState,
) => void;

/** Keeps a store in a storage. All its methods may be detached. */
export interface Persister<Schemas extends OptionalSchemas = NoSchemas> {
  /**
   * Reads what is stored into the store. If nothing is stored, or it cannot be read, puts
   * `initialContent` there instead. What the app changes meanwhile stays.
   * @returns Resolves when the attempt is over; rejects only with `strict`, or after `destroy()`.
   */
  load(initialContent?: InitialContent<Schemas>): Promise<this>;
  /** The form of version 1 to 4: initial tables, and values. */
  load(
    initialTables: Tables<Schemas[0], true>,
    initialValues?: Values<Schemas[1], true>,
  ): Promise<this>;
  /** Loads, and then again whenever somebody else has changed what is stored. */
  startAutoLoad(initialContent?: InitialContent<Schemas>): Promise<this>;
  startAutoLoad(
    initialTables: Tables<Schemas[0], true>,
    initialValues?: Values<Schemas[1], true>,
  ): Promise<this>;
  stopAutoLoad(): Promise<this>;
  isAutoLoading(): boolean;
  /**
   * Writes the whole store, always; what is stored and cannot be read is set aside first. Only if it could be read
   * before, and cannot for the moment, the attempt fails instead.
   * @returns Resolves when the attempt is over; rejects only with `strict`, or after `destroy()`.
   */
  save(): Promise<this>;
  /** Saves now, and then whatever changes. Nothing is written before storage could be read. */
  startAutoSave(): Promise<this>;
  /** Saves what is still unsaved, then no more. */
  stopAutoSave(): Promise<this>;
  isAutoSaving(): boolean;
  /** Starts auto-loading, then auto-saving; the other way round if `startSaveFirst`. */
  startAutoPersisting(
    initialContent?: InitialContent<Schemas>,
    startSaveFirst?: boolean,
  ): Promise<this>;
  startAutoPersisting(
    initialTables: Tables<Schemas[0], true>,
    startSaveFirst?: boolean,
  ): Promise<this>;
  stopAutoPersisting(stopSaveFirst?: boolean): Promise<this>;
  getStatus(): Status;
  addStatusListener(listener: StatusListener<Schemas>): Id;
  /** What is safe and what is not, at this moment. */
  getState(): PersisterState;
  /** Calls `listener` after the state has changed, at most once a turn. */
  addStateListener(listener: StateListener<Schemas>): Id;
  /** Removes a status or state listener. */
  delListener(listenerId: Id): this;
  /** Resolves when a load has succeeded, or found nothing stored; rejects when there is no hope of that. */
  whenLoaded(): Promise<this>;
  /**
   * Resolves when every transaction finished before this call is durable; rejects with the reason when
   * the engine has given up. Saves, if nothing else would.
   */
  whenSaved(): Promise<this>;
  /** Tries failed work again at once, also after the engine has given up. */
  retry(): Promise<this>;
  /** Gives up what is stored: sets it aside if it cannot be read, and writes the store in its place. */
  discardPersisted(): Promise<this>;
  /** What is kept in storage though the schema of the store does not admit it. */
  getRefused(): Refusal[];
  /** Removes refused content, all or that of a place, with the next save. */
  discardRefused(tableId?: Id, rowId?: Id, cellId?: Id): this;
  /** Runs actions in order, never at the same time as loads, saves and each other. */
  schedule(...actions: (() => Promise<unknown>)[]): Promise<this>;
  getStore(): Store<Schemas>;
  getStats(): PersisterStats;
  /** Saves what is still unsaved, stops everything and releases the storage. Always settles. */
  destroy(): Promise<this>;
}
