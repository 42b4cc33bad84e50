/**
 * Keeps a store in a database of the browser: snapshots in chunks of rows, and a journal of what has changed
 * since, see layout.ts. Tabs share it without locks: who adds to the journal first wins, and the others take
 * that in and try again.
 */
import type {EncodedChanges} from '../../store/internals.ts';
import {encodeJson} from '../engine/json-codec.ts';
import type {ExternalChange, GetContent, StorageAdapter} from '../engine/storage-adapter.ts';
import {ChangeSignal} from './change-signal.ts';
import type {Durability} from './database.ts';
import type {RowChunks} from './row-chunks.ts';
import {VersionedDatabase} from './versioned-database.ts';
import {type WatchSettings, watchOthers} from './watch-others.ts';
import {WorkQueue} from './work-queue.ts';

export interface IndexedDbStorageSettings extends WatchSettings {
  readonly dbName: string;
  readonly rows: RowChunks;
  readonly durability: Durability;
}

/** In UTF-16 code units: below that, folding a journal in is not worth it. */
const MIN_JOURNAL_LENGTH = 65_536;

export class IndexedDbStorage implements StorageAdapter {
  readonly name: string;
  readonly #settings: IndexedDbStorageSettings;
  readonly #database: VersionedDatabase;
  readonly #others: ChangeSignal;
  readonly #queue: WorkQueue;
  #onLost: () => void = () => undefined;

  constructor(settings: IndexedDbStorageSettings) {
    const {dbName, rows, durability} = settings;
    this.name = `indexedDB:${dbName}`;
    this.#settings = settings;
    this.#others = new ChangeSignal(this.name);
    this.#queue = new WorkQueue(this.name);
    this.#database = new VersionedDatabase(dbName, this.name, rows, durability, () =>
      this.#onLost(),
    );
  }

  read(signal: AbortSignal): Promise<unknown> {
    return this.#queue.run('load', signal, () => this.#database.load(signal));
  }

  write(getContent: GetContent, signal: AbortSignal): Promise<void> {
    return this.#change(signal, async () => {
      if (!this.#database.known) await this.#database.load(signal); // nothing unreadable is overwritten
      await this.#database.replace(getContent, signal, false);
    });
  }

  writeChanges(
    changes: EncodedChanges,
    getContent: GetContent,
    signal: AbortSignal,
  ): Promise<void> {
    return this.#change(signal, () => {
      const {snapshotLength, journalLength} = this.#database.assertKnown();
      const text = encodeJson(changes);
      const limit = snapshotLength && Math.max(snapshotLength, MIN_JOURNAL_LENGTH);
      return journalLength + text.length < limit
        ? this.#database.append(text, signal)
        : this.#database.replace(getContent, signal, false);
    });
  }

  /** Folds the journal in, if it is worth it. */
  tidy(getContent: GetContent, signal: AbortSignal): Promise<void> {
    return this.#queue.run('save', signal, async () => {
      const {snapshotLength, journalLength} = this.#database.assertKnown();
      const limit = Math.max(snapshotLength, MIN_JOURNAL_LENGTH) / 4;
      if (journalLength > limit) await this.#database.replace(getContent, signal, true);
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

  /** Runs what writes, and tells the others. */
  async #change<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const result = await this.#queue.run('save', signal, work);
    this.#others.send();
    return result;
  }
}
