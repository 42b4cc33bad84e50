/** What the exceptions of a browser's storages mean. */
import type {PersisterErrorCode} from '../../errors.ts';

/** The code for what a storage of the browser threw; all but `DENIED` may pass. */
export const codeOfDomError = (cause: unknown): PersisterErrorCode => {
  // By its name, as it may come from another frame, whose classes are not ours.
  switch ((cause as {name?: unknown} | null | undefined)?.name) {
    case 'QuotaExceededError':
    case 'NS_ERROR_DOM_QUOTA_REACHED': // Firefox before 2025
      return 'QUOTA';
    case 'SecurityError':
      return 'DENIED';
    default:
      return 'UNAVAILABLE';
  }
};
