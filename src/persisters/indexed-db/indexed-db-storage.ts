/**
 * Keeps a store in a database of the browser: snapshots in chunks of rows, and a journal of what has changed
 * since, see layout.ts. Tabs share it without locks: who adds to the journal first wins, and the others take
 * that in and try again.
 */
import type {PersisterError} from '../../errors.ts';
import type {EncodedChanges, EncodedContent} from '../../store/internals.ts';
import {applyChangesToContent} from '../engine/content.ts';
import {encodeJson} from '../engine/json-codec.ts';
import {LeaveJournal, type LeftChanges} from '../engine/leave-journal.ts';
import type {ExternalChange, GetContent, StorageAdapter} from '../engine/storage-adapter.ts';
import {ChangeSignal} from './change-signal.ts';
import type {Durability} from './database.ts';
import {toIndexedDbError} from './indexed-db-error.ts';
import type {Writer} from './layout.ts';
import type {RowChunks} from './row-chunks.ts';
import {VersionedDatabase} from './versioned-database.ts';
import {type WatchSettings, watchOthers} from './watch-others.ts';
import {WorkQueue} from './work-queue.ts';

export interface IndexedDbStorageSettings extends WatchSettings {
  readonly dbName: string;
  readonly rows: RowChunks;
  readonly durability: Durability;
  /** Gets what is worth knowing though nothing has failed: what other pages have left, and stays there. */
  readonly report: (error: PersisterError) => void;
}

/** In UTF-16 code units: below that, folding a journal in is not worth it. */
const MIN_JOURNAL_LENGTH = 65_536;

export class IndexedDbStorage implements StorageAdapter {
  readonly name: string;
  readonly #settings: IndexedDbStorageSettings;
  readonly #database: VersionedDatabase;
  readonly #others: ChangeSignal;
  readonly #leaving: LeaveJournal;
  /** Whether a write of this page is running, or waits for its turn. */
  #isWriting = false;
  readonly #queue: WorkQueue;
  #onLost: () => void = () => undefined;

  constructor(settings: IndexedDbStorageSettings) {
    const {dbName, rows, durability} = settings;
    this.name = `indexedDB:${dbName}`;
    this.#settings = settings;
    this.#others = new ChangeSignal(this.name);
    this.#leaving = new LeaveJournal(this.name);
    this.#queue = new WorkQueue(this.name);
    this.#database = new VersionedDatabase(dbName, this.name, rows, durability, () =>
      this.#onLost(),
    );
  }

  read(signal: AbortSignal): Promise<unknown> {
    return this.#queue.run('load', signal, () => this.#load(signal));
  }

  write(getContent: GetContent, signal: AbortSignal): Promise<void> {
    return this.#writeAs(signal, async (writer) => {
      if (!this.#database.known) await this.#database.load(signal); // nothing unreadable is overwritten
      await this.#database.replace(getContent, [writer], signal);
    });
  }

  writeChanges(
    changes: EncodedChanges,
    getContent: GetContent,
    signal: AbortSignal,
  ): Promise<void> {
    return this.#writeAs(signal, (writer) => {
      const {snapshotLength, journalLength} = this.#database.assertKnown();
      const text = encodeJson(changes);
      const limit = snapshotLength && Math.max(snapshotLength, MIN_JOURNAL_LENGTH);
      return journalLength + text.length < limit
        ? this.#database.append(text, writer, signal)
        : this.#database.replace(getContent, [writer], signal);
    });
  }

  carry(changes: EncodedChanges | undefined, inFlight?: EncodedChanges): void {
    // What we have not been asked to write yet has no number either.
    if (inFlight && !this.#isWriting) this.#leaving.begin();
    this.#leaving.keep(changes, inFlight);
  }

  /** Folds the journal in, if it is worth it. */
  tidy(getContent: GetContent, signal: AbortSignal): Promise<void> {
    return this.#queue.run('save', signal, async () => {
      const {snapshotLength, journalLength} = this.#database.assertKnown();
      const limit = Math.max(snapshotLength, MIN_JOURNAL_LENGTH) / 4;
      if (journalLength > limit) await this.#database.fold(getContent, signal);
    });
  }

  setAside(signal: AbortSignal): Promise<string> {
    return this.#change(signal, () => this.#database.setAside(signal));
  }

  async watch(
    onChange: (change?: ExternalChange) => unknown,
    onError: (error: unknown) => void,
  ): Promise<() => void> {
    const {signal} = new AbortController();
    const head = await this.#queue.run('listen', signal, () => this.#database.readHead(signal));
    const seen = {head};
    const {lookNow, stop} = watchOthers(
      this.#others,
      this.#queue,
      this.#settings,
      (stopped) => this.#look(seen, onChange, stopped),
      onError,
    );
    this.#onLost = lookNow;
    return stop;
  }

  close(): Promise<void> {
    this.#others.close();
    this.#database.close();
    return Promise.resolve();
  }

  /** Reads what is stored, and stores what other pages have left behind. */
  async #load(signal: AbortSignal): Promise<EncodedContent | undefined> {
    const content = await this.#database.load(signal);
    const left = this.#leaving.left(this.#settings.report);
    if (left.length === 0) return content;
    const writers = this.#database.known?.writers;
    const missing = left.filter(({page, number}) => number > (writers?.get(page) ?? 0));
    try {
      const completed = await this.#take(content, missing, signal);
      this.#leaving.remove(left);
      return completed;
    } catch (cause) {
      const error = toIndexedDbError(cause, 'save', this.name);
      if (error.code === 'CONFLICT') return this.#load(signal);
      this.#settings.report(error); // it stays where it is
      return content;
    }
  }

  /** Stores changes that others have left, in their order, after `content`. @returns All of that. */
  async #take(
    content: EncodedContent | undefined,
    left: readonly LeftChanges[],
    signal: AbortSignal,
  ): Promise<EncodedContent | undefined> {
    if (left.length === 0) return content;
    const completed = content ?? [{}, {}];
    const changes = left.map((one) => one.changes);
    const writers = left.map(({page, number}): Writer => [page, number]);
    if (this.#database.known?.snapshotLength) {
      for (const [index, writer] of writers.entries()) {
        await this.#database.append(encodeJson(changes[index]), writer, signal);
      }
      applyChangesToContent(completed, changes);
    } else {
      applyChangesToContent(completed, changes);
      const getContent = Object.assign(() => completed, {holdsMore: true});
      await this.#database.replace(getContent, writers, signal);
    }
    this.#others.send();
    return completed;
  }

  /** Looks once whether somebody else has written since what we know, and since we have last told of it. */
  async #look(
    seen: {head: number},
    onChange: (change?: ExternalChange) => unknown,
    signal: AbortSignal,
  ): Promise<void> {
    const known = this.#database.known?.head ?? 0;
    const head = Math.max(seen.head, known);
    const steps = this.#database.isLost ? undefined : await this.#database.stepsSince(head, signal);
    if (!steps) {
      seen.head = 0;
      onChange(); // all must be read; what is known is known from then on
      return;
    }
    let isTakenIn = head === known;
    for (const {changes, record} of steps) {
      isTakenIn = (!changes || onChange(changes) === true) && isTakenIn;
      if (isTakenIn) this.#database.advance(record);
      seen.head = record.revision;
    }
  }

  /** Runs what writes changes of this page. */
  async #writeAs(signal: AbortSignal, work: (writer: Writer) => Promise<void>): Promise<void> {
    this.#isWriting = true;
    const writer: Writer = [this.#leaving.page, this.#leaving.begin()];
    try {
      await this.#change(signal, () => work(writer));
    } finally {
      this.#isWriting = false;
    }
  }

  /** Runs what writes, and tells the others. */
  async #change<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const result = await this.#queue.run('save', signal, work);
    this.#others.send();
    return result;
  }
}
