/** What an answer other than success means to a persister. */
import {PersisterError, type PersisterErrorCode, type PersisterPhase} from '../../errors.ts';

/** Request Timeout, Too Early, Too Many Requests: the same request may succeed later. */
const RETRIABLE = [408, 425, 429];
/** Content Too Large, Insufficient Storage. */
const NO_ROOM = [413, 507];

const toCode = (status: number): PersisterErrorCode => {
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
 * @returns An error whose `cause` is the response. Retriable are 408, 425, 429 and 5xx.
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
  return new PersisterError(toCode(status), `${storage} answered ${status} ${statusText}`, {
    phase,
    storage,
    retriable: RETRIABLE.includes(status) || status >= 500,
    ...(retryAfterMs === undefined ? {} : {retryAfterMs}),
    cause: response,
  });
};
