/** What IndexedDB says, in the words of persisters. */
import {PersisterError, type PersisterErrorCode, type PersisterPhase} from '../../errors.ts';

const codeOf = (cause: unknown): PersisterErrorCode => {
  if (cause instanceof SyntaxError) return 'UNREADABLE';
  // By its name, as it may come from another frame, whose classes are not ours.
  switch ((cause as {name?: unknown} | null | undefined)?.name) {
    case 'QuotaExceededError':
      return 'QUOTA';
    case 'SecurityError':
      return 'DENIED';
    default:
      return 'UNAVAILABLE';
  }
};

/** `cause` as a {@link PersisterError}; one that is one already stays as it is. */
export const toIndexedDbError = (
  cause: unknown,
  phase: PersisterPhase,
  storage: string,
): PersisterError => {
  if (cause instanceof PersisterError) return cause;
  const code = codeOf(cause);
  const retriable = code === 'UNAVAILABLE' || code === 'QUOTA';
  const message = `Cannot ${phase} ${storage}: ${String(cause)}`;
  return new PersisterError(code, message, {phase, storage, retriable, cause});
};
