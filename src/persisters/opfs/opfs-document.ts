/**
 * A file of JSON text and its journal, as one of several tabs that may write them. What this one has last read
 * or written is known; every write makes sure, under a lock, that it is still what is stored.
 */
import type {
  PersisterError,
  PersisterErrorCode,
  PersisterErrorDetails,
  PersisterPhase,
} from '../../errors.ts';
import type {Version} from '../engine/external-changes.ts';
import {decodeSnapshot, encodeRecord, type JournalRecord, markSnapshot} from '../engine/journal.ts';
import {evidenceOfFile, evidenceOfRecords, hasCommitted} from './commit-evidence.ts';
import {extendJournal} from './journal-writer.ts';
import type {HasWritten, LeftBehind, OnCommit} from './left-behind.ts';
import {identityOf, type OpfsFiles} from './opfs-files.ts';
import {announceWrite} from './opfs-watch.ts';
import {journaled, lookAtStored, readStored, type Stored} from './stored.ts';
import {TextBatches} from './text-batches.ts';
import {withLock} from './web-lock.ts';

/** A journal is folded in when it has outgrown the first, and half of what it belongs to, or the second. */
const MIN_JOURNAL_BYTES = 4_096;
const MAX_JOURNAL_BYTES = 1 << 20;

const NOTHING: Version = {snapshot: '', journal: '', journalLength: 0};

const isBroken = ({changes, journalState}: Stored): boolean =>
  changes === undefined || journalState !== 'sound';

/** Makes an error of this storage. */
export type NewError = (
  code: PersisterErrorCode,
  phase: PersisterPhase,
  what: string,
  details?: Partial<PersisterErrorDetails>,
) => PersisterError;

export class OpfsDocument {
  /** What was last read or written here. */
  known: Version | undefined;
  readonly files: OpfsFiles;
  readonly #threshold: number;
  readonly #newError: NewError;
  readonly #report: (error: unknown) => void;
  readonly #leftBehind: LeftBehind;

  /**
   * @param threshold From how many bytes on there is a journal.
   * @param report Gets what is worth knowing though nothing has failed: a journal that was set aside.
   */
  constructor(
    files: OpfsFiles,
    threshold: number,
    newError: NewError,
    report: (error: unknown) => void,
    leftBehind: LeftBehind,
  ) {
    this.files = files;
    this.#threshold = files.isPrivate ? threshold : Infinity;
    this.#newError = newError;
    this.#report = report;
    this.#leftBehind = leftBehind;
  }

  /** Whether what is known has come about by the write with this evidence, or after it. */
  readonly hasWritten: HasWritten = (evidence) => hasCommitted(evidence, this.files, this.#version);

  /** Reads what is stored, and from then on knows it. */
  async read(signal: AbortSignal): Promise<unknown> {
    const read = async (): Promise<[stored: Stored, content: unknown]> => {
      const stored = await readStored(this.files, (bytes) => bytes >= this.#threshold, signal);
      if (stored.journalState === 'newer') {
        const what = 'has a journal that a newer version has written';
        throw this.#newError('UNREADABLE', 'load', what);
      }
      return [stored, this.#decode(stored)];
    };
    let [stored, content] = await read();
    if (isBroken(stored)) {
      try {
        await this.#locked(signal, async (assertHeld) => {
          [stored, content] = await read();
          if (isBroken(stored)) await this.#setJournalAside(stored, assertHeld);
        });
      } catch (error) {
        signal.throwIfAborted();
        this.#report(error); // What is good has been read all the same.
      }
    }
    this.known = stored.version;
    return content;
  }

  /** Whether that much should be added to the journal, rather than that everything is written as one file. */
  hasRoomFor(bytes: number): boolean {
    const {mark, journalLength} = this.#version;
    if (!mark || mark.bytes < this.#threshold) return false;
    const room = Math.min(Math.max(mark.bytes / 2, MIN_JOURNAL_BYTES), MAX_JOURNAL_BYTES);
    return journalLength + bytes <= room;
  }

  /** Adds records to the journal; begins one if there is none. Only if there is room. */
  append(
    records: readonly Uint8Array<ArrayBuffer>[],
    signal: AbortSignal,
    onCommit?: OnCommit,
  ): Promise<void> {
    return this.#locked(signal, async (assertHeld) => {
      await this.#compare();
      const {mark, journalLength} = this.#version;
      const start = mark && journalLength === 0 ? [encodeRecord(mark)] : [];
      await this.#extend([...start, ...records], assertHeld, onCommit);
    });
  }

  /**
   * Writes everything as one file. A journal ends with that.
   * @param getText The text of all there is, in parts.
   */
  async replace(
    getText: () => readonly string[],
    signal: AbortSignal,
    onCommit?: OnCommit,
  ): Promise<void> {
    if (!this.known) await this.read(signal); // nothing unreadable is overwritten
    await this.#compare(); // not yet for sure, but a draft less in most cases
    const needsMark = this.#threshold < Infinity || this.#version.journalLength > 0;
    const text = new TextBatches(getText(), needsMark);
    const newDraft = async (): Promise<FileSystemWritableFileStream> =>
      text.writeTo(await this.files.replaceSnapshot(), signal);
    let draft = await newDraft();
    try {
      await this.#locked(signal, async (assertHeld) => {
        const now = await this.#compare();
        await this.#leftBehind.settle(this.hasWritten);
        const mark = needsMark ? markSnapshot(text.bytes, text.crc32) : undefined;
        // Whoever finds the new snapshot with the old journal, after a crash, must know that they agree.
        if (mark && this.#version.journalLength > 0) {
          await this.#extend([encodeRecord(mark)], assertHeld);
        }
        for (;;) {
          assertHeld();
          onCommit?.(evidenceOfFile(now));
          await draft.close();
          const snapshot = identityOf(await this.files.snapshot());
          this.known = {...this.#version, snapshot, mark};
          if (snapshot !== now.snapshot) break;
          // Nobody could tell the new file from the old one: the clock has not moved on.
          draft = await newDraft();
        }
        if (now.journalLength > 0) {
          await extendJournal(await this.files.openJournal(), 0, [], assertHeld);
          this.known = {...this.known, journalLength: 0};
        }
      });
    } catch (error) {
      await draft.abort(); // does nothing if it has been closed
      throw error;
    }
  }

  /** Copies the files to where they are kept, and empties them. @returns Where they are. */
  setAside(signal: AbortSignal): Promise<string> {
    return this.#locked(signal, async (assertHeld) => {
      const {files} = this;
      const now = await lookAtStored(files);
      await this.#leftBehind.settle((evidence) => hasCommitted(evidence, files, now));
      const [snapshot, journal] = [await files.snapshot(), await files.journal()];
      const aside = await files.keepAside(snapshot ?? new Blob());
      if (journal && journal.size > 0) {
        await files.keepAside(journal, '.journal');
        await extendJournal(await files.openJournal(), 0, [], assertHeld);
      }
      const draft = await files.replaceSnapshot();
      assertHeld();
      await draft.close();
      this.known = await lookAtStored(files);
      return aside;
    });
  }

  async #locked<Result>(
    signal: AbortSignal,
    work: (assertHeld: () => void) => Promise<Result>,
  ): Promise<Result> {
    const result = await withLock(`cellar:${this.files.path}`, signal, work);
    announceWrite(this.files);
    return result;
  }

  #decode({snapshot, changes}: Stored): unknown {
    try {
      return decodeSnapshot(snapshot, changes);
    } catch (cause) {
      throw this.#newError('UNREADABLE', 'load', 'does not hold JSON text', {cause});
    }
  }

  /** Copies the journal to where it is kept, and cuts off what is no good. */
  async #setJournalAside(
    {journal, version, changes}: Stored,
    assertHeld: () => void,
  ): Promise<void> {
    const setAsideAs = await this.files.keepAside(journal ?? new Blob(), '.journal');
    await extendJournal(await this.files.openJournal(), version.journalLength, [], assertHeld);
    const what = changes
      ? 'has a journal that is damaged'
      : 'was replaced by a program that does not know of its journal';
    const message = `${what}; it is now in ${setAsideAs}`;
    this.#report(this.#newError('UNREADABLE', 'load', message, {setAsideAs}));
  }

  /** Adds records to the journal that is known, in place of a torn one if there is one. */
  async #extend(
    records: readonly Uint8Array<ArrayBuffer>[],
    assertHeld: () => void,
    onCommit?: OnCommit,
  ): Promise<void> {
    const {journalLength} = this.#version;
    const journal = await this.files.openJournal();
    await extendJournal(journal, journalLength, records, assertHeld, () =>
      onCommit?.(evidenceOfRecords(this.#version, records)),
    );
    const added = records.reduce((sum, {length}) => sum + length, 0);
    this.known = {...this.#version, journalLength: journalLength + added};
  }

  /**
   * Makes sure, under the lock, that nobody else has written. What others have added to the journal is
   * known from then on, and for whoever catches the error to apply.
   * @returns The files as they are.
   */
  async #compare(): Promise<Version> {
    const known = this.#version;
    const now = await lookAtStored(this.files);
    let changes: readonly JournalRecord[] | undefined;
    if (now.snapshot === known.snapshot) {
      if (now.journalLength === known.journalLength) return now;
      const addition = await journaled(this.files).readAddition(known, now, known.journalLength);
      if (addition) this.known = {...known, journalLength: addition.length};
      changes = addition?.changes;
      if (changes?.length === 0) return now;
    }
    const what = changes ? 'has been changed' : 'has been replaced';
    const details = {retriable: true, ...(changes ? {changes} : {})};
    throw this.#newError('CONFLICT', 'save', what, details);
  }

  get #version(): Version {
    return this.known ?? NOTHING;
  }
}
