/**
 * Keeps a store in a file of JSON text, which is replaced as a whole; beyond a size, changes are added to
 * a journal beside it instead, and folded in now and then. Writes of several processes to the same file
 * are told apart by comparing, under a lock, what is stored with what was last read or written here.
 */
import {constants, open, rename, rm, stat, truncate} from 'node:fs/promises';
import {resolve} from 'node:path';
import {
  PersisterError,
  type PersisterErrorCode,
  type PersisterErrorDetails,
  type PersisterPhase,
} from '../../errors.ts';
import type {EncodedChanges} from '../../store/internals.ts';
import {ExternalChanges, NOTHING, type Version} from '../engine/external-changes.ts';
import {decodeSnapshot, encodeRecord, markSnapshot, type SnapshotMark} from '../engine/journal.ts';
import {OperationQueue} from '../engine/operation-queue.ts';
import type {ExternalChange, GetContent, StorageAdapter} from '../engine/storage-adapter.ts';
import {commitDraft, syncFolder, withDraft} from './atomic-write.ts';
import {toFileError, unlessMissing} from './file-errors.ts';
import {identityOf, inodeOf, journalOf, resolveTarget, statOf} from './file-identity.ts';
import {FileLock} from './file-lock.ts';
import {watchFile} from './file-watch.ts';
import {lockOf, removeLeftovers} from './leftovers.ts';
import {filesAt, lookAtStored, readAddition, readStored, type Stored} from './stored-files.ts';
import {BatchEncoder, Meter} from './text-encoder.ts';

export interface FileStorageOptions {
  /**
   * When a save counts as done: when it has reached the disk, and survives a power cut, or when the
   * operating system has taken it, and it survives the end of the process. Default `disk`.
   */
  readonly durability?: 'disk' | 'os' | undefined;
  /** `auto`: large files get a journal. `compatible`: always one plain JSON file. Default `auto`. */
  readonly format?: 'auto' | 'compatible' | undefined;
  /** From which size on a file gets a journal, in bytes. Default 65,536. */
  readonly journalThresholdBytes?: number | undefined;
}

/** The text of the content, in parts. */
export interface TextSource {
  parts(getContent: GetContent): readonly string[];
}

/** A journal is folded in when it has outgrown this, and half of what it belongs to. */
const MIN_JOURNAL_BYTES = 4_096;

/** A write before which others have written so many times keeps them away from the next time on, until it is done. */
const MAX_CONFLICTS = 2;

/** No string of V8 is longer, so that a longer text could be written but not read. */
const MAX_TEXT_BYTES = 2 ** 29 - 24;

const timeStamp = (): string => new Date().toISOString().replace(/[:.]/g, '-');

/** A name, not taken yet, for what is moved out of the way now. */
const nameAside = async (path: string): Promise<string> => {
  for (;;) {
    const aside = `${path}.unreadable-${timeStamp()}`;
    if (!(await statOf(aside))) return aside;
  }
};

const isBroken = ({changes, journalState}: Stored): boolean =>
  changes === undefined || journalState !== 'sound';

export class FileStorage implements StorageAdapter {
  readonly name: string;
  readonly #path: string;
  readonly #text: TextSource;
  readonly #report: (error: PersisterError) => void;
  readonly #isDurable: boolean;
  /** From how many bytes on there is a journal. */
  readonly #threshold: number;
  readonly #encoder: BatchEncoder;
  readonly #lock: FileLock;
  /** An operation that is past its deadline may still be running when the next one comes. */
  readonly #operations = new OperationQueue();
  #isSwept = false;
  /** How many attempts to write others have spoiled since the last that succeeded. */
  #conflicts = 0;
  /** What was last read or written here. */
  #known: Version | undefined;
  /** Whether what is stored may not have reached the disk: another whole write settles that. */
  #isUnsettled = false;

  /** @param report Gets what is worth knowing though nothing has failed: a journal that was set aside. */
  constructor(
    path: string,
    text: TextSource,
    report: (error: PersisterError) => void,
    {durability = 'disk', format = 'auto', journalThresholdBytes = 65_536}: FileStorageOptions = {},
  ) {
    this.name = `file:${path}`;
    this.#path = resolve(path);
    this.#text = text;
    this.#report = report;
    this.#isDurable = durability === 'disk';
    this.#threshold = format === 'auto' ? journalThresholdBytes : Infinity;
    this.#encoder = new BatchEncoder(format === 'compatible');
    this.#lock = new FileLock((error) => report(toFileError(error, 'save', this.name)));
  }

  read(signal: AbortSignal): Promise<unknown> {
    return this.#run('load', (target) => this.#load(target, signal));
  }

  write(getContent: GetContent, signal: AbortSignal): Promise<void> {
    return this.#save(signal, (target) => this.#replace(target, getContent, signal));
  }

  writeChanges(
    changes: EncodedChanges,
    getContent: GetContent,
    signal: AbortSignal,
  ): Promise<void> {
    return this.#save(signal, async (target) => {
      const {mark, journalLength} = this.#version;
      if (mark && mark.bytes >= this.#threshold && !this.#isUnsettled) {
        const record = encodeRecord(changes);
        if (journalLength + record.length <= Math.max(mark.bytes / 2, MIN_JOURNAL_BYTES)) {
          await this.#append(target, mark, record, signal);
          return;
        }
      }
      await this.#replace(target, getContent, signal);
    });
  }

  /** Folds the journal in. */
  tidy(getContent: GetContent, signal: AbortSignal): Promise<void> {
    return this.#run('save', async (target) => {
      if (this.#known?.journalLength) await this.#replace(target, getContent, signal);
    });
  }

  setAside(signal: AbortSignal): Promise<string> {
    return this.#run('save', async (target) => {
      // A folder cannot be read either, but no file should take its place.
      if ((await unlessMissing(stat(target)))?.isDirectory()) {
        throw this.#error('DENIED', 'save', 'is a folder');
      }
      return this.#lock.run(lockOf(target), signal, async (assertHeld) => {
        const aside = await nameAside(target);
        const journalAside = await nameAside(journalOf(target));
        assertHeld();
        await unlessMissing(rename(journalOf(target), journalAside));
        await unlessMissing(rename(target, aside));
        this.#known = NOTHING;
        if (this.#isDurable) await syncFolder(target);
        return aside;
      });
    });
  }

  async watch(onChange: (change?: ExternalChange) => void): Promise<() => Promise<void>> {
    const target = await this.#run('listen', (path) => Promise.resolve(path));
    const changes = await ExternalChanges.start(filesAt(target), this.#known);
    return watchFile(target, [journalOf('')], () =>
      // In line with the operations, whose writes are known once they are over.
      this.#operations.run(async () =>
        // Looking at what cannot be resolved tells why.
        changes.check(
          filesAt(await resolveTarget(this.#path).catch(() => target)),
          this.#known,
          onChange,
        ),
      ),
    );
  }

  close(): Promise<void> {
    return this.#operations.run(() => this.#lock.cancel());
  }

  /** Serializes operations, and puts what failed in the words of persisters. */
  #run<Result>(phase: PersisterPhase, work: (target: string) => Promise<Result>): Promise<Result> {
    return this.#operations.run(async () => {
      try {
        return await work(await resolveTarget(this.#path));
      } catch (error) {
        throw toFileError(error, phase, this.name);
      }
    });
  }

  /** The same for a write, which is made again if others have written meanwhile. */
  #save(signal: AbortSignal, work: (target: string) => Promise<void>): Promise<void> {
    return this.#run('save', async (target) => {
      // Who writes all the time is faster than we, who must read before: now nobody does until we have.
      if (this.#conflicts >= MAX_CONFLICTS) await this.#lock.reserve(lockOf(target), signal);
      try {
        await work(target);
        this.#conflicts = 0;
      } catch (error) {
        if (toFileError(error, 'save', this.name).code === 'CONFLICT') this.#conflicts++;
        else await this.#lock.giveUp(); // whatever it is, others may have more luck
        throw error;
      }
    });
  }

  /** Reads what is stored, and from then on knows it. */
  async #load(target: string, signal: AbortSignal): Promise<unknown> {
    const read = async (): Promise<[stored: Stored, content: unknown]> => {
      const stored = await readStored(target, (bytes) => bytes >= this.#threshold, signal);
      if (stored.journalState === 'newer') {
        throw this.#error('UNREADABLE', 'load', 'has a journal that a newer version has written');
      }
      return [stored, this.#decode(stored)];
    };
    let [stored, content] = await read();
    if (isBroken(stored)) {
      try {
        await this.#lock.run(lockOf(target), signal, async (assertHeld) => {
          [stored, content] = await read();
          if (isBroken(stored)) await this.#setJournalAside(target, stored, assertHeld, signal);
        });
      } catch (error) {
        signal.throwIfAborted();
        // What is good has been read all the same.
        this.#report(toFileError(error, 'load', this.name));
      }
    }
    this.#known = stored.version;
    return content;
  }

  #decode(stored: Stored): unknown {
    try {
      return decodeSnapshot(stored.snapshot, stored.changes);
    } catch (cause) {
      throw this.#error('UNREADABLE', 'load', 'does not hold JSON text', {cause});
    }
  }

  /** Copies the journal to where it is kept, and cuts off what is no good. */
  async #setJournalAside(
    target: string,
    {journal, version, changes}: Stored,
    assertHeld: () => void,
    signal: AbortSignal,
  ): Promise<void> {
    const path = journalOf(target);
    const setAsideAs = await nameAside(path);
    await withDraft(target, path, [[journal]], this.#isDurable, signal, (draft) =>
      commitDraft(draft, setAsideAs, assertHeld),
    );
    if (this.#isDurable) await syncFolder(target);
    assertHeld();
    await truncate(path, version.journalLength);
    const what = changes
      ? 'has a journal that is damaged'
      : 'was replaced by a program that does not know of its journal';
    this.#report(
      this.#error('UNREADABLE', 'load', `${what}; it is now in ${setAsideAs}`, {setAsideAs}),
    );
  }

  /** Writes everything as one file. A journal ends with that. */
  async #replace(target: string, getContent: GetContent, signal: AbortSignal): Promise<void> {
    if (!this.#known) await this.#load(target, signal); // nothing unreadable is overwritten
    await this.#compare(target); // not yet for sure, but a draft less in most cases
    await this.#sweep(target);
    const needsMark = this.#threshold < Infinity || this.#version.journalLength > 0;
    const meter = new Meter(needsMark);
    const batches = meter.measure(this.#encoder.encode(this.#text.parts(getContent)));
    await withDraft(target, target, batches, this.#isDurable, signal, async (draft) => {
      if (meter.bytes > MAX_TEXT_BYTES) {
        throw this.#error('QUOTA', 'save', 'would become too large to be read again');
      }
      await this.#lock.run(lockOf(target), signal, async (assertHeld) => {
        const now = await this.#compare(target);
        const mark = needsMark ? markSnapshot(meter.bytes, meter.crc32) : undefined;
        assertHeld();
        // Whoever finds the new snapshot with the old journal, after a crash, must know that they agree.
        if (mark && this.#version.journalLength > 0) await this.#add(target, encodeRecord(mark));
        this.#isUnsettled = true;
        await commitDraft(draft, target, assertHeld);
        this.#known = {...this.#version, snapshot: identityOf(draft.stats), mark};
        if (this.#isDurable) await syncFolder(target);
        if (now.journal !== '') {
          await rm(journalOf(target), {force: true});
          this.#known = {...this.#known, journal: '', journalLength: 0};
        }
        this.#isUnsettled = false;
      });
    });
  }

  /** Adds a record to the journal; begins one if there is none. */
  async #append(
    target: string,
    mark: SnapshotMark,
    record: Uint8Array,
    signal: AbortSignal,
  ): Promise<void> {
    if (!this.#isSwept) await this.#sweep(target);
    await this.#lock.run(lockOf(target), signal, async (assertHeld) => {
      await this.#compare(target);
      if (this.#version.journalLength > 0) {
        assertHeld();
        await this.#add(target, record);
        return;
      }
      const journal = Buffer.concat([encodeRecord(mark), record]);
      await withDraft(target, target, [[journal]], this.#isDurable, signal, async (draft) => {
        await commitDraft(draft, journalOf(target), assertHeld);
        this.#isUnsettled = true;
        this.#known = {
          ...this.#version,
          journal: inodeOf(draft.stats),
          journalLength: journal.length,
        };
        if (this.#isDurable) await syncFolder(target);
        this.#isUnsettled = false;
      });
    });
  }

  /** Adds a record to the journal that is known, in place of a torn one if there is one. */
  async #add(target: string, record: Uint8Array): Promise<void> {
    const {journalLength} = this.#version;
    const handle = await open(journalOf(target), constants.O_WRONLY | constants.O_APPEND);
    try {
      await handle.truncate(journalLength);
      await handle.writeFile(record);
      this.#isUnsettled = true;
      this.#known = {...this.#version, journalLength: journalLength + record.length};
      if (this.#isDurable) await handle.datasync();
      this.#isUnsettled = false;
    } finally {
      await handle.close();
    }
  }

  /**
   * Makes sure, under the lock, that nobody else has written. What others have added to the journal is
   * known from then on, and for whoever catches the error to apply.
   * @returns The files as they are.
   */
  async #compare(target: string): Promise<Version> {
    const known = this.#version;
    const now = await lookAtStored(target);
    const isSameJournal = known.journalLength === 0 || now.journal === known.journal;
    if (now.snapshot === known.snapshot && isSameJournal) {
      if (now.journalLength === known.journalLength) return now;
      const addition = await readAddition(target, known, now, known.journalLength);
      if (addition) {
        this.#known = {...known, journal: now.journal, journalLength: addition.length};
        if (addition.changes.length === 0) return now;
        throw this.#error('CONFLICT', 'save', 'has been changed', {changes: addition.changes});
      }
    }
    throw this.#error('CONFLICT', 'save', 'has been replaced');
  }

  async #sweep(target: string): Promise<void> {
    await removeLeftovers(target);
    this.#isSwept = true;
  }

  get #version(): Version {
    return this.#known ?? NOTHING;
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
      retriable: code === 'CONFLICT',
      ...details,
    });
  }
}
