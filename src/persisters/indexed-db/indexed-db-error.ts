/** What IndexedDB says, in the words of persisters. */
import {PersisterError, type PersisterPhase} from '../../errors.ts';
import {codeOfDomError} from '../engine/dom-errors.ts';

/** `cause` as a {@link PersisterError}; one that is one already stays as it is. */
export const toIndexedDbError = (
  cause: unknown,
  phase: PersisterPhase,
  storage: string,
): PersisterError => {
  if (cause instanceof PersisterError) return cause;
  const code = cause instanceof SyntaxError ? 'UNREADABLE' : codeOfDomError(cause);
  const retriable = code === 'UNAVAILABLE' || code === 'QUOTA';
  const message = `Cannot ${phase} ${storage}: ${String(cause)}`;
  return new PersisterError(code, message, {phase, storage, retriable, cause});
};
