/** What is stored: the snapshot, and perhaps a journal of changes to it. */
import type {EncodedChanges} from '../../store/internals.ts';
import {crc32} from '../engine/crc32.ts';
import type {JournaledFiles, Version} from '../engine/external-changes.ts';
import {
  changesIn,
  changesSince,
  decodeRecords,
  type JournalPart,
  markSnapshot,
} from '../engine/journal.ts';
import {nameOf} from './opfs-errors.ts';
import {identityOf, type OpfsFiles} from './opfs-files.ts';

export interface Stored {
  readonly version: Version;
  readonly snapshot: Uint8Array;
  /** `undefined`: the journal does not belong to the snapshot. */
  readonly changes: readonly EncodedChanges[] | undefined;
  readonly journal: File | undefined;
  readonly journalState: JournalPart['state'];
}

/** A read that meets with writes of others is begun anew, so many times at most. */
const MAX_READS = 20;

const bytesOf = async (file: Blob | undefined): Promise<Uint8Array> =>
  file ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array();

/** The files at this moment; `journalLength` is that of the whole file. */
export const lookAtStored = async (files: OpfsFiles): Promise<Version> => {
  const [snapshot, journal] = await Promise.all([files.snapshot(), files.journal()]);
  return {snapshot: identityOf(snapshot), journal: '', journalLength: journal?.size ?? 0};
};

/** @returns `undefined` if somebody wrote meanwhile. */
const tryToRead = async (
  files: OpfsFiles,
  needsMark: (bytes: number) => boolean,
): Promise<Stored | undefined> => {
  const snapshotFile = await files.snapshot();
  const snapshot = await bytesOf(snapshotFile);
  const journalFile = await files.journal();
  const journal = await bytesOf(journalFile);
  const identity = identityOf(snapshotFile);
  if (identityOf(await files.snapshot()) !== identity) return undefined;
  const mark =
    journal.length > 0 || needsMark(snapshot.length)
      ? markSnapshot(snapshot.length, crc32(snapshot))
      : undefined;
  const {records, length, state} = decodeRecords(journal);
  const changes = mark && journal.length > 0 ? changesSince(mark, records) : [];
  return {
    version: {snapshot: identity, mark, journal: '', journalLength: changes ? length : 0},
    snapshot,
    changes,
    journal: journalFile,
    journalState: state,
  };
};

/** What it means for reading that a file has been replaced since it was looked up. */
const REPLACED = ['NotReadableError', 'NotFoundError', 'AbortError'];

/**
 * Reads snapshot and journal, as they were at one moment, without a lock.
 * @param needsMark Whether the snapshot's mark is needed though there is no journal.
 */
export const readStored = async (
  files: OpfsFiles,
  needsMark: (bytes: number) => boolean,
  signal: AbortSignal,
): Promise<Stored> => {
  let cause: unknown;
  for (let reads = 0; reads < MAX_READS; reads++) {
    signal.throwIfAborted();
    try {
      const stored = await tryToRead(files, needsMark);
      if (stored) return stored;
    } catch (error) {
      if (!REPLACED.includes(String(nameOf(error)))) throw error;
      cause = error;
    }
  }
  throw new Error('Others keep writing, or it cannot be read', {cause});
};

/** The files, for those who need not know how they are kept. */
export const journaled = (files: OpfsFiles): JournaledFiles => ({
  look: () => lookAtStored(files),
  readAddition: async (known, now, from) => {
    if (now.snapshot !== known.snapshot || now.journalLength < from) return undefined;
    const journal = await files.journal();
    const {records, length, state} = decodeRecords(await bytesOf(journal?.slice(from)));
    if (state !== 'sound') return undefined;
    // A journal that we have not known must be one of our snapshot.
    const isOurs = from > 0 || (known.mark && changesSince(known.mark, records.slice(0, 1)));
    return isOurs && {changes: changesIn(records), length: from + length};
  },
});
