/**
 * What pages could not write before they went, for storages that answer too late for that: it is kept in local
 * storage, which is synchronous, until whoever reads the storage next has written it.
 *
 * Each page numbers its writes and its records in one sequence. A storage that holds, since the same atomic
 * write, `page → number of that write` tells by it which records it has taken in already, be it from the page
 * itself. Records have keys of their own that are never used again, so that removing what has been written
 * cannot remove what has not: browsers show what other pages store late.
 */
import {PersisterError, type PersisterErrorCode, type PersisterPhase} from '../../errors.ts';
import {getUniqueId} from '../../shared/unique-id.ts';
import type {EncodedChanges} from '../../store/internals.ts';
import {isChanges} from './content.ts';
import {codeOfDomError} from './dom-errors.ts';
import {decodeJson, encodeJson} from './json-codec.ts';

/** Changes that a page has left behind. */
export interface LeftChanges {
  /** The page that made them. */
  readonly page: string;
  /** Storage that has taken in this number of that page, or a higher one, has them. */
  readonly number: number;
  readonly changes: EncodedChanges;
  /** Where they are kept. */
  readonly key: string;
  /** What tells whether they have been written all the same. */
  readonly evidence?: string;
}

/** A write that the storage had been told to commit, and had not confirmed. */
interface Commit {
  /** What tells the storage, later, whether it came about. */
  readonly evidence: string;
  /** Whether it has all that is kept, or what was in flight only. */
  readonly isAll: boolean;
}

/** The value of a key: when it was kept (ms since the Unix epoch), and what. */
interface LeftRecord {
  readonly at: number;
  readonly changes: EncodedChanges;
  /** The number of the write that was running, and what it had taken. */
  readonly writing?: number;
  readonly inFlight?: EncodedChanges;
  readonly commit?: Commit;
}

const isRecord = (data: unknown): data is LeftRecord => {
  if (typeof data !== 'object' || data === null) return false;
  const {at, changes, writing, inFlight} = data as Partial<LeftRecord>;
  const isSound = typeof at === 'number' && isChanges(changes);
  return (
    isSound && (inFlight === undefined || (typeof writing === 'number' && isChanges(inFlight)))
  );
};

export class LeaveJournal {
  /** This page, or rather this persister of it. */
  readonly page: string = getUniqueId(12);
  readonly #storage: string;
  readonly #maxLength: number;
  /** What the keys of all records of this storage begin with. */
  readonly #prefix: string;
  #count = 0;
  /** The number of the latest write. */
  #writing = 0;
  /** The record that is kept. */
  #key: string | undefined;

  /**
   * @param storage The name of the adapter: records are for this storage only.
   * @param maxLength How much is kept at most, in UTF-16 code units.
   */
  constructor(storage: string, maxLength = 256_000) {
    this.#storage = storage;
    this.#maxLength = maxLength;
    this.#prefix = `${storage}.left.`;
  }

  /** The number of a write that is about to begin, which is to store it as the latest of this page. */
  begin(): number {
    return (this.#writing = ++this.#count);
  }

  /**
   * What an adapter's `carry` has to do.
   * @throws PersisterError `QUOTA` if it is too much or there is no room, `DENIED` or `UNAVAILABLE` if there
   *   is no local storage. What was kept before stays then.
   */
  keep(changes: EncodedChanges | undefined, inFlight?: EncodedChanges, commit?: Commit): void {
    const old = this.#key;
    if (!changes && old === undefined) {
      // Firefox fetches what is stored from another process, for which a page that goes may have no time left.
      findStorage()?.key(0);
      return;
    }
    try {
      const {localStorage} = globalThis;
      if (changes) {
        const key = `${this.#prefix}${this.page}.${String(++this.#count)}`;
        localStorage.setItem(key, this.#encode(changes, inFlight, commit));
        this.#key = key;
      } else {
        this.#key = undefined;
      }
      if (old !== undefined) localStorage.removeItem(old);
    } catch (cause) {
      throw this.#error(codeOfDomError(cause), 'save', 'cannot be kept for the next page', cause);
    }
  }

  /**
   * What other pages have left, be they gone or not, oldest first. What means nothing to us stays where it is.
   * @param report Is told of that.
   */
  left(report: (error: PersisterError) => void): LeftChanges[] {
    const storage = findStorage();
    const records: (LeftRecord & {key: string; page: string; number: number})[] = [];
    for (const key of Object.keys(storage ?? {})) {
      const [page, digits = '', ...rest] = key.slice(this.#prefix.length).split('.');
      const isKey = key.startsWith(this.#prefix) && rest.length === 0 && /^\d+$/.test(digits);
      if (!page || !isKey || page === this.page) continue;
      const record = decode(storage?.getItem(key) ?? '');
      if (record) records.push({...record, key, page, number: Number(digits)});
      else report(this.#error('UNREADABLE', 'load', `cannot be read; it stays in ${key}`));
    }
    records.sort((one, other) => one.at - other.at || one.number - other.number);
    return records.flatMap(({key, page, number, changes, writing, inFlight, commit}) => {
      const committed = commit ? {evidence: commit.evidence} : {};
      return [
        ...(inFlight ? [{key, page, number: writing ?? 0, changes: inFlight, ...committed}] : []),
        {key, page, number, changes, ...(commit?.isAll ? committed : {})},
      ];
    });
  }

  /** Notes whether what has evidence has been written, as that will be of no use any more. */
  decide({key}: LeftChanges, isWritten: boolean): void {
    const storage = findStorage();
    const {commit, inFlight, writing, ...rest} = decode(storage?.getItem(key) ?? '') ?? {};
    if (!storage || !commit) return;
    if (isWritten && commit.isAll) storage.removeItem(key);
    else storage.setItem(key, encodeJson(isWritten ? rest : {...rest, writing, inFlight}));
  }

  /** Forgets what has been written. */
  remove(left: readonly LeftChanges[]): void {
    for (const {key} of left) findStorage()?.removeItem(key);
  }

  #encode(
    changes: EncodedChanges,
    inFlight: EncodedChanges | undefined,
    commit: Commit | undefined,
  ): string {
    const running = inFlight ? {writing: this.#writing, inFlight} : {};
    const record: LeftRecord = {at: Date.now(), changes, ...running, ...(commit && {commit})};
    const text = encodeJson(record);
    if (text.length <= this.#maxLength) return text;
    const length = `${String(text.length)} characters, of ${String(this.#maxLength)}`;
    throw new DOMException(`Too much: ${length}`, 'QuotaExceededError');
  }

  #error(
    code: PersisterErrorCode,
    phase: PersisterPhase,
    what: string,
    cause?: unknown,
  ): PersisterError {
    const message = `What a page left behind of ${this.#storage} ${what}`;
    const retriable = code === 'QUOTA' || code === 'UNAVAILABLE';
    return new PersisterError(code, message, {phase, storage: this.#storage, retriable, cause});
  }
}

/** `undefined` if there is none, or it is blocked: then nothing can have been kept there. */
const findStorage = (): Storage | undefined => {
  try {
    return (globalThis as {localStorage?: Storage | null}).localStorage ?? undefined;
  } catch {
    return undefined;
  }
};

const decode = (text: string): LeftRecord | undefined => {
  try {
    const data = decodeJson(text);
    return isRecord(data) ? data : undefined;
  } catch {
    return undefined; // is reported as what it is: unreadable
  }
};
