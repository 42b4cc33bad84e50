/** What the file system says, in the words of persisters. */
import {PersisterError, type PersisterErrorCode, type PersisterPhase} from '../../errors.ts';

const CODES: Readonly<Record<string, PersisterErrorCode>> = {
  EACCES: 'DENIED',
  EPERM: 'DENIED',
  EROFS: 'DENIED',
  EISDIR: 'DENIED',
  ENOTDIR: 'DENIED',
  ELOOP: 'DENIED',
  ENAMETOOLONG: 'DENIED',
  ENOSPC: 'QUOTA',
  EDQUOT: 'QUOTA',
  ERR_FS_FILE_TOO_LARGE: 'UNREADABLE',
};

/** The code that node gave an error, e.g. `ENOENT`; `''` if it has none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Settles as `work` does, but with `undefined` if it fails with one of these codes. */
export const unless = async <Result>(
  codes: readonly string[],
  work: Promise<Result>,
): Promise<Result | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (codes.includes(codeOf(error))) return undefined;
    throw error;
  }
};

/** Settles as `work` does, but with `undefined` if there is no such file. */
export const unlessMissing = <Result>(work: Promise<Result>): Promise<Result | undefined> =>
  unless(['ENOENT'], work);

/** `error` as a {@link PersisterError}; one that is one already stays as it is. */
export const toFileError = (
  error: unknown,
  phase: PersisterPhase,
  storage: string,
): PersisterError => {
  if (error instanceof PersisterError) return error;
  const cause = codeOf(error);
  const code = CODES[cause] ?? 'UNAVAILABLE';
  // A file may be out of reach for a moment only, while somebody replaces it or a scanner holds it.
  const isPassing = phase === 'load' && (cause === 'EACCES' || cause === 'EPERM');
  return new PersisterError(code, `Cannot ${phase} ${storage}: ${String(error)}`, {
    phase,
    storage,
    retriable: isPassing || code === 'UNAVAILABLE' || code === 'QUOTA',
    cause: error,
  });
};
