/** Reading all that is stored, in whichever layout it is. */
import {applyChangesToContent} from '../engine/content.ts';
import type {EncodedContent} from '../../store/internals.ts';
import {hasOurLayout} from './carry-over.ts';
import type {Database} from './database.ts';
import {JOURNAL, type Journal, parseJournal, ROWS, type Writers} from './layout.ts';
import {
  decodeReference,
  hasReferenceLayout,
  referenceStores,
  requestReference,
  textOf,
} from './reference-layout.ts';
import {decodeSnapshot, requestChunks} from './snapshot-content.ts';

/** What is known of what is stored: enough to tell whether it is still that. */
export interface Known {
  /** The revision of the latest record, 0 if there is none. */
  readonly head: number;
  /** The length of the snapshot's texts, and of the changes since. */
  readonly snapshotLength: number;
  readonly journalLength: number;
  readonly writers: Writers;
  /** If it is still in the reference's layout: the content as JSON text. */
  readonly referenceText?: string;
}

export const NOTHING: Known = {
  ...{head: 0, snapshotLength: 0, journalLength: 0},
  writers: new Map(),
};

export interface Stored {
  readonly known: Known;
  readonly content: EncodedContent | undefined;
}

/** @throws SyntaxError if it cannot be read. */
export const readStored = async (database: Database, signal: AbortSignal): Promise<Stored> => {
  const connection = await database.open();
  if (connection && hasOurLayout(connection)) return readOurs(database, connection, signal);
  if (connection && hasReferenceLayout(connection)) {
    return readReference(database, connection, signal);
  }
  return {known: NOTHING, content: undefined};
};

const readReference = async (
  database: Database,
  connection: IDBDatabase,
  signal: AbortSignal,
): Promise<Stored> => {
  const stores = referenceStores(connection);
  const requests = await database.read(connection, stores, signal, requestReference);
  const content = decodeReference(requests);
  return {known: {...NOTHING, referenceText: textOf(content)}, content};
};

const readOurs = async (
  database: Database,
  connection: IDBDatabase,
  signal: AbortSignal,
): Promise<Stored> => {
  for (let previous: Journal | undefined; ;) {
    const journal = await readJournal(database, connection, signal);
    const {snapshot, changes, head, length, writers} = journal;
    if (!snapshot) return {known: {...NOTHING, head}, content: undefined};
    const requests = await database.read(connection, [ROWS], signal, (transaction) =>
      requestChunks(transaction, snapshot),
    );
    const content = decodeSnapshot(
      snapshot,
      requests.flatMap(({result}) => result),
    );
    if (content) {
      applyChangesToContent(content, changes);
      const known = {head, snapshotLength: snapshot.length, journalLength: length, writers};
      return {known, content};
    }
    // Somebody has stored another snapshot meanwhile, and removed this one; unless it is still there.
    if (previous?.snapshot?.revision === snapshot.revision) {
      throw new SyntaxError('There is a chunk missing');
    }
    previous = journal;
  }
};

const readJournal = async (
  database: Database,
  connection: IDBDatabase,
  signal: AbortSignal,
): Promise<Journal> => {
  const records = await database.read(connection, [JOURNAL], signal, (transaction) =>
    transaction.objectStore(JOURNAL).getAll(),
  );
  return parseJournal(records.result as unknown[]);
};
