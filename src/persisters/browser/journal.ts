/**
 * A journal beside a key: changes under keys of their own, which nobody but their writer ever sets, so that tabs
 * that write at the same time do not undo each other's work. (What another tab has stored shows here after a
 * while only, so a key cannot be compared and set.) `<key>.journal.<time>.<tab>` sorts in the order that counts.
 *
 * A change names, by its hash, the text it was made to. A text that takes the place of another, holding all changes
 * so far, is announced by a mark, which names both. So changes to a text that a stranger has replaced are told
 * from those that go on.
 */
import type {EncodedChanges} from '../../store/internals.ts';
import {getUniqueId} from '../../shared/unique-id.ts';
import {isChanges} from '../engine/content.ts';
import {decodeJson, encodeJson} from '../engine/json-codec.ts';

/** What lies there at one moment. */
export interface View {
  /** The text under the key itself. */
  readonly text: string | null;
  /** The keys of the journal, in order. */
  readonly keys: readonly string[];
}

/** The changes of a journal, and the keys of what does not belong to the text, or is no record at all. */
export interface JournalContent {
  readonly changes: EncodedChanges[];
  readonly foreign: string[];
}

interface ChangeRecord {
  readonly base: string;
  readonly changes: EncodedChanges;
}

interface MarkRecord {
  /** The text that is now. */
  readonly text: string;
  /** Those that were before, the latest last. */
  readonly bases: readonly string[];
}

/** Other tabs are sure to have seen what was stored so long ago, in milliseconds, on a busy machine, too. */
const SEEN_BY_ALL_MS = 5_000;
/** A change to a text that was replaced longer ago is that of a stranger. */
const MARK_LIFE_MS = 20_000;
/** So many earlier texts a mark names. */
const MAX_BASES = 32;
const MARK = '.mark';
/** Ends the keys of marks that come before the very first text. */
const FIRST_MARK = `.first${MARK}`;

/** Of what is in it, the mark is looked at closely, as others may have written it; changes are by who takes them. */
const isRecord = (data: unknown): data is Partial<ChangeRecord & MarkRecord> => {
  if (typeof data !== 'object' || data === null) return false;
  return !('bases' in data) || Array.isArray(data.bases);
};

export class Journal {
  readonly #key: string;
  readonly #prefix: string;
  readonly #suffix = `.${getUniqueId(8)}`;
  #time = 0;
  /** A change made just now: others may have replaced the text, more than once, while this tab was busy. */
  #fresh: string | undefined;
  /** The last text that was hashed, as that takes a while. */
  #hashed: {readonly text: string; readonly hash: string} | undefined;

  constructor(key: string) {
    this.#key = key;
    this.#prefix = `${key}.journal.`;
  }

  look(storage: Storage): View {
    const keys = Object.keys(storage).filter((key) => this.isRecordKey(key));
    return {text: storage.getItem(this.#key), keys: keys.sort()};
  }

  isRecordKey(key: string): boolean {
    return (
      key.startsWith(this.#prefix) &&
      /^\d{15}\.[\w-]{8}((\.first)?\.mark)?$/.test(key.slice(this.#prefix.length))
    );
  }

  /** @returns The key of the new record. */
  append(storage: Storage, view: View, changes: EncodedChanges): string {
    const record: ChangeRecord = {base: this.#hash(view.text), changes};
    this.#fresh = undefined;
    return (this.#fresh = this.#add(storage, view, this.#suffix, record));
  }

  /** Announces that `text`, which holds all that there is, takes the place of that of the view. */
  mark(storage: Storage, view: View, text: string, kind: string = MARK): string {
    const bases = [...this.#knownHashes(storage, view)].reverse().slice(-MAX_BASES);
    return this.#add(storage, view, this.#suffix + kind, {text: this.#hash(text), bases});
  }

  /** The same where there is no text yet; that there is none does not mean then that it has been removed. */
  markFirst(storage: Storage, view: View, text: string): string {
    return this.mark(storage, view, text, FIRST_MARK);
  }

  /** @param only The keys to look at; all if missing. */
  decode(storage: Storage, view: View, only: readonly string[] = view.keys): JournalContent {
    const changes: EncodedChanges[] = [];
    const foreign: string[] = [];
    const keys = only.filter((key) => !key.endsWith(MARK));
    if (keys.length === 0 || this.isVoid(view)) return {changes, foreign};
    const known = this.#knownHashes(storage, view);
    for (const key of keys) {
      const record = decodeRecord(storage.getItem(key));
      const isOurs = key === this.#fresh || known.has(record?.base ?? '');
      if (isChanges(record?.changes) && isOurs) changes.push(record.changes);
      else foreign.push(key);
    }
    return {changes, foreign};
  }

  /** Whether the text has been removed since, so that what is left of the journal means nothing. */
  isVoid({text, keys}: View): boolean {
    return !text && keys.some((key) => key.endsWith(MARK) && !key.endsWith(FIRST_MARK));
  }

  /** Removes what the text is sure to hold for good: no tab can replace the text that does not know of it. */
  removeSettled(storage: Storage, {keys}: View): void {
    const lastMark = keys.findLast((key) => key.endsWith(MARK));
    this.#fresh = undefined;
    for (const key of keys) {
      if (this.#isOlder(key, key === lastMark ? MARK_LIFE_MS : SEEN_BY_ALL_MS))
        storage.removeItem(key);
    }
  }

  countSettled({keys}: View): number {
    return keys.filter((key) => this.#isOlder(key, SEEN_BY_ALL_MS)).length;
  }

  #isOlder(key: string, ageMs: number): boolean {
    return Date.now() - Number(key.slice(this.#prefix.length).split('.', 1)[0]) > ageMs;
  }

  #add(storage: Storage, view: View, suffix: string, record: ChangeRecord | MarkRecord): string {
    const last = view.keys.at(-1)?.slice(this.#prefix.length).split('.', 1)[0];
    this.#time = Math.max(Date.now(), this.#time + 1, Number(last ?? 0) + 1);
    const key = `${this.#prefix}${String(this.#time).padStart(15, '0')}${suffix}`;
    storage.setItem(key, encodeJson(record));
    return key;
  }

  /** The hashes of the text, and of those that marks connect with it, the nearest first. */
  #knownHashes(storage: Storage, {text, keys}: View): Set<string> {
    const known = new Set([this.#hash(text)]);
    const marks = keys
      .filter((key) => key.endsWith(MARK))
      .map((key) => decodeRecord(storage.getItem(key)))
      .map((mark) => [mark?.text ?? '', ...[...(mark?.bases ?? [])].reverse()])
      .reverse();
    // Where there are no locks, tabs may have replaced the same text, each by its own.
    for (let size = 0; size < known.size;) {
      size = known.size;
      for (const hashes of marks) {
        if (hashes.some((hash) => known.has(hash))) for (const hash of hashes) known.add(hash);
      }
    }
    return known;
  }

  #hash(text: string | null): string {
    if (!text) return '0';
    const hash = this.#hashed?.text === text ? this.#hashed.hash : hashOf(text);
    // The very string of this time: comparing a string with itself takes no time.
    this.#hashed = {text, hash};
    return hash;
  }
}

/** Length, and FNV-1a with 32 bits. */
const hashOf = (text: string): string => {
  let sum = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193);
  }
  return `${text.length.toString(36)}-${(sum >>> 0).toString(36)}`;
};

const decodeRecord = (text: string | null): Partial<ChangeRecord & MarkRecord> | undefined => {
  try {
    const data = decodeJson(text ?? '');
    return isRecord(data) ? data : undefined;
  } catch {
    return undefined; // no record of ours
  }
};
