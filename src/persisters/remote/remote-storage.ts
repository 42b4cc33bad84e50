/**
 * Keeps a store on a server: GET reads it, POST replaces it, and HEAD asks now and then whether somebody
 * else has. What the server was last known to hold is remembered with its ETag, so that neither an
 * unchanged content nor our own is transferred or loaded again.
 * @see RFC 9110, HTTP Semantics: §8.8.3 ETag, §10.2.3 Retry-After, §13.1.2 If-None-Match.
 */
import {PersisterError, type PersisterPhase} from '../../errors.ts';
import type {Clock} from '../engine/clock.ts';
import {toContent} from '../engine/content.ts';
import {withDeadline} from '../engine/deadline.ts';
import {decodeJson} from '../engine/json-codec.ts';
import type {JsonText} from '../engine/json-text.ts';
import type {ExternalChange, GetContent, StorageAdapter} from '../engine/storage-adapter.ts';
import {toHttpError} from './http-error.ts';

/** How requests are sent. */
export interface RequestOptions {
  /** Sends the requests. Default: the global `fetch` at the time of each request. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Headers of every request, or a function that returns them, also as a promise, for each. */
  readonly headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>) | undefined;
  /** Whether cookies are sent, as in `fetch`. Default: as `fetch` has it, `same-origin`. */
  readonly credentials?: RequestCredentials | undefined;
}

export interface RemoteStorageSettings extends RequestOptions {
  readonly loadUrl: string;
  readonly saveUrl: string;
  readonly text: Pick<JsonText, 'parts'>;
  readonly clock: Clock;
  readonly pollIntervalMs: number;
  readonly timeoutMs: number;
}

/** What the server holds. */
interface Stored {
  /** As JSON text; `undefined` if nothing is stored. */
  readonly text: string | undefined;
  readonly etag: string | undefined;
}

/** 404, 410: there is no such thing yet, or any more. 204: there is, but without content. */
const NOTHING_STORED = [204, 404, 410];
const NOT_MODIFIED = 304;

/** Lets go of a body that nobody needs; the answer has been given, whatever becomes of the rest. */
const discardBody = (response: Response): void => {
  response.body?.cancel().catch(() => undefined);
};

export class RemoteStorage implements StorageAdapter {
  readonly name: string;
  readonly #settings: RemoteStorageSettings;
  /** What the server held when we last knew; `undefined` if it has never answered. */
  #known: Stored | undefined;
  /** Reads and writes that have begun, and the signal of the latest while it runs. */
  #operations = 0;
  #running: AbortSignal | undefined;

  constructor(settings: RemoteStorageSettings) {
    // Without what may be secret: user, password, query.
    const shown = settings.loadUrl.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//');
    this.name = `remote:${shown}`;
    this.#settings = settings;
  }

  read(signal: AbortSignal): Promise<unknown> {
    return this.#operate(signal, async () => {
      const stored = await this.#get('load', signal);
      this.#know(stored, signal);
      return stored.text === undefined ? undefined : this.#decode(stored.text);
    });
  }

  write(getContent: GetContent, signal: AbortSignal): Promise<void> {
    return this.#operate(signal, async () => {
      const text = this.#settings.text.parts(getContent).join('');
      const response = await this.#send('save', signal, this.#settings.saveUrl, {
        method: 'POST',
        headers: {'Content-Type': 'application/json'},
        body: text,
      });
      discardBody(response);
      if (!response.ok) throw this.#httpError('save', response);
      this.#know({text, etag: response.headers.get('ETag') ?? undefined}, signal);
    });
  }

  watch(
    onChange: (change?: ExternalChange) => void,
    onError: (error: unknown) => void,
  ): Promise<() => void> {
    const {clock, pollIntervalMs} = this.#settings;
    const stopped = new AbortController();
    let callOff: (() => void) | undefined;
    let isPolling = false;
    const poll = async (): Promise<void> => {
      if (isPolling) return;
      isPolling = true;
      callOff?.();
      let waitMs = pollIntervalMs;
      try {
        await this.#poll(stopped.signal, onChange);
      } catch (error) {
        waitMs = Math.max(waitMs, (error as Partial<PersisterError>).retryAfterMs ?? 0);
        if (!stopped.signal.aborted) onError(error);
      }
      isPolling = false;
      if (!stopped.signal.aborted) callOff = clock.delay(waitMs, () => void poll());
    };
    const onOnline = (): void => void poll();
    const {addEventListener, removeEventListener} = globalThis as Partial<typeof globalThis>;
    addEventListener?.('online', onOnline);
    callOff = clock.delay(pollIntervalMs, () => void poll());
    return Promise.resolve(() => {
      stopped.abort();
      callOff?.();
      removeEventListener?.('online', onOnline);
    });
  }

  /** Looks once whether somebody else has written. */
  async #poll(stopped: AbortSignal, onChange: (change?: ExternalChange) => void): Promise<void> {
    // A read or write finds out by itself, and what we saw meanwhile may have been our own.
    if (this.#running && !this.#running.aborted) return;
    const operations = this.#operations;
    const found = await withDeadline(
      async (signal) => {
        const either = new AbortController();
        const abort = (): void => either.abort();
        stopped.addEventListener('abort', abort);
        signal.addEventListener('abort', abort);
        try {
          const isChanged = await this.#isChanged(either.signal);
          return isChanged ? await this.#get('listen', either.signal) : undefined;
        } finally {
          stopped.removeEventListener('abort', abort);
        }
      },
      this.#settings,
      'listen',
      this.name,
    );
    if (!found || stopped.aborted || operations !== this.#operations) return;
    const isOurs = this.#known?.text === found.text && this.#known !== undefined;
    this.#known = found;
    if (!isOurs) onChange(this.#toChange(found));
  }

  /** Asks for no content; if that cannot tell, the content must. */
  async #isChanged(signal: AbortSignal): Promise<boolean> {
    const response = await this.#send('listen', signal, this.#settings.loadUrl, {
      method: 'HEAD',
      headers: this.#ifNoneMatch(),
    });
    if (response.status === NOT_MODIFIED) return false;
    if (NOTHING_STORED.includes(response.status)) {
      return this.#known === undefined || this.#known.text !== undefined;
    }
    const isRefused = response.status === 405 || response.status === 501; // There may be no HEAD.
    if (!response.ok && !isRefused) throw this.#httpError('listen', response);
    const etag = response.headers.get('ETag');
    return etag === null || etag !== this.#known?.etag;
  }

  async #get(phase: PersisterPhase, signal: AbortSignal): Promise<Stored> {
    const known = this.#known;
    const response = await this.#send(phase, signal, this.#settings.loadUrl, {
      method: 'GET',
      headers: this.#ifNoneMatch(),
    });
    if (!response.ok || NOTHING_STORED.includes(response.status)) {
      discardBody(response);
      if (response.status === NOT_MODIFIED && known?.etag !== undefined) return known;
      if (NOTHING_STORED.includes(response.status)) return {text: undefined, etag: undefined};
      throw this.#httpError(phase, response);
    }
    try {
      const text = await response.text();
      return {
        text: text === '' ? undefined : text,
        etag: response.headers.get('ETag') ?? undefined,
      };
    } catch (cause) {
      throw this.#networkError(phase, cause);
    }
  }

  #ifNoneMatch(): Record<string, string> {
    const etag = this.#known?.etag;
    return etag === undefined ? {} : {'If-None-Match': etag};
  }

  async #send(
    phase: PersisterPhase,
    signal: AbortSignal,
    url: string,
    init: {
      readonly method: string;
      readonly headers: Record<string, string>;
      readonly body?: string;
    },
  ): Promise<Response> {
    const {fetch = globalThis.fetch, credentials} = this.#settings;
    const headers = await this.#headers(phase);
    for (const [name, value] of Object.entries(init.headers)) headers.set(name, value);
    try {
      return await fetch(url, {
        ...init,
        headers,
        signal,
        // A browser's cache may answer with what has been replaced long ago.
        cache: 'no-store',
        ...(credentials === undefined ? {} : {credentials}),
      });
    } catch (cause) {
      throw this.#networkError(phase, cause);
    }
  }

  async #headers(phase: PersisterPhase): Promise<Headers> {
    const {headers} = this.#settings;
    try {
      return new Headers(await (typeof headers === 'function' ? headers() : headers));
    } catch (cause) {
      throw new PersisterError('HANDLER', `The headers for ${this.name} could not be had`, {
        phase,
        storage: this.name,
        retriable: true,
        cause,
      });
    }
  }

  async #operate<Result>(signal: AbortSignal, operation: () => Promise<Result>): Promise<Result> {
    this.#operations++;
    this.#running = signal;
    try {
      return await operation();
    } finally {
      if (this.#running === signal) this.#running = undefined;
    }
  }

  /** Unless it comes so late that the engine has given up waiting and gone on. */
  #know(stored: Stored, signal: AbortSignal): void {
    signal.throwIfAborted();
    this.#known = stored;
  }

  #decode(text: string): unknown {
    try {
      return decodeJson(text);
    } catch (cause) {
      throw new PersisterError('UNREADABLE', `${this.name} answered with text that is not JSON`, {
        phase: 'load',
        storage: this.name,
        retriable: false,
        cause,
      });
    }
  }

  /** Content to be taken over as it is, or `undefined` if it should be read, be it in order to fail. */
  #toChange({text}: Stored): ExternalChange | undefined {
    if (text === undefined) return undefined;
    try {
      return toContent(decodeJson(text));
    } catch {
      return undefined;
    }
  }

  #httpError(phase: PersisterPhase, response: Response): PersisterError {
    return toHttpError(response, {phase, storage: this.name, now: this.#settings.clock.now()});
  }

  #networkError(phase: PersisterPhase, cause: unknown): PersisterError {
    const reason = cause instanceof Error ? `: ${cause.message}` : '';
    return new PersisterError('UNAVAILABLE', `${this.name} cannot be reached${reason}`, {
      phase,
      storage: this.name,
      retriable: true,
      cause,
    });
  }
}
