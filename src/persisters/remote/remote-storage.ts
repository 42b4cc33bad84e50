/**
 * Keeps a store on a server: GET reads it, POST replaces it, and HEAD asks now and then whether somebody
 * else has. What the server was last known to hold is remembered with its ETag, so that neither an
 * unchanged content nor our own is transferred or loaded again, and a write takes the place of that only.
 * @see RFC 9110, HTTP Semantics: §8.8.3 ETag, §10.2.3 Retry-After, §13.1 Preconditions.
 */
import {PersisterError, type PersisterPhase} from '../../errors.ts';
import type {Clock} from '../engine/clock.ts';
import {toContent} from '../engine/content.ts';
import {withDeadline} from '../engine/deadline.ts';
import {decodeJson} from '../engine/json-codec.ts';
import type {JsonText} from '../engine/json-text.ts';
import type {ExternalChange, GetContent, StorageAdapter} from '../engine/storage-adapter.ts';
import {startPolling} from './polling.ts';
import {discardBody, type RequestOptions, Requests} from './requests.ts';

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
  /** Whether there is no such thing at all, rather than one without content. */
  readonly isAbsent: boolean;
}

/** What polling has seen: what is stored now or, if that is certainly not what we know, its sign. */
type Sighting = {readonly stored: Stored} | {readonly sign: string};

const ABSENT: Stored = {text: undefined, etag: undefined, isAbsent: true};
const NOT_MODIFIED = 304;
const NO_CONTENT = 204;
/** Not Found, Gone: there is no such thing yet, or any more. */
const ABSENCES = [404, 410];
/** Method Not Allowed, Not Implemented. */
const NO_SUCH_METHOD = [405, 501];

/** Weak ETags (`W/"…"`) name more than one text, so that no server accepts them in `If-Match`. */
const isStrong = (etag: string | undefined): etag is string => etag?.startsWith('"') === true;

export class RemoteStorage implements StorageAdapter {
  readonly name: string;
  readonly #settings: RemoteStorageSettings;
  readonly #requests: Requests;
  /** What the server held when we last knew; `undefined` if it has never answered. */
  #known: Stored | undefined;
  /** Whether that is what the engine goes by: it is not when a read has failed since. */
  #isCertain = false;
  /** What the latest write has sent, unless the server has confirmed it: it may have been applied. */
  #unconfirmed: string | undefined;
  /** The same, once it has been found there. */
  #applied: Stored | undefined;
  /** Whether what GET last answered had an ETag that `If-Match` can use. */
  #canMatch = false;
  /** What polling found and has told, but nobody has read yet. */
  #announced: string | undefined;
  /** Reads and writes that have begun, and the signal of the latest while it runs. */
  #operations = 0;
  #running: AbortSignal | undefined;

  constructor(settings: RemoteStorageSettings) {
    // Without what may be secret: user, password, query.
    const shown = settings.loadUrl.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//');
    this.name = `remote:${shown}`;
    this.#settings = settings;
    this.#requests = new Requests(settings, this.name, settings.clock);
  }

  read(signal: AbortSignal): Promise<unknown> {
    return this.#operate(signal, async () => {
      this.#isCertain = false;
      const stored = await this.#get('load', signal);
      this.#know(stored, signal);
      return stored.text === undefined ? undefined : this.#decode(stored.text);
    });
  }

  write(getContent: GetContent, signal: AbortSignal): Promise<void> {
    return this.#operate(signal, async () => {
      const headers = await this.#precondition(signal);
      const text = this.#settings.text.parts(getContent).join('');
      // It has been applied before, and only the answer was lost.
      if (this.#applied && this.#applied === this.#known && this.#applied.text === text) return;
      this.#applied = undefined;
      this.#unconfirmed = text;
      const response = await this.#requests.send('save', signal, {
        method: 'POST',
        url: this.#settings.saveUrl,
        headers: {'Content-Type': 'application/json', ...headers},
        body: text,
      });
      discardBody(response);
      if (!response.ok) throw this.#requests.toError('save', response);
      const etag = response.headers.get('ETag') ?? undefined;
      this.#know({text, etag, isAbsent: false}, signal);
      this.#unconfirmed = this.#applied = undefined;
    });
  }

  watch(
    onChange: (change?: ExternalChange) => void,
    onError: (error: unknown) => void,
  ): Promise<() => void> {
    const {clock, pollIntervalMs} = this.#settings;
    this.#announced = undefined;
    this.#requests.isDenied = false;
    const poll = (stopped: AbortSignal): Promise<void> => this.#poll(stopped, onChange);
    return Promise.resolve(startPolling(poll, {clock, intervalMs: pollIntervalMs, onError}));
  }

  /** Looks once whether somebody else has written. */
  async #poll(stopped: AbortSignal, onChange: (change?: ExternalChange) => void): Promise<void> {
    // A read or write finds out by itself, and what we saw meanwhile may have been our own.
    if (this.#requests.isDenied || (this.#running && !this.#running.aborted)) return;
    const operations = this.#operations;
    const sighting = await withDeadline(
      async (signal) => {
        const either = new AbortController();
        const abort = (): void => either.abort();
        stopped.addEventListener('abort', abort);
        signal.addEventListener('abort', abort);
        try {
          return await this.#look(either.signal);
        } finally {
          stopped.removeEventListener('abort', abort);
        }
      },
      this.#settings,
      'listen',
      this.name,
    );
    if (!sighting || stopped.aborted || operations !== this.#operations) return;
    if ('stored' in sighting && this.#isOurs(sighting.stored)) {
      this.#find(sighting.stored);
    } else if ('stored' in sighting && sighting.stored.etag === undefined) {
      this.#find(sighting.stored);
      onChange(this.#toChange(sighting.stored));
    } else {
      // What we know stays what it was, so that no write takes the place of content that nobody has read.
      const sign = 'stored' in sighting ? sighting.stored.etag : sighting.sign;
      if (sign === this.#announced) return;
      this.#announced = sign;
      onChange();
    }
  }

  /** Asks for no content; if that cannot tell, the content must. */
  async #look(signal: AbortSignal): Promise<Sighting | undefined> {
    const known = this.#known;
    const response = await this.#requests.send('listen', signal, {
      method: 'HEAD',
      url: this.#settings.loadUrl,
      headers: this.#ifNoneMatch(),
    });
    const {status} = response;
    if (status === NOT_MODIFIED) return undefined;
    if (status === NO_CONTENT || ABSENCES.includes(status)) {
      return known && known.text === undefined ? undefined : {sign: ''};
    }
    // There may be no HEAD.
    if (!response.ok && !NO_SUCH_METHOD.includes(status)) {
      throw this.#requests.toError('listen', response);
    }
    const etag = response.headers.get('ETag');
    if (etag !== null && etag === known?.etag) return undefined;
    const mayBeOurs = known?.text !== undefined && known.etag === undefined;
    return etag === null || mayBeOurs || this.#unconfirmed !== undefined
      ? {stored: await this.#get('listen', signal)}
      : {sign: etag};
  }

  #isOurs({text}: Stored): boolean {
    const isConfirmed = text !== undefined && text === this.#unconfirmed;
    return isConfirmed || (this.#known !== undefined && text === this.#known.text);
  }

  async #get(phase: PersisterPhase, signal: AbortSignal): Promise<Stored> {
    const known = this.#known;
    const response = await this.#requests.send(phase, signal, {
      method: 'GET',
      url: this.#settings.loadUrl,
      headers: this.#ifNoneMatch(),
    });
    const {status} = response;
    if (response.ok && status !== NO_CONTENT) {
      const text = await this.#requests.readBody(phase, response);
      const etag = response.headers.get('ETag') ?? undefined;
      this.#canMatch = isStrong(etag);
      return {text: text === '' ? undefined : text, etag, isAbsent: false};
    }
    discardBody(response);
    if (status === NOT_MODIFIED && known?.etag !== undefined) return known;
    if (status === NO_CONTENT) return {...ABSENT, isAbsent: false};
    if (ABSENCES.includes(status)) return ABSENT;
    throw this.#requests.toError(phase, response);
  }

  #ifNoneMatch(): Record<string, string> {
    const etag = this.#known?.etag;
    return etag === undefined ? {} : {'If-None-Match': etag};
  }

  /** The headers with which a write is applied only if the server holds what the engine takes it to hold. */
  async #precondition(signal: AbortSignal): Promise<Record<string, string>> {
    const known = this.#known;
    // Whoever writes after a failed read has been told to do so in any case.
    if (!known || !this.#isCertain) return {};
    if (known.isAbsent) return {'If-None-Match': '*'};
    if (known.etag === undefined && this.#canMatch) {
      // Of our own write we were told no ETag.
      const found = await this.#get('save', signal);
      // Not known yet, then: the engine is to read it first.
      if (found.text !== known.text) throw this.#conflict();
      this.#know(found, signal);
      return isStrong(found.etag) ? {'If-Match': found.etag} : {};
    }
    return isStrong(known.etag) ? {'If-Match': known.etag} : {};
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
    this.#find(stored);
    this.#isCertain = true;
  }

  #find(stored: Stored): void {
    this.#known = stored;
    this.#announced = undefined;
    const isConfirmed = stored.text !== undefined && stored.text === this.#unconfirmed;
    if (isConfirmed) this.#applied = stored;
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

  #conflict(): PersisterError {
    return new PersisterError('CONFLICT', `${this.name} has been written by somebody else`, {
      phase: 'save',
      storage: this.name,
      retriable: true,
    });
  }
}
