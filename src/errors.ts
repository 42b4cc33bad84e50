/** Why a persister failed. Codes are stable; messages may change. */
export type PersisterErrorCode =
  | 'UNREADABLE' // the storage answered, but not with content: torn, garbage, of the wrong shape, too new
  | 'UNAVAILABLE' // the storage did not answer, or refused for now: I/O error, lock, network, 5xx
  | 'TIMEOUT' // an operation did not settle within its deadline
  | 'QUOTA' // the storage is full
  | 'DENIED' // the storage refuses for good until something is changed: permission, 401, 403, read-only
  | 'CONFLICT' // somebody else wrote since our last read; the engine re-reads, rebases and writes again
  | 'REFUSED' // content was read, but the schema of the store does not admit it; it is kept in storage
  | 'INVALID_CONTENT' // a caller's function returned something that is no content
  | 'HANDLER' // a function that the app handed in threw
  | 'DESTROYED'; // the persister was destroyed before the work could be done

/** What a persister was doing when it failed. */
export type PersisterPhase = 'load' | 'save' | 'listen' | 'migrate';

/** What is known about a failure, beside its code and message. */
export interface PersisterErrorDetails {
  readonly phase: PersisterPhase;
  /** The storage, as its adapter names it, e.g. `file:/var/data/app.json`. */
  readonly storage: string;
  /** Whether trying again, without anybody changing anything, may succeed. */
  readonly retriable: boolean;
  readonly tableId?: string;
  readonly rowId?: string;
  readonly cellId?: string;
  readonly valueId?: string;
  /** The storage asked to be left alone for this long, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Asking again could do harm, e.g. get an account locked: nothing does, until the app calls `retry()`. */
  readonly awaitsRetry?: boolean;
  /** Where content that could not be read has been moved to. */
  readonly setAsideAs?: string;
  /** With `CONFLICT`: the changes that others wrote, oldest first, if they are known without a whole read. */
  readonly changes?: readonly unknown[];
  /** With `DENIED`: all else has been stored; one error for each row or value that has not. */
  readonly denied?: readonly PersisterError[];
  readonly cause?: unknown;
}

/** Every failure that a persister reports. Match on `code`. */
export class PersisterError extends Error {
  override readonly name = 'PersisterError';
  readonly code: PersisterErrorCode;
  readonly phase: PersisterPhase;
  readonly storage: string;
  readonly retriable: boolean;
  declare readonly tableId?: string;
  declare readonly rowId?: string;
  declare readonly cellId?: string;
  declare readonly valueId?: string;
  declare readonly retryAfterMs?: number;
  declare readonly awaitsRetry?: boolean;
  declare readonly setAsideAs?: string;
  declare readonly changes?: readonly unknown[];
  declare readonly denied?: readonly PersisterError[];

  constructor(code: PersisterErrorCode, message: string, details: PersisterErrorDetails) {
    const {cause, ...facts} = details;
    super(message, cause === undefined ? undefined : {cause});
    this.code = code;
    this.phase = facts.phase;
    this.storage = facts.storage;
    this.retriable = facts.retriable;
    Object.assign(this, facts);
  }
}
