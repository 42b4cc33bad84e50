/** What errors of SQLite mean, whichever client threw them: they tell by code or only by message. */
import type {PersisterErrorCode} from '../../errors.ts';

interface Meaning {
  readonly code: PersisterErrorCode;
  readonly retriable: boolean;
  readonly isSchemaError?: boolean;
  readonly isLocked?: boolean;
  readonly isRefusal?: boolean;
}

const MEANINGS: readonly [RegExp, Meaning][] = [
  [
    /SQLITE_(BUSY|LOCKED)|(database|table).* is locked|TRANSACTION_ACTIVE/i,
    {code: 'UNAVAILABLE', retriable: true, isLocked: true},
  ],
  [/SQLITE_FULL|database or disk is full|ENOSPC/i, {code: 'QUOTA', retriable: true}],
  [
    /no such (table|column)|has no column named|duplicate column name|table .* already exists|SQLITE_SCHEMA/i,
    {code: 'UNAVAILABLE', retriable: true, isSchemaError: true},
  ],
  // The app has closed its database, or what it had prepared: nothing that is done again helps.
  [
    /(database|connection|client|db|stmt) (is |has )?(not |been )*(open|closed)|closed (database|remote)|handle is closed|no available connection|database not found/i,
    {code: 'UNAVAILABLE', retriable: false},
  ],
  [
    /SQLITE_(READONLY|PERM|AUTH)|readonly database|not authorized|added to a view/i,
    {code: 'DENIED', retriable: false},
  ],
  [
    /SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE)|constraint failed|datatype mismatch|cannot store/i,
    {code: 'DENIED', retriable: false, isRefusal: true},
  ],
  [
    /SQLITE_(NOTADB|CORRUPT)|not a database|malformed database|disk image is malformed/i,
    {code: 'UNREADABLE', retriable: false},
  ],
];

export const classifySqliteError = (error: unknown): Meaning => {
  const {code, message} = (error ?? {}) as {code?: unknown; message?: unknown};
  const text = `${String(code)} ${String(message ?? error)}`;
  return (
    MEANINGS.find(([pattern]) => pattern.test(text))?.[1] ?? {code: 'UNAVAILABLE', retriable: true}
  );
};
