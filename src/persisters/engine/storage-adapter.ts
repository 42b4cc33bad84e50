/**
 * Where a persister keeps a store. Everything that is a policy (when to read and write, what to do
 * about a failure, what survives a conflict) belongs to the engine, once; an adapter moves content.
 */
import type {EncodedChanges, EncodedContent} from '../../store/internals.ts';
import type {AnyStore, Id} from '../../store/types.ts';

/** What somebody else wrote: everything that is stored now, or just the difference. */
export type ExternalChange = EncodedContent | EncodedChanges;

/** The whole content at the moment of the call: call it as late as possible. */
export interface GetContent {
  /** Throws `UNAVAILABLE` while a transaction is open; let that pass, the engine waits and writes again. */
  (): EncodedContent;
  /** Whether that is more than the store holds: content that its schema refused is kept in storage. */
  readonly holdsMore: boolean;
}

/** Content that knows a quicker way into an empty store. */
export interface PreparedContent {
  /** Puts it into a store that holds nothing. @returns Whether it could; if not, nothing has been done. */
  fill(store: AnyStore): boolean;
  /** The same in its encoded form. */
  toContent(): EncodedContent;
}

/** Which tables and values of a store a storage has to do with. */
export interface StoreView {
  loadsTable(tableId: Id): boolean;
  loadsValue(valueId: Id): boolean;
  savesTable(tableId: Id): boolean;
  savesValue(valueId: Id): boolean;
}

/**
 * All promises reject with a {@link PersisterError}; anything else counts as `UNAVAILABLE`, retriable.
 * The engine calls one of `read`, `write`, `writeChanges` and `setAside` at a time, and gives each a
 * deadline: `signal` aborts when it has passed.
 */
export interface StorageAdapter {
  /** Shown in errors and state, e.g. `file:pets.json`. */
  readonly name: string;

  /** Adapters that name the same object, e.g. a database connection, never run at the same time. */
  readonly resource?: object;

  /**
   * Capability: it keeps only part of the store. What it does not load stays in the store as it is, whatever is
   * read; it is handed the whole content, and passes over what it does not save. Default: everything.
   */
  readonly view?: StoreView;

  /**
   * What is stored: content in its encoded form, or as {@link PreparedContent}, freshly made, the engine may change
   * it; `undefined` if nothing has been stored yet. Need not check more of it than it must in order to decode it.
   * @throws PersisterError `UNREADABLE` if there is something, but not content; never `undefined` then.
   */
  read(signal: AbortSignal): Promise<unknown>;

  /**
   * Replaces what is stored, atomically: whoever reads, or opens after a crash, gets the old content or the new one.
   * Resolves once the new content is durable.
   * @throws PersisterError `CONFLICT` if somebody else wrote since our last read or write, and nothing
   *   has been changed; an adapter that cannot tell never throws it. If the error has `changes` (a list of
   *   EncodedChanges, oldest first) the engine applies them, otherwise it reads; then it writes again.
   * @throws PersisterError `DENIED` with `denied`, a list of errors with the row or value of each, if these were
   *   refused for good and everything else has been stored: they stay pending, and hold up nothing else.
   */
  write(getContent: GetContent, signal: AbortSignal): Promise<void>;

  /**
   * Capability: stores only what changed, atomically, with the same promises as `write`. An adapter which
   * finds that rewriting everything is better now may do that instead: `getContent` includes the changes.
   */
  writeChanges?(
    changes: EncodedChanges,
    getContent: GetContent,
    signal: AbortSignal,
  ): Promise<void>;

  /**
   * Capability: calls `onChange` when somebody else writes, with what was written if that is known and still
   * stored at the time of the call. Never for our own writes, nor for what a read or a `CONFLICT` handed out. Resolves to the off switch once changes are being seen.
   * @param onChange Returns `true` if the change has been taken in by then, so that writes may build on it.
   */
  watch?(
    onChange: (change?: ExternalChange) => unknown,
    onError: (error: unknown) => void,
  ): Promise<() => Promise<void> | void>;

  /**
   * Capability: reads only what others have written since our last read, after `onChange` has been called without
   * a change. Rows that it mentions are mentioned with all their cells, those that are gone as `undefined`.
   * @returns `undefined` if that is not known: then everything is read.
   */
  readChanges?(signal: AbortSignal): Promise<EncodedChanges | undefined>;

  /**
   * Capability: moves content that cannot be read out of harm's way, byte for byte, under a name with
   * a time stamp, and returns that name.
   */
  setAside?(signal: AbortSignal): Promise<string>;

  /**
   * Capability: keeps, synchronously, what the page may not live long enough to write, in place of what it kept
   * before; whoever reads next finds it stored, once, and not over what was written later. Called when the page
   * may be about to go, and once more, without changes, when all of that has been written.
   * @param changes What no write has taken yet. `undefined`: nothing needs to be kept any more, or so far: a page
   *   that is hidden may go soon, so whatever takes time for what it may do last had better be done now.
   * @param inFlight What a write that is running has taken, if there is one.
   * @throws PersisterError `QUOTA` and the like, if it cannot; then what it kept before stays.
   */
  carry?(changes: EncodedChanges | undefined, inFlight?: EncodedChanges): void;

  /** Capability: work that can wait until nothing else is to be done, such as folding in a journal. */
  tidy?(getContent: GetContent, signal: AbortSignal): Promise<void>;

  /** Releases what the adapter itself opened, never what the caller passed in. Called once. */
  close?(): Promise<void>;
}
