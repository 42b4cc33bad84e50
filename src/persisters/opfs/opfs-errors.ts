/** What the file system of a browser says, in the words of persisters. */
import {PersisterError, type PersisterPhase} from '../../errors.ts';
import {codeOfDomError} from '../engine/dom-errors.ts';

/** By its name, as it may come from another frame, whose classes are not ours. */
export const nameOf = (error: unknown): unknown =>
  (error as {name?: unknown} | null | undefined)?.name;

/** What the browser's own message leaves in the dark. */
const HINTS: Readonly<Record<string, string>> = {
  NotAllowedError: 'the user has not allowed it',
  NoModificationAllowedError: 'somebody keeps the file open',
};

/** `error` as a {@link PersisterError}; one that is one already stays as it is. */
export const toOpfsError = (
  error: unknown,
  phase: PersisterPhase,
  storage: string,
): PersisterError => {
  if (error instanceof PersisterError) return error;
  const code = nameOf(error) === 'NotAllowedError' ? 'DENIED' : codeOfDomError(error);
  const hint = HINTS[String(nameOf(error))];
  const reason = `${hint ? `${hint}: ` : ''}${String(error)}`;
  return new PersisterError(code, `Cannot ${phase} ${storage}: ${reason}`, {
    phase,
    storage,
    retriable: code !== 'DENIED',
    cause: error,
  });
};
