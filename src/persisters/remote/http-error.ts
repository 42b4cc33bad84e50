/** What an answer other than success means to a persister. */
import {PersisterError, type PersisterErrorCode, type PersisterPhase} from '../../errors.ts';

/** Request Timeout, Too Early, Too Many Requests: the same request may succeed later. */
const RETRIABLE = [408, 425, 429];
/** Unauthorized, Forbidden: whoever keeps asking may be locked out. */
const NOT_ALLOWED = [401, 403];
/** Conflict, Precondition Failed: somebody else has written. */
const CHANGED_MEANWHILE = [409, 412];
/** Content Too Large, Insufficient Storage. */
const NO_ROOM = [413, 507];

export const isNotAllowed = ({status}: Response): boolean => NOT_ALLOWED.includes(status);

const toCode = (status: number, phase: PersisterPhase): PersisterErrorCode => {
  if (phase === 'save' && CHANGED_MEANWHILE.includes(status)) return 'CONFLICT';
  if (NO_ROOM.includes(status)) return 'QUOTA';
  return status >= 400 && status < 500 && !RETRIABLE.includes(status) ? 'DENIED' : 'UNAVAILABLE';
};

/** The timers of the hosts hold 31 bits of milliseconds; more would fire at once. */
export const MAX_DELAY_MS: number = 2 ** 31 - 1;

/** `Retry-After`, seconds or a date, in milliseconds from `now`; `undefined` if there is none. */
const toRetryAfterMs = (value: string | null, now: number): number | undefined => {
  if (value === null) return undefined;
  const delayMs = /^\s*\d+\s*$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return delayMs >= 0 ? Math.min(delayMs, MAX_DELAY_MS) : undefined;
};

/**
 * @param now Milliseconds since the Unix epoch.
 * @returns An error whose `cause` is the response. Retriable are 408, 425, 429, 5xx and conflicts.
 */
export const toHttpError = (
  response: Response,
  {
    phase,
    storage,
    now,
  }: {readonly phase: PersisterPhase; readonly storage: string; readonly now: number},
): PersisterError => {
  const {status, statusText} = response;
  const retryAfterMs = toRetryAfterMs(response.headers.get('Retry-After'), now);
  const code = toCode(status, phase);
  return new PersisterError(code, `${storage} answered ${status} ${statusText}`, {
    phase,
    storage,
    retriable: RETRIABLE.includes(status) || status >= 500 || code === 'CONFLICT',
    ...(isNotAllowed(response) ? {awaitsRetry: true} : {}),
    ...(retryAfterMs === undefined ? {} : {retryAfterMs}),
    cause: response,
  });
};
