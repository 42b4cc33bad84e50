/** Sends requests, and says what went wrong with them in the terms of persisters. */
import {PersisterError, type PersisterPhase} from '../../errors.ts';
import type {Clock} from '../engine/clock.ts';
import {isPageHidden} from '../engine/page-leave.ts';
import {isNotAllowed, toHttpError} from './http-error.ts';

/** How requests are sent. */
export interface RequestOptions {
  /** Sends the requests. Default: the global `fetch` at the time of each request. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Headers of every request, or a function that returns them, also as a promise, for each. */
  readonly headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>) | undefined;
  /** Whether cookies are sent, as in `fetch`. Default: as `fetch` has it, `same-origin`. */
  readonly credentials?: RequestCredentials | undefined;
}

export interface Request {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Browsers refuse to keep sending more than 64 KiB for pages that are gone. */
const MAX_KEEPALIVE_BYTES = 60_000;

/** Whether sending must go on when the page is gone, as it may be any moment once it is hidden. */
const outlivesPage = (body: string | undefined): boolean =>
  body !== undefined && isPageHidden() && new Blob([body]).size <= MAX_KEEPALIVE_BYTES;

/** Lets go of a body that nobody needs; the answer has been given, whatever becomes of the rest. */
export const discardBody = (response: Response): void => {
  response.body?.cancel().catch(() => undefined);
};

export class Requests {
  /** Whether we were last told, 401 or 403, that we may not look at what is stored. */
  isDenied = false;
  readonly #options: RequestOptions;
  readonly #storage: string;
  readonly #clock: Clock;

  constructor(options: RequestOptions, storage: string, clock: Clock) {
    this.#options = options;
    this.#storage = storage;
    this.#clock = clock;
  }

  /** @returns The response, whatever its status. */
  async send(
    phase: PersisterPhase,
    signal: AbortSignal,
    {method, url, headers: ownHeaders, body}: Request,
  ): Promise<Response> {
    // Not called as a method: browsers' own accepts no other `this`.
    const {fetch = globalThis.fetch, credentials} = this.#options;
    const headers = await this.#headers(phase);
    for (const [name, value] of Object.entries(ownHeaders)) headers.set(name, value);
    try {
      const response = await fetch(url, {
        method,
        headers,
        signal,
        // A browser's cache may answer with what has been replaced long ago.
        cache: 'no-store',
        ...(body === undefined ? {} : {body}),
        ...(outlivesPage(body) ? {keepalive: true} : {}),
        ...(credentials === undefined ? {} : {credentials}),
      });
      // Who may not write may still be allowed to read.
      if (method !== 'POST' || response.ok) this.isDenied = isNotAllowed(response);
      return response;
    } catch (cause) {
      throw this.#unreachable(phase, cause);
    }
  }

  async readBody(phase: PersisterPhase, response: Response): Promise<string> {
    try {
      return await response.text();
    } catch (cause) {
      throw this.#unreachable(phase, cause);
    }
  }

  /** What a response that is no success means. */
  toError(phase: PersisterPhase, response: Response): PersisterError {
    return toHttpError(response, {phase, storage: this.#storage, now: this.#clock.now()});
  }

  async #headers(phase: PersisterPhase): Promise<Headers> {
    const {headers} = this.#options;
    try {
      return new Headers(await (typeof headers === 'function' ? headers() : headers));
    } catch (cause) {
      throw new PersisterError('HANDLER', `The headers for ${this.#storage} could not be had`, {
        phase,
        storage: this.#storage,
        retriable: true,
        cause,
      });
    }
  }

  #unreachable(phase: PersisterPhase, cause: unknown): PersisterError {
    const reason = cause instanceof Error ? `: ${cause.message}` : '';
    return new PersisterError('UNAVAILABLE', `${this.#storage} cannot be reached${reason}`, {
      phase,
      storage: this.#storage,
      retriable: true,
      cause,
    });
  }
}
