/**
 * Keeps a store as JSON text under one key of `localStorage` or `sessionStorage`. These are synchronous:
 * what is there can be compared with what we last saw in the very turn in which it is replaced.
 */
import {PersisterError, type PersisterErrorCode, type PersisterPhase} from '../../errors.ts';
import {toContent} from '../engine/content.ts';
import {codeOfDomError} from '../engine/dom-errors.ts';
import {decodeJson} from '../engine/json-codec.ts';
import type {JsonText} from '../engine/json-text.ts';
import type {ExternalChange, GetContent, StorageAdapter} from '../engine/storage-adapter.ts';

/** The global variable that holds the storage. */
export type StorageArea = 'localStorage' | 'sessionStorage';

/** What hosts without a DOM may lack, and browsers may hold back. */
type Host = Partial<Record<StorageArea, Storage | null>> &
  Partial<Pick<typeof globalThis, 'addEventListener' | 'removeEventListener'>>;

export class WebStorage implements StorageAdapter {
  readonly name: string;
  readonly #area: StorageArea;
  readonly #key: string;
  readonly #text: Pick<JsonText, 'parts'>;
  /**
   * What we last read or wrote, which nobody else should have changed; `null` for nothing, `undefined` if we
   * have done neither, `false` if we know that somebody has.
   */
  #seen: string | false | null | undefined;

  constructor(area: StorageArea, key: string, text: Pick<JsonText, 'parts'>) {
    this.name = `${area}:${key}`;
    this.#area = area;
    this.#key = key;
    this.#text = text;
  }

  read(): Promise<unknown> {
    return this.#use('load', (storage) => {
      const text = storage.getItem(this.#key);
      this.#seen = text;
      if (!text) return undefined;
      try {
        return decodeJson(text);
      } catch (cause) {
        throw this.#error('UNREADABLE', 'holds text that is not JSON', 'load', {cause});
      }
    });
  }

  write(getContent: GetContent): Promise<void> {
    return this.#use('save', (storage) => {
      this.#assertUnchanged(storage);
      const text = this.#text.parts(getContent).join('');
      storage.setItem(this.#key, text);
      this.#seen = text;
    });
  }

  watch(onChange: (change?: ExternalChange) => void): Promise<() => void> {
    return this.#use('listen', (storage, {addEventListener, removeEventListener}) => {
      if (!addEventListener || !removeEventListener) {
        throw this.#error('UNAVAILABLE', 'cannot be watched: there are no events here', 'listen');
      }
      const onStorage = ({storageArea, key, newValue}: StorageEvent): void => {
        // Without a key, everything has been removed.
        if (storageArea !== storage || (key !== this.#key && key !== null)) return;
        if (storage.getItem(this.#key) === this.#seen) return;
        // Whether it is taken over at once we cannot tell, so the next write must not rely on it.
        this.#seen = false;
        onChange(this.#toChange(storage, newValue));
      };
      addEventListener('storage', onStorage);
      return () => removeEventListener('storage', onStorage);
    });
  }

  setAside(): Promise<string> {
    return this.#use('save', (storage) => {
      const text = this.#assertUnchanged(storage) ?? '';
      let setAsideAs = `${this.#key}.unreadable-${new Date().toISOString()}`;
      while (storage.getItem(setAsideAs) !== null) setAsideAs += '+';
      try {
        storage.setItem(setAsideAs, text);
        storage.removeItem(this.#key);
      } catch (error) {
        this.#moveWithoutCopy(storage, text, setAsideAs, error);
      }
      this.#seen = null;
      return setAsideAs;
    });
  }

  /** There may be room for one of them, but not for two. */
  #moveWithoutCopy(storage: Storage, text: string, to: string, reason: unknown): void {
    storage.removeItem(this.#key);
    try {
      storage.setItem(to, text);
    } catch {
      storage.setItem(this.#key, text);
      throw reason;
    }
  }

  /** Content to be taken over as it is, or `undefined` if the storage should rather be read. */
  #toChange(storage: Storage, newValue: string | null): ExternalChange | undefined {
    // An event that has been waiting may be older than what is stored by now, maybe by us.
    if (newValue === null || newValue !== storage.getItem(this.#key)) return undefined;
    try {
      return toContent(decodeJson(newValue));
    } catch {
      return undefined; // Reading fails in the same way, and all that must follow follows.
    }
  }

  /** @returns What is stored. */
  #assertUnchanged(storage: Storage): string | null {
    const text = storage.getItem(this.#key);
    if (this.#seen === undefined || this.#seen === text) return text;
    throw this.#error('CONFLICT', 'has been changed by somebody else', 'save', {retriable: true});
  }

  /** Looks the storage up each time: a page that was rendered on a server has one later. */
  #use<Result>(
    phase: PersisterPhase,
    action: (storage: Storage, host: Host) => Result,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      try {
        const host: Host = globalThis;
        const storage = host[this.#area]; // Throws if the user has blocked it.
        if (!storage) throw this.#error('UNAVAILABLE', 'does not exist here', phase);
        resolve(action(storage, host));
      } catch (cause) {
        reject(cause instanceof PersisterError ? cause : this.#toPersisterError(cause, phase));
      }
    });
  }

  #toPersisterError(cause: unknown, phase: PersisterPhase): PersisterError {
    const code = codeOfDomError(cause);
    const reason = cause instanceof Error ? `: ${cause.message}` : '';
    const message = {QUOTA: 'is full', DENIED: 'is blocked'}[code as string] ?? `failed${reason}`;
    return this.#error(code, message, phase, {retriable: code !== 'DENIED', cause});
  }

  #error(
    code: PersisterErrorCode,
    message: string,
    phase: PersisterPhase,
    {retriable = false, cause}: {readonly retriable?: boolean; readonly cause?: unknown} = {},
  ): PersisterError {
    return new PersisterError(code, `${this.name} ${message}`, {
      phase,
      storage: this.name,
      retriable,
      cause,
    });
  }
}
