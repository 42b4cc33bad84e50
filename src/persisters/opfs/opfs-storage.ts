/**
 * Keeps a store in a file of the browser's private file system, as JSON text, which is replaced as a whole;
 * beyond a size, changes are added to a journal beside it instead, and folded in now and then. Writes of several
 * tabs are told apart by comparing, under a lock, what is stored with what was last read or written here.
 */
import {
  PersisterError,
  type PersisterErrorCode,
  type PersisterErrorDetails,
  type PersisterPhase,
} from '../../errors.ts';
import type {EncodedChanges} from '../../store/internals.ts';
import {ExternalChanges, type Version} from '../engine/external-changes.ts';
import {decodeSnapshot, encodeRecord, markSnapshot, type SnapshotMark} from '../engine/journal.ts';
import {OperationQueue} from '../engine/operation-queue.ts';
import type {ExternalChange, GetContent, StorageAdapter} from '../engine/storage-adapter.ts';
import {commit, extendJournal} from './journal-writer.ts';
import {toOpfsError} from './opfs-errors.ts';
import {identityOf, OpfsFiles} from './opfs-files.ts';
import {announceWrite, watchFiles} from './opfs-watch.ts';
import {journaled, lookAtStored, readStored, type Stored} from './stored.ts';
import {TextBatches} from './text-batches.ts';
import {LockLostError, withLock} from './web-lock.ts';

export interface OpfsStorageOptions {
  /** `auto`: large files get a journal. `compatible`: always one plain JSON file. Default `auto`. */
  readonly format?: 'auto' | 'compatible' | undefined;
  /** From which size on a file gets a journal, in bytes. Default 65,536. */
  readonly journalThresholdBytes?: number | undefined;
}

/** The text of the content, in parts. */
export interface TextSource {
  parts(getContent: GetContent): readonly string[];
}

/** A journal is folded in when it has outgrown the first, and half of what it belongs to, or the second. */
const MIN_JOURNAL_BYTES = 4_096;
const MAX_JOURNAL_BYTES = 1 << 20;

const NOTHING: Version = {snapshot: '', journal: '', journalLength: 0};

const isBroken = ({changes, journalState}: Stored): boolean =>
  changes === undefined || journalState !== 'sound';

export class OpfsStorage implements StorageAdapter {
  readonly name: string;
  readonly #handle: FileSystemFileHandle;
  readonly #text: TextSource;
  readonly #report: (error: PersisterError) => void;
  /** From how many bytes on there is a journal. */
  readonly #threshold: number;
  readonly #pollMs: number;
  /** An operation that is past its deadline may still be running when the next one comes. */
  readonly #operations = new OperationQueue();
  #files: OpfsFiles | undefined;
  /** What was last read or written here. */
  #known: Version | undefined;

  /**
   * @param report Gets what is worth knowing though nothing has failed: a journal that was set aside.
   * @param pollMs How often to look for changes where the browser does not tell of them.
   */
  constructor(
    handle: FileSystemFileHandle,
    text: TextSource,
    report: (error: PersisterError) => void,
    {format = 'auto', journalThresholdBytes = 65_536}: OpfsStorageOptions = {},
    pollMs = 5_000,
  ) {
    this.name = `opfs:${handle.name}`;
    this.#handle = handle;
    this.#text = text;
    this.#report = report;
    this.#threshold = format === 'auto' ? journalThresholdBytes : Infinity;
    this.#pollMs = pollMs;
  }

  read(signal: AbortSignal): Promise<unknown> {
    return this.#run('load', (files) => this.#load(files, signal));
  }

  write(getContent: GetContent, signal: AbortSignal): Promise<void> {
    return this.#run('save', (files) => this.#replace(files, getContent, signal));
  }

  writeChanges(
    changes: EncodedChanges,
    getContent: GetContent,
    signal: AbortSignal,
  ): Promise<void> {
    return this.#run('save', async (files) => {
      const {mark, journalLength} = this.#version;
      if (files.isPrivate && mark && mark.bytes >= this.#threshold) {
        const record = encodeRecord(changes);
        const room = Math.min(Math.max(mark.bytes / 2, MIN_JOURNAL_BYTES), MAX_JOURNAL_BYTES);
        if (journalLength + record.length <= room) {
          await this.#append(files, mark, record, signal);
          return;
        }
      }
      await this.#replace(files, getContent, signal);
    });
  }

  /** Folds the journal in. */
  tidy(getContent: GetContent, signal: AbortSignal): Promise<void> {
    return this.#run('save', async (files) => {
      if (this.#version.journalLength > 0) await this.#replace(files, getContent, signal);
    });
  }

  /** Copies the files to where they are kept, and empties them. */
  setAside(signal: AbortSignal): Promise<string> {
    return this.#run('save', (files) =>
      this.#locked(files, signal, async (assertHeld) => {
        const [snapshot, journal] = [await files.snapshot(), await files.journal()];
        const aside = await files.keepAside(snapshot ?? new Blob());
        if (journal && journal.size > 0) {
          await files.keepAside(journal, '.journal');
          await extendJournal(await files.openJournal(), 0, [], assertHeld);
        }
        await commit(await files.replaceSnapshot(), assertHeld, () => Promise.resolve());
        this.#known = await lookAtStored(files);
        return aside;
      }),
    );
  }

  async watch(onChange: (change?: ExternalChange) => void): Promise<() => void> {
    const files = await this.#run('listen', (found) => Promise.resolve(found));
    const changes = await ExternalChanges.start(journaled(files), this.#known);
    return watchFiles(files, this.#pollMs, () =>
      // In line with the operations, whose writes are known once they are over.
      this.#operations.run(() => changes.check(journaled(files), this.#known, onChange)),
    );
  }

  /** Serializes operations, and puts what failed in the words of persisters. */
  #run<Result>(
    phase: PersisterPhase,
    work: (files: OpfsFiles) => Promise<Result>,
  ): Promise<Result> {
    return this.#operations.run(async () => {
      try {
        this.#files ??= await OpfsFiles.locate(this.#handle);
        return await work(this.#files);
      } catch (error) {
        if (error instanceof LockLostError)
          throw this.#conflict('may have been changed', {cause: error});
        throw toOpfsError(error, phase, this.name);
      }
    });
  }

  #locked<Result>(
    files: OpfsFiles,
    signal: AbortSignal,
    work: (assertHeld: () => void) => Promise<Result>,
  ): Promise<Result> {
    return withLock(`cellar:${files.path}`, signal, async (assertHeld) => {
      const result = await work(assertHeld);
      announceWrite(files);
      return result;
    });
  }

  /** Reads what is stored, and from then on knows it. */
  async #load(files: OpfsFiles, signal: AbortSignal): Promise<unknown> {
    const read = async (): Promise<[stored: Stored, content: unknown]> => {
      const stored = await readStored(files, (bytes) => bytes >= this.#threshold, signal);
      if (stored.journalState === 'newer') {
        throw this.#error('UNREADABLE', 'load', 'has a journal that a newer version has written');
      }
      return [stored, this.#decode(stored)];
    };
    let [stored, content] = await read();
    if (isBroken(stored)) {
      try {
        await this.#locked(files, signal, async (assertHeld) => {
          [stored, content] = await read();
          if (isBroken(stored)) await this.#setJournalAside(files, stored, assertHeld);
        });
      } catch (error) {
        signal.throwIfAborted();
        // What is good has been read all the same.
        this.#report(toOpfsError(error, 'load', this.name));
      }
    }
    this.#known = stored.version;
    return content;
  }

  #decode({snapshot, changes}: Stored): unknown {
    try {
      return decodeSnapshot(snapshot, changes);
    } catch (cause) {
      throw this.#error('UNREADABLE', 'load', 'does not hold JSON text', {cause});
    }
  }

  /** Copies the journal to where it is kept, and cuts off what is no good. */
  async #setJournalAside(
    files: OpfsFiles,
    {journal, version, changes}: Stored,
    assertHeld: () => void,
  ): Promise<void> {
    const setAsideAs = await files.keepAside(journal ?? new Blob(), '.journal');
    await extendJournal(await files.openJournal(), version.journalLength, [], assertHeld);
    const what = changes
      ? 'has a journal that is damaged'
      : 'was replaced by a program that does not know of its journal';
    this.#report(
      this.#error('UNREADABLE', 'load', `${what}; it is now in ${setAsideAs}`, {setAsideAs}),
    );
  }

  /** Writes everything as one file. A journal ends with that. */
  async #replace(files: OpfsFiles, getContent: GetContent, signal: AbortSignal): Promise<void> {
    if (!this.#known) await this.#load(files, signal); // nothing unreadable is overwritten
    await this.#compare(files); // not yet for sure, but a draft less in most cases
    const needsMark =
      files.isPrivate && (this.#threshold < Infinity || this.#version.journalLength > 0);
    const text = new TextBatches(this.#text.parts(getContent), needsMark);
    let draft = await text.writeTo(await files.replaceSnapshot(), signal);
    try {
      await this.#locked(files, signal, async (assertHeld) => {
        const now = await this.#compare(files);
        const mark = needsMark ? markSnapshot(text.bytes, text.crc32) : undefined;
        // Whoever finds the new snapshot with the old journal, after a crash, must know that they agree.
        if (mark && this.#version.journalLength > 0) {
          await this.#extend(files, [encodeRecord(mark)], assertHeld);
        }
        for (;;) {
          assertHeld();
          await draft.close();
          const snapshot = identityOf(await files.snapshot());
          this.#known = {...this.#version, snapshot, mark};
          if (snapshot !== now.snapshot) break;
          // Nobody could tell the new file from the old one: the clock has not moved on.
          draft = await text.writeTo(await files.replaceSnapshot(), signal);
        }
        if (now.journalLength > 0) {
          await extendJournal(await files.openJournal(), 0, [], assertHeld);
          this.#known = {...this.#known, journalLength: 0};
        }
      });
    } catch (error) {
      await draft.abort(); // does nothing if it has been closed
      throw error;
    }
  }

  /** Adds a record to the journal; begins one if there is none. */
  #append(
    files: OpfsFiles,
    mark: SnapshotMark,
    record: Uint8Array<ArrayBuffer>,
    signal: AbortSignal,
  ): Promise<void> {
    return this.#locked(files, signal, async (assertHeld) => {
      await this.#compare(files);
      const isNew = this.#version.journalLength === 0;
      await this.#extend(files, isNew ? [encodeRecord(mark), record] : [record], assertHeld);
    });
  }

  /** Adds records to the journal that is known, in place of a torn one if there is one. */
  async #extend(
    files: OpfsFiles,
    records: readonly Uint8Array<ArrayBuffer>[],
    assertHeld: () => void,
  ): Promise<void> {
    const {journalLength} = this.#version;
    await extendJournal(await files.openJournal(), journalLength, records, assertHeld);
    const added = records.reduce((sum, {length}) => sum + length, 0);
    this.#known = {...this.#version, journalLength: journalLength + added};
  }

  /**
   * Makes sure, under the lock, that nobody else has written. What others have added to the journal is
   * known from then on, and for whoever catches the error to apply.
   * @returns The files as they are.
   */
  async #compare(files: OpfsFiles): Promise<Version> {
    const known = this.#version;
    const now = await lookAtStored(files);
    if (now.snapshot === known.snapshot) {
      if (now.journalLength === known.journalLength) return now;
      const addition = await journaled(files).readAddition(known, now, known.journalLength);
      if (addition) {
        this.#known = {...known, journalLength: addition.length};
        if (addition.changes.length === 0) return now;
        throw this.#conflict('has been changed', {changes: addition.changes});
      }
    }
    throw this.#conflict('has been replaced');
  }

  get #version(): Version {
    return this.#known ?? NOTHING;
  }

  #conflict(what: string, details: Partial<PersisterErrorDetails> = {}): PersisterError {
    return this.#error('CONFLICT', 'save', what, {retriable: true, ...details});
  }

  #error(
    code: PersisterErrorCode,
    phase: PersisterPhase,
    what: string,
    details: Partial<PersisterErrorDetails> = {},
  ): PersisterError {
    return new PersisterError(code, `${this.name} ${what}`, {
      phase,
      storage: this.name,
      retriable: false,
      ...details,
    });
  }
}
