/** Whether somebody else has written since we last looked. */
import type {SqlWork} from './sql-driver.ts';

export interface ChangeTracker {
  /** What others have written is not in the store yet. */
  readonly isBehind: boolean;
  /** In a transaction, before anything else. */
  enter(): SqlWork<void>;
  /** In a transaction that has written, when everything is. */
  leave(): SqlWork<void>;
  /** Everything has been read, in this transaction. */
  caughtUp(): void;
}
