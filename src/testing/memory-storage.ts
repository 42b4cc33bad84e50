/**
 * A storage in memory that keeps every promise of the adapter contract, with all capabilities: the model
 * of an adapter, and what tests of the engine, or of an app, can store in. It keeps JSON text, so that
 * there is something to tear; handles on one place stand for processes that share it.
 */
import {PersisterError} from '../errors.ts';
import {applyChangesToContent} from '../persisters/engine/content.ts';
import {decodeJson, encodeJson} from '../persisters/engine/json-codec.ts';
import type {
  ExternalChange,
  GetContent,
  StorageAdapter,
} from '../persisters/engine/storage-adapter.ts';
import type {EncodedChanges, EncodedContent} from '../store/internals.ts';

export interface MemoryStorage {
  /** A new handle on a place. */
  open(place: string): MemoryAdapter;
  /** The text that a place holds, `undefined` if it holds none. */
  getText(place: string): string | undefined;
  /** Replaces the text of a place, as a program would that knows nothing of handles; these are told. */
  putText(place: string, text: string): void;
  /** Changes what a place holds, at once, as another process would; handles are told the changes. */
  putChanges(place: string, changes: EncodedChanges): void;
  /** What a place holds, as content. @throws SyntaxError if it holds something else. */
  getContent(place: string): EncodedContent | undefined;
  /** Unreadable texts that have been set aside, oldest first. */
  getSetAside(place: string): readonly string[];
}

/** An adapter with every capability. */
export type MemoryAdapter = Required<
  Omit<StorageAdapter, 'readChanges' | 'resource' | 'tidy' | 'view'>
>;

/** Told what was written, and which revision that made. */
type Watcher = (change: ExternalChange | undefined, revision: number) => void;

/** What is kept of a handle that may not live to write it. */
interface Carried {
  readonly pending: EncodedChanges;
  readonly inFlight?: EncodedChanges | undefined;
}

class Place {
  text: string | undefined;
  /** Counts the writes. */
  revision = 0;
  /** The changes that led to each revision, or `undefined` if it was not made by changes. */
  readonly history: (EncodedChanges | undefined)[] = [undefined];
  readonly setAside: string[] = [];
  /** What handles carry, in order. */
  readonly carried = new Map<MemoryHandle, Carried>();
  readonly watchers = new Set<Watcher>();

  put(text: string | undefined, change?: ExternalChange): void {
    this.text = text;
    const revision = ++this.revision;
    const isChanges = change?.length === 3;
    this.history.push(isChanges ? structuredClone(change) : undefined);
    for (const watcher of [...this.watchers]) {
      queueMicrotask(() => {
        if (this.watchers.has(watcher)) watcher(structuredClone(change), revision);
      });
    }
  }

  /** The changes made since a revision, `undefined` if these are not known. */
  since(revision: number): EncodedChanges[] | undefined {
    const changes = this.history.slice(revision + 1);
    return changes.every((change) => change !== undefined) ? structuredClone(changes) : undefined;
  }
}

class MemoryHandle implements MemoryAdapter {
  readonly name: string;
  readonly #place: Place;
  /** The revision last read or written; `undefined` before that. */
  #known: number | undefined;
  readonly #watchers = new Set<Watcher>();

  constructor(name: string, place: Place) {
    this.name = name;
    this.#place = place;
  }

  async read(): Promise<unknown> {
    await Promise.resolve();
    this.#takeOver();
    const {text, revision} = this.#place;
    if (text === undefined) {
      this.#known = revision;
      return undefined;
    }
    const content = this.#decode(text);
    this.#known = revision;
    return content;
  }

  async write(getContent: GetContent): Promise<void> {
    const carried = this.#place.carried.get(this);
    await Promise.resolve();
    this.#assertNoConflict();
    const content = getContent();
    this.#put(encodeJson(content), content, carried);
  }

  async writeChanges(changes: EncodedChanges, getContent: GetContent): Promise<void> {
    const carried = this.#place.carried.get(this);
    await Promise.resolve();
    this.#assertNoConflict();
    const {text} = this.#place;
    if (text === undefined) return this.write(getContent);
    const content = this.#decode(text) as EncodedContent;
    applyChangesToContent(content, [changes]);
    this.#put(encodeJson(content), changes, carried);
  }

  carry(changes: EncodedChanges | undefined, inFlight?: EncodedChanges): void {
    const {carried} = this.#place;
    carried.delete(this);
    if (changes) carried.set(this, structuredClone({pending: changes, inFlight}));
  }

  async watch(onChange: (change?: ExternalChange) => void): Promise<() => void> {
    await Promise.resolve();
    const watcher: Watcher = (change, revision) => {
      // What we wrote, or have read meanwhile, is no news.
      if (this.#known === undefined || revision > this.#known) onChange(change);
    };
    this.#place.watchers.add(watcher);
    this.#watchers.add(watcher);
    return () => {
      this.#place.watchers.delete(watcher);
      this.#watchers.delete(watcher);
    };
  }

  async setAside(): Promise<string> {
    await Promise.resolve();
    const place = this.#place;
    if (place.text !== undefined) place.setAside.push(place.text);
    place.put(undefined);
    this.#known = place.revision;
    return `${this.name}.unreadable-${new Date().toISOString()}`;
  }

  async close(): Promise<void> {
    await Promise.resolve();
    for (const watcher of this.#watchers) this.#place.watchers.delete(watcher);
  }

  /** Stores what other handles carry. */
  #takeOver(): void {
    const place = this.#place;
    for (const [handle, {pending, inFlight}] of [...place.carried]) {
      if (handle === this) continue;
      const content = place.text === undefined ? [{}, {}] : this.#decode(place.text);
      for (const changes of inFlight ? [inFlight, pending] : [pending]) {
        applyChangesToContent(content as EncodedContent, [changes]);
        place.put(encodeJson(content), changes);
      }
      place.carried.delete(handle);
    }
  }

  /** @param carried What was carried when this write began, and is part of it. */
  #put(text: string, change: ExternalChange, carried: Carried | undefined): void {
    const now = this.#place.carried.get(this);
    if (now === carried) this.#place.carried.delete(this);
    else if (now) this.#place.carried.set(this, {pending: now.pending}); // this write was in flight
    this.#place.put(text, change);
    this.#known = this.#place.revision;
  }

  #decode(text: string): unknown {
    try {
      return decodeJson(text);
    } catch (cause) {
      throw new PersisterError('UNREADABLE', `${this.name} holds no JSON`, {
        phase: 'load',
        storage: this.name,
        retriable: false,
        cause,
      });
    }
  }

  #assertNoConflict(): void {
    const {revision} = this.#place;
    if (this.#known === undefined || this.#known === revision) return;
    const changes = this.#place.since(this.#known);
    // With the changes, what is stored is known.
    if (changes) this.#known = revision;
    throw new PersisterError('CONFLICT', `${this.name} was written by somebody else`, {
      phase: 'save',
      storage: this.name,
      retriable: true,
      ...(changes ? {changes} : {}),
    });
  }
}

/** A new storage in memory, of as many places as are opened. Nothing in it takes time, only promises. */
export const memoryStorage = (): MemoryStorage => {
  const places = new Map<string, Place>();
  const at = (name: string): Place => {
    let place = places.get(name);
    if (!place) places.set(name, (place = new Place()));
    return place;
  };
  const getContent = (name: string): EncodedContent | undefined => {
    const {text} = at(name);
    return text === undefined ? undefined : (decodeJson(text) as EncodedContent);
  };
  return {
    open: (place) => new MemoryHandle(`memory:${place}`, at(place)),
    getText: (place) => at(place).text,
    putText: (place, text) => at(place).put(text),
    putChanges: (place, changes) => {
      const content = getContent(place) ?? [{}, {}];
      applyChangesToContent(content, [changes]);
      at(place).put(encodeJson(content), changes);
    },
    getContent,
    getSetAside: (place) => at(place).setAside,
  };
};
