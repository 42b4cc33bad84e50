/**
 * The database as far as we know it, and ways to take it one revision further: only if it is still what we know
 * of, and in transactions of which the last one decides.
 */
import {PersisterError, type PersisterErrorCode, type PersisterErrorDetails} from '../../errors.ts';
import {getUniqueId} from '../../shared/unique-id.ts';
import type {EncodedContent} from '../../store/internals.ts';
import type {GetContent} from '../engine/storage-adapter.ts';
import {carryOver, copyOf, hasOurLayout, requestAll, setReferenceAside} from './carry-over.ts';
import {Database, type Durability, isTaken} from './database.ts';
import {
  after,
  before,
  JOURNAL,
  type JournalRecord,
  lengthOf,
  ROWS,
  rowsBefore,
  rowsBeside,
  rowsOf,
  type Snapshot,
  type Step,
  stepsSince,
  UNREADABLE,
  VERSION,
  withWriters,
  type Writer,
} from './layout.ts';
import type {RowChunks} from './row-chunks.ts';
import {type DraftedSnapshot, SnapshotDraft} from './snapshot-draft.ts';
import {type Known, NOTHING, readStored} from './stored.ts';

export class VersionedDatabase {
  readonly #storage: string;
  readonly #rows: RowChunks;
  readonly #durability: Durability;
  readonly #database: Database;
  #known: Known | undefined;
  /** Whether the connection has ended since: others may have replaced or removed the database. */
  #isLost = false;

  /**
   * @param storage As the adapter is called in errors.
   * @param onLost The connection has ended, and what is stored may be something else now.
   */
  constructor(
    dbName: string,
    storage: string,
    rows: RowChunks,
    durability: Durability,
    onLost: () => void,
  ) {
    this.#storage = storage;
    this.#rows = rows;
    this.#durability = durability;
    this.#database = new Database(dbName, storage, () => {
      this.#isLost = true;
      onLost();
    });
  }

  /** What was last read or written here; `undefined` if nothing has been. */
  get known(): Known | undefined {
    return this.#known;
  }

  /** Whether that may have been replaced without a trace. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** @throws PersisterError `CONFLICT` if we cannot know. */
  assertKnown(): Known {
    if (this.#known && !this.#isLost) return this.#known;
    throw this.#error('CONFLICT', 'may have been replaced');
  }

  async load(signal: AbortSignal): Promise<EncodedContent | undefined> {
    this.#isLost = false;
    const {known, content} = await readStored(this.#database, signal);
    this.#known = known;
    return content;
  }

  /** @param changes JSON text. */
  async append(changes: string, writer: Writer, signal: AbortSignal): Promise<void> {
    const {head} = this.assertKnown();
    const connection = await this.#database.open();
    if (!connection) throw this.#error('CONFLICT', 'has been removed');
    await this.#add(connection, {revision: head + 1, kind: 'changes', changes, writer}, signal);
  }

  /**
   * Stores a snapshot, in as many steps as it takes.
   * @param writers Whose changes are in it, that were not stored before.
   */
  async replace(
    getContent: GetContent,
    writers: readonly Writer[],
    signal: AbortSignal,
  ): Promise<void> {
    return this.#replace(getContent, {isFold: false, writers}, signal);
  }

  /** Stores a snapshot of what is stored, in place of the journal. */
  async fold(getContent: GetContent, signal: AbortSignal): Promise<void> {
    return this.#replace(getContent, {isFold: true, writers: []}, signal);
  }

  async #replace(
    getContent: GetContent,
    origin: Pick<Snapshot, 'isFold' | 'writers'>,
    signal: AbortSignal,
  ): Promise<void> {
    const connection = await this.#connect(getContent, origin);
    if (!connection) return; // the database has been made with it
    const draft = new SnapshotDraft(this.assertKnown().head + 1);
    try {
      for (let snapshot: DraftedSnapshot | undefined; !snapshot;) {
        signal.throwIfAborted();
        snapshot = draft.take(this.#rows.take(getContent));
        await this.#database.write(connection, [ROWS], 'relaxed', signal, (transaction) => {
          draft.put(transaction);
        });
        if (snapshot) await this.#add(connection, this.#complete(snapshot, origin), signal);
      }
    } catch (error) {
      await this.#remove(connection, [], [rowsOf(draft)]);
      throw error;
    }
    await this.#remove(connection, [before(draft.revision)], rowsBeside(draft));
  }

  /** Moves everything out of the way, whatever it is. @returns The name under which it lies. */
  async setAside(signal: AbortSignal): Promise<string> {
    const name = `unreadable-${new Date().toISOString()}-${getUniqueId(4)}`;
    const connection = await this.#database.open();
    this.#isLost = false;
    this.#known = NOTHING;
    if (!connection || !hasOurLayout(connection)) {
      await this.#database.upgrade(VERSION, setReferenceAside(name));
      return name;
    }
    const found = await this.#database.read(connection, [JOURNAL, ROWS], signal, requestAll);
    await this.#database.write(connection, [UNREADABLE], 'strict', signal, (transaction) => {
      transaction.objectStore(UNREADABLE).add(copyOf(found), name);
    });
    const keys = found[JOURNAL]?.[0].result ?? [];
    const revisions = keys.filter((key): key is number => Number.isSafeInteger(key));
    const revision = revisions.reduce((max, key) => Math.max(max, key), 0) + 1;
    await this.#add(connection, {revision, kind: 'nothing'}, signal);
    await this.#remove(connection, keys, [rowsBefore(revision)]);
    return name;
  }

  /** The latest revision. */
  async readHead(signal: AbortSignal): Promise<number> {
    const connection = await this.#database.open();
    if (!connection || !hasOurLayout(connection)) return 0;
    const {result} = await this.#database.read(connection, [JOURNAL], signal, (transaction) =>
      transaction.objectStore(JOURNAL).openKeyCursor(null, 'prev'),
    );
    return typeof result?.key === 'number' ? result.key : 0;
  }

  /**
   * What has happened after the revision `head`; `undefined` if that cannot be told.
   * @throws SyntaxError if it cannot be read.
   */
  async stepsSince(head: number, signal: AbortSignal): Promise<Step[] | undefined> {
    const connection = await this.#database.open();
    if (!connection || !hasOurLayout(connection)) return head > 0 ? undefined : [];
    const {result} = await this.#database.read(connection, [JOURNAL], signal, (transaction) =>
      transaction.objectStore(JOURNAL).getAll(after(head)),
    );
    return stepsSince(head, result as unknown[]);
  }

  /** The store holds, or storage does, what this record has brought to what was known. */
  advance(record: JournalRecord): void {
    const {snapshotLength, journalLength, writers} = this.#known ?? NOTHING;
    const head = record.revision;
    if (record.kind === 'snapshot') {
      const known = withWriters(writers, record.writers);
      this.#known = {head, snapshotLength: record.length, journalLength: 0, writers: known};
    } else if (record.kind === 'changes') {
      this.#known = {
        ...{head, snapshotLength, journalLength: journalLength + lengthOf(record)},
        writers: withWriters(writers, [record.writer]),
      };
    } else {
      this.#known = {...NOTHING, head};
    }
  }

  close(): void {
    this.#database.close();
  }

  /** Adds the next record to the journal, unless somebody else has added one. */
  async #add(connection: IDBDatabase, record: JournalRecord, signal: AbortSignal): Promise<void> {
    try {
      const later = await this.#database.write(
        connection,
        [JOURNAL],
        this.#durability,
        signal,
        (transaction) => {
          const journal = transaction.objectStore(JOURNAL);
          journal.add(record);
          return journal.getKey(after(record.revision));
        },
      );
      if (later.result === undefined) {
        this.advance(record);
        return;
      }
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
    throw await this.#conflict(signal);
  }

  /** Somebody else has written: what, if that can be told, is known from then on. */
  async #conflict(signal: AbortSignal): Promise<PersisterError> {
    const steps = await this.stepsSince(this.assertKnown().head, signal);
    if (!steps) return this.#error('CONFLICT', 'has been replaced');
    for (const {record} of steps) this.advance(record);
    const changes = steps.flatMap((step) => (step.changes ? [step.changes] : []));
    return this.#error('CONFLICT', 'has been changed', {changes});
  }

  /** Removes what is void. What cannot be removed does not matter, and is removed after the next snapshot. */
  async #remove(
    connection: IDBDatabase,
    journalKeys: readonly (IDBKeyRange | IDBValidKey)[],
    rowKeys: readonly IDBKeyRange[],
  ): Promise<void> {
    try {
      const {signal} = new AbortController();
      await this.#database.write(connection, [JOURNAL, ROWS], 'relaxed', signal, (transaction) => {
        for (const key of journalKeys) transaction.objectStore(JOURNAL).delete(key);
        for (const key of rowKeys) transaction.objectStore(ROWS).delete(key);
      });
    } catch {
      return;
    }
  }

  /**
   * The connection to a database of our layout, which is made if need be; `undefined` if it has been made out
   * of the reference's, with the content in it.
   */
  async #connect(
    getContent: GetContent,
    origin: Pick<Snapshot, 'isFold' | 'writers'>,
  ): Promise<IDBDatabase | undefined> {
    const known = this.assertKnown();
    const connection = await this.#database.open();
    if (connection && hasOurLayout(connection)) return connection;
    if (known.head > 0) throw this.#error('CONFLICT', 'has been removed');
    let first: Snapshot | undefined;
    const assertKnown = (text: string): void => {
      if (text !== known.referenceText) throw this.#error('CONFLICT', 'has been changed');
    };
    const fill = (transaction: IDBTransaction): void => {
      const draft = new SnapshotDraft(1);
      const content = this.#rows.take(getContent);
      let snapshot: DraftedSnapshot | undefined;
      while (!snapshot) {
        snapshot = draft.take(content);
        draft.put(transaction);
      }
      first = this.#complete(snapshot, origin);
      transaction.objectStore(JOURNAL).add(first);
    };
    await this.#database.upgrade(VERSION, carryOver(assertKnown, fill));
    if (first) {
      this.advance(first);
      return undefined;
    }
    const made = await this.#database.open();
    if (made && hasOurLayout(made)) return made;
    throw this.#error('UNAVAILABLE', 'has been removed while it was made');
  }

  #complete(
    snapshot: DraftedSnapshot,
    {isFold, writers}: Pick<Snapshot, 'isFold' | 'writers'>,
  ): Snapshot {
    return {
      ...snapshot,
      isFold,
      writers: [...withWriters(this.assertKnown().writers, writers)],
    };
  }

  #error(
    code: PersisterErrorCode,
    what: string,
    details: Partial<PersisterErrorDetails> = {},
  ): PersisterError {
    return new PersisterError(code, `${this.#storage} ${what}`, {
      ...{phase: 'save', storage: this.#storage, retriable: true},
      ...details,
    });
  }
}
