/**
 * What lies in the database, and where. Each write has a number, its revision, one higher than that before,
 * and adds one record under it to the journal: changes, or a snapshot of all content, whose rows lie in
 * chunks beside it. What is stored is the last snapshot and the changes after it.
 *
 * Whoever writes adds the revision after the one that they know. If that is taken, somebody else was first;
 * if there are later ones, it had been, but a snapshot has taken its place: the record is void then, as all
 * before the last snapshot are. So a transaction needs no answer between its requests.
 *
 * That one record is all that the transaction writes on which it depends: chunks are there before it, and what
 * is void is removed after it.
 */
import type {EncodedChanges} from '../../store/internals.ts';
import type {Id} from '../../store/types.ts';
import {isChanges} from '../engine/content.ts';
import {decodeJson} from '../engine/json-codec.ts';

/** Records of {@link JournalRecord}, by their revision. */
export const JOURNAL = 'cellar-journal';
/** Chunks of rows, by {@link rowsKey}: `[number, JSON text without the outer braces]`. */
export const ROWS = 'cellar-rows';
/** What could not be read, by the name that it was given. */
export const UNREADABLE = 'cellar-unreadable';

/** The reference's databases are of version 3 at most; it refuses to write to newer ones. */
export const VERSION = 4;

/** The number of a write, and the page that made it. */
export type Writer = readonly [page: string, number: number];

export interface Snapshot {
  readonly revision: number;
  readonly kind: 'snapshot';
  readonly format: 1;
  /** What it is that is stored; there is only one kind so far. */
  readonly content: 'tables';
  /** Tells its chunks from those of others that were being made for the same revision. */
  readonly generation: string;
  /** For each table the numbers of its chunks, in their order. */
  readonly tables: readonly (readonly [Id, readonly number[]])[];
  /** JSON text. */
  readonly values: string;
  /** The length of all texts. */
  readonly length: number;
  /** Whether the content is that of the revision before. */
  readonly isFold: boolean;
  /** The latest writes of pages, those of the pages that have written last; see LeaveJournal. */
  readonly writers: readonly Writer[];
}

export interface Changes {
  readonly revision: number;
  readonly kind: 'changes';
  /** JSON text of EncodedChanges. */
  readonly changes: string;
  readonly writer: Writer;
}

/** From here on, nothing is stored. */
export interface Nothing {
  readonly revision: number;
  readonly kind: 'nothing';
}

export type JournalRecord = Snapshot | Changes | Nothing;

/** Page to number, those that have written last at the end. */
export type Writers = ReadonlyMap<string, number>;

/** What pages that are long gone have left behind has been found, or never will be. */
const MAX_WRITERS = 200;

/** The same with more writes. */
export const withWriters = (known: Writers, more: Iterable<Writer>): Writers => {
  const writers = new Map(known);
  for (const [page, number] of more) {
    const latest = Math.max(writers.get(page) ?? 0, number);
    writers.delete(page);
    writers.set(page, latest);
  }
  return new Map([...writers].slice(-MAX_WRITERS));
};

/** The journal since the last snapshot, that included. */
export interface Journal {
  /** `undefined` if nothing is stored. */
  readonly snapshot: Snapshot | undefined;
  readonly changes: readonly EncodedChanges[];
  /** The revision of the last record, 0 if there is none. */
  readonly head: number;
  /** The length of the changes as text. */
  readonly length: number;
  /** The latest writes of pages. */
  readonly writers: Writers;
}

type ChunkOwner = Pick<Snapshot, 'revision' | 'generation'>;

/** The key of a chunk. */
export const rowsKey = (revision: number, generation: string, number: number): IDBValidKey => [
  revision,
  generation,
  number,
];

/** The keys of chunks from one number to another, both included; without numbers, all of that generation. */
export const rowsOf = (
  {revision, generation}: ChunkOwner,
  first = 0,
  last: number = Infinity,
): IDBKeyRange =>
  IDBKeyRange.bound(rowsKey(revision, generation, first), rowsKey(revision, generation, last));

/** All chunks that are void once this snapshot is stored. */
export const rowsBeside = ({revision, generation}: ChunkOwner): IDBKeyRange[] => [
  IDBKeyRange.upperBound([revision, generation], true),
  // An array is greater than all numbers.
  IDBKeyRange.bound([revision, generation, []], [revision + 1], false, true),
];

export const rowsBefore = (revision: number): IDBKeyRange =>
  IDBKeyRange.upperBound([revision], true);

/** All that is later than `revision`. */
export const after = (revision: number): IDBKeyRange => IDBKeyRange.lowerBound(revision, true);
export const before = (revision: number): IDBKeyRange => IDBKeyRange.upperBound(revision, true);

/** A record takes some room beside its text. */
const RECORD_LENGTH = 64;
export const lengthOf = ({changes}: Pick<Changes, 'changes'>): number =>
  RECORD_LENGTH + changes.length;

const isWriter = (data: unknown): boolean =>
  Array.isArray(data) && typeof data[0] === 'string' && typeof data[1] === 'number';

const isSnapshot = (record: Partial<Snapshot>): boolean =>
  record.format === 1 &&
  record.content === 'tables' &&
  typeof record.generation === 'string' &&
  typeof record.values === 'string' &&
  typeof record.length === 'number' &&
  Array.isArray(record.writers) &&
  record.writers.every(isWriter) &&
  Array.isArray(record.tables) &&
  record.tables.every(
    (table: unknown) =>
      Array.isArray(table) && typeof table[0] === 'string' && Array.isArray(table[1]),
  );

const isRecord = (data: unknown): data is JournalRecord => {
  if (typeof data !== 'object' || data === null) return false;
  const record = data as Partial<JournalRecord>;
  if (!Number.isSafeInteger(record.revision)) return false;
  switch (record.kind) {
    case 'snapshot':
      return isSnapshot(record);
    case 'changes':
      return typeof record.changes === 'string' && isWriter(record.writer);
    case 'nothing':
      return true;
    case undefined:
    default:
      return false; // a newer version's
  }
};

const decodeChanges = ({changes}: Changes): EncodedChanges => {
  const data = decodeJson(changes);
  if (!isChanges(data)) throw new SyntaxError('There is a record that holds no changes');
  return data;
};

const assertRecords = (data: readonly unknown[]): readonly JournalRecord[] => {
  if (data.every(isRecord)) return data;
  throw new SyntaxError('There is a record that means nothing to this version');
};

const NO_JOURNAL: Journal = {
  ...{snapshot: undefined, changes: [], head: 0, length: 0},
  writers: new Map(),
};

/**
 * All records of the journal, in their order.
 * @throws SyntaxError if they are no journal of ours.
 */
export const parseJournal = (data: readonly unknown[]): Journal => {
  const records = assertRecords(data);
  const start = records.findLastIndex(({kind}) => kind !== 'changes');
  const base = records[start];
  if (!base || base.kind === 'changes') {
    if (records.length === 0) return NO_JOURNAL;
    throw new SyntaxError('There are changes, but not what they were made to');
  }
  const changes: EncodedChanges[] = [];
  const writers = base.kind === 'snapshot' ? [...base.writers] : [];
  let length = 0;
  for (const [index, record] of records.slice(start + 1).entries()) {
    if (record.kind !== 'changes' || record.revision !== base.revision + index + 1) {
      throw new SyntaxError('There is a record missing');
    }
    changes.push(decodeChanges(record));
    writers.push(record.writer);
    length += lengthOf(record);
  }
  const snapshot = base.kind === 'snapshot' ? base : undefined;
  return {
    ...{snapshot, changes, head: base.revision + changes.length, length},
    writers: withWriters(new Map(), writers),
  };
};

/** What one later record did to the content: `undefined` changes if that stayed as it was. */
export interface Step {
  readonly revision: number;
  readonly changes: EncodedChanges | undefined;
  readonly record: JournalRecord;
}

/**
 * What the records that came after the revision `head` did, in their order; `undefined` if changes do not
 * tell, so that all must be read.
 * @throws SyntaxError if they are no records of ours.
 */
export const stepsSince = (head: number, data: readonly unknown[]): Step[] | undefined => {
  const steps: Step[] = [];
  for (const [index, record] of assertRecords(data).entries()) {
    const isNext = record.revision === head + index + 1;
    if (!isNext || record.kind === 'nothing') return undefined;
    if (record.kind === 'snapshot' && !record.isFold) return undefined;
    const changes = record.kind === 'changes' ? decodeChanges(record) : undefined;
    steps.push({revision: record.revision, changes, record});
  }
  return steps;
};
