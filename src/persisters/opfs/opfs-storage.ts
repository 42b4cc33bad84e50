/**
 * Keeps a store in a file of the browser's private file system, as JSON text, which is replaced as a whole;
 * beyond a size, changes are added to a journal beside it instead, and folded in now and then. Writes of several
 * tabs are told apart by comparing, under a lock, what is stored with what was last read or written here.
 */
import {PersisterError, type PersisterPhase} from '../../errors.ts';
import type {EncodedChanges} from '../../store/internals.ts';
import {applyChangesToContent, toContent} from '../engine/content.ts';
import {ExternalChanges} from '../engine/external-changes.ts';
import {encodeRecord} from '../engine/journal.ts';
import {OperationQueue} from '../engine/operation-queue.ts';
import type {ExternalChange, GetContent, StorageAdapter} from '../engine/storage-adapter.ts';
import {LeftBehind, type OnCommit} from './left-behind.ts';
import {type NewError, OpfsDocument} from './opfs-document.ts';
import {toOpfsError} from './opfs-errors.ts';
import {OpfsFiles} from './opfs-files.ts';
import {watchFiles} from './opfs-watch.ts';
import {journaled} from './stored.ts';
import {LockLostError} from './web-lock.ts';

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

/** Others may write so often while what pages have left behind is stored. */
const MAX_CONFLICTS = 20;

export class OpfsStorage implements StorageAdapter {
  readonly name: string;
  /** Only pages go; workers have nowhere to leave anything. */
  readonly carry?: NonNullable<StorageAdapter['carry']>;
  readonly #handle: FileSystemFileHandle;
  readonly #text: TextSource;
  readonly #report: (error: PersisterError) => void;
  readonly #threshold: number;
  readonly #pollMs: number;
  /** An operation that is past its deadline may still be running when the next one comes. */
  readonly #operations = new OperationQueue();
  /** Known as soon as it has been found out where the file lies. */
  #document: OpfsDocument | undefined;
  #leftBehind: LeftBehind | undefined;

  /**
   * @param report Gets what is worth knowing though nothing has failed.
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
    if ('localStorage' in globalThis) this.carry = this.#carry.bind(this);
  }

  read(signal: AbortSignal): Promise<unknown> {
    return this.#run('load', async (document) =>
      this.#takeOver(document, await document.read(signal), signal),
    );
  }

  write(getContent: GetContent, signal: AbortSignal): Promise<void> {
    return this.#write((document, onCommit) =>
      this.#replace(document, getContent, signal, onCommit),
    );
  }

  writeChanges(
    changes: EncodedChanges,
    getContent: GetContent,
    signal: AbortSignal,
  ): Promise<void> {
    return this.#write((document, onCommit) =>
      this.#writeChanges(document, [changes], getContent, signal, onCommit),
    );
  }

  /** Folds the journal in. */
  tidy(getContent: GetContent, signal: AbortSignal): Promise<void> {
    return this.#run('save', async (document) => {
      if (document.known?.journalLength) await this.#replace(document, getContent, signal);
    });
  }

  setAside(signal: AbortSignal): Promise<string> {
    return this.#run('save', (document) => document.setAside(signal));
  }

  async watch(onChange: (change?: ExternalChange) => void): Promise<() => void> {
    const document = await this.#run('listen', (found) => Promise.resolve(found));
    const files = journaled(document.files);
    const changes = await ExternalChanges.start(files, document.known);
    return watchFiles(document.files, this.#pollMs, () =>
      // In line with the operations, whose writes are known once they are over.
      this.#operations.run(() => changes.check(files, document.known, onChange)),
    );
  }

  #carry(changes: EncodedChanges | undefined, inFlight?: EncodedChanges): void {
    if (this.#leftBehind) this.#leftBehind.carry(changes, inFlight);
    else if (changes) throw this.#newError('UNAVAILABLE', 'save', 'has not been found yet');
  }

  /** Runs what writes changes of this page. */
  #write(work: (document: OpfsDocument, onCommit?: OnCommit) => Promise<void>): Promise<void> {
    const run = (onCommit?: OnCommit): Promise<void> =>
      this.#run('save', (document) => work(document, onCommit));
    return this.#leftBehind ? this.#leftBehind.write(run) : run();
  }

  /** Serializes operations, and puts what failed in the words of persisters. */
  #run<Result>(
    phase: PersisterPhase,
    work: (document: OpfsDocument) => Promise<Result>,
  ): Promise<Result> {
    return this.#operations.run(async () => {
      try {
        return await work((this.#document ??= await this.#find()));
      } catch (error) {
        throw this.#toError(error, phase);
      }
    });
  }

  async #find(): Promise<OpfsDocument> {
    const files = await OpfsFiles.locate(this.#handle);
    const report = (error: unknown): void => this.#report(this.#toError(error, 'load'));
    this.#leftBehind = new LeftBehind(`opfs:${files.path}`, report);
    return new OpfsDocument(files, this.#threshold, this.#newError, report, this.#leftBehind);
  }

  /** Stores what pages have left behind. @returns The content with it. */
  async #takeOver(document: OpfsDocument, read: unknown, signal: AbortSignal): Promise<unknown> {
    for (let content = read, conflicts = 0; ; content = await document.read(signal)) {
      const [missing = [], left = []] = (await this.#leftBehind?.left(document.hasWritten)) ?? [];
      if (missing.length === 0) this.#leftBehind?.remove(left);
      const whole = missing.length > 0 ? toContent(content ?? [{}, {}]) : undefined;
      if (!whole) return content;
      const changes = missing.map((one) => one.changes);
      applyChangesToContent(whole, changes);
      try {
        const getContent = Object.assign(() => whole, {holdsMore: true});
        await this.#writeChanges(document, changes, getContent, signal);
        this.#leftBehind?.remove(left);
        return whole;
      } catch (thrown) {
        const error = this.#toError(thrown, 'load');
        if (error.code === 'CONFLICT' && ++conflicts < MAX_CONFLICTS) continue;
        signal.throwIfAborted();
        this.#report(error); // It stays where it was left, and is read all the same.
        return whole;
      }
    }
  }

  async #writeChanges(
    document: OpfsDocument,
    changes: readonly EncodedChanges[],
    getContent: GetContent,
    signal: AbortSignal,
    onCommit?: OnCommit,
  ): Promise<void> {
    const records = changes.map(encodeRecord);
    if (document.hasRoomFor(records.reduce((sum, {length}) => sum + length, 0))) {
      await document.append(records, signal, onCommit);
    } else {
      await this.#replace(document, getContent, signal, onCommit);
    }
  }

  #replace(
    document: OpfsDocument,
    getContent: GetContent,
    signal: AbortSignal,
    onCommit?: OnCommit,
  ): Promise<void> {
    return document.replace(() => this.#text.parts(getContent), signal, onCommit);
  }

  #toError(error: unknown, phase: PersisterPhase): PersisterError {
    if (!(error instanceof LockLostError)) return toOpfsError(error, phase, this.name);
    return this.#newError('CONFLICT', phase, 'may have been changed', {
      retriable: true,
      cause: error,
    });
  }

  readonly #newError: NewError = (code, phase, what, details = {}) =>
    new PersisterError(code, `${this.name} ${what}`, {
      phase,
      storage: this.name,
      retriable: false,
      ...details,
    });
}
