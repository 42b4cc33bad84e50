/** Whether somebody else has written since we last looked. */
import type {EncodedChanges, EncodedContent} from '../../store/internals.ts';
import type {Id} from '../../store/types.ts';
import type {SqlWork} from './sql-driver.ts';

/** Rows that others have written to, by the name of their table. */
export type RowHints = ReadonlyMap<string, ReadonlySet<Id>>;

/** What is stored, as far as we know. */
export interface KnownContent {
  /** Everything has been read. */
  set(content: EncodedContent): void;
  apply(changes: EncodedChanges): void;
  isSame(content: EncodedContent): boolean;
}

export interface ChangeTracker {
  /** What is stored, for trackers by which we may seem outdated and not be: only that tells then. */
  readonly known?: KnownContent;
  /**
   * In a transaction, before anything else.
   * @param kind `changes` if no more is to be read than what the hints tell of.
   */
  enter(kind: 'read' | 'changes' | 'write'): SqlWork<void>;
  /**
   * In a transaction that has written, when everything is.
   * @param isWhole Whether that replaced everything.
   */
  leave(isWhole: boolean): SqlWork<void>;
  /**
   * In a transaction that is about to replace everything: whether others have written what we have not read.
   * From then on they cannot, until its end.
   */
  isOutdated(): SqlWork<boolean>;
  /**
   * In a transaction that has read what others have written.
   * @param isWhole Whether everything has been read, rather than the rows of the hints.
   */
  caughtUp(isWhole: boolean): SqlWork<void>;
  /** Capability: in a transaction that reads, what has changed since the last one; `undefined`: anything. */
  getHints?(): RowHints | undefined;
}
