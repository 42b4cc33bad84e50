/** What is stored: the snapshot, and perhaps a journal of changes to it. */
import {crc32} from 'node:zlib';
import type {EncodedChanges} from '../../store/internals.ts';
import type {JournaledFiles, Version} from '../engine/external-changes.ts';
import {
  changesIn,
  changesSince,
  decodeRecords,
  type JournalPart,
  markSnapshot,
} from '../engine/journal.ts';
import {identityOf, inodeOf, journalOf, readBytes, statOf} from './file-identity.ts';

export interface Stored {
  readonly version: Version;
  readonly snapshot: Buffer;
  /** `undefined`: the journal does not belong to the snapshot. */
  readonly changes: readonly EncodedChanges[] | undefined;
  readonly journal: Buffer;
  readonly journalState: JournalPart['state'];
}

const NO_BYTES = Buffer.alloc(0);

/** A read that meets with writes of others is begun anew, so many times at most. */
const MAX_READS = 20;

/** The files at this moment; `journalLength` is that of the whole file. */
export const lookAtStored = async (target: string): Promise<Version> => {
  const [snapshot, journal] = await Promise.all([statOf(target), statOf(journalOf(target))]);
  return {
    snapshot: identityOf(snapshot),
    journal: inodeOf(journal),
    journalLength: Number(journal?.size ?? 0),
  };
};

/**
 * Reads snapshot and journal, as they were at one moment, without a lock.
 * @param needsMark Whether the snapshot's mark is needed though there is no journal.
 */
export const readStored = async (
  target: string,
  needsMark: (bytes: number) => boolean,
  signal: AbortSignal,
): Promise<Stored> => {
  for (let reads = 0; reads < MAX_READS; reads++) {
    signal.throwIfAborted();
    const snapshotFile = await readBytes(target);
    const journalFile = await readBytes(journalOf(target));
    const snapshot = snapshotFile?.bytes ?? NO_BYTES;
    const journal = journalFile?.bytes ?? NO_BYTES;
    const version = {
      snapshot: identityOf(snapshotFile?.stats),
      journal: inodeOf(journalFile?.stats),
    };
    const now = await lookAtStored(target);
    if (now.snapshot !== version.snapshot || now.journal !== version.journal) continue;
    const mark =
      journal.length > 0 || needsMark(snapshot.length)
        ? markSnapshot(snapshot.length, crc32(snapshot))
        : undefined;
    const {records, length, state} = decodeRecords(journal);
    const changes = mark && journal.length > 0 ? changesSince(mark, records) : [];
    return {
      version: {...version, mark, journalLength: changes ? length : 0},
      snapshot,
      changes,
      journal,
      journalState: state,
    };
  }
  throw new Error('Others keep writing');
};

/** What others have added to the journal, see {@link JournaledFiles}. */
export const readAddition = async (
  target: string,
  known: Version,
  now: Version,
  from: number,
): Promise<{changes: EncodedChanges[]; length: number} | undefined> => {
  const isNew = known.journalLength === 0;
  if (now.snapshot !== known.snapshot || now.journalLength < from) return undefined;
  if (!isNew && now.journal !== known.journal) return undefined;
  const journal = await readBytes(journalOf(target), from);
  const {records, length, state} = decodeRecords(journal?.bytes ?? NO_BYTES);
  if (inodeOf(journal?.stats) !== now.journal || state !== 'sound') return undefined;
  // A journal that we have not known must be one of our snapshot.
  const isOurs = from > 0 || (known.mark && changesSince(known.mark, records.slice(0, 1)));
  return isOurs && {changes: changesIn(records), length: from + length};
};

/** The files of a path, for those who need not know how they are kept. */
export const filesAt = (target: string): JournaledFiles => ({
  look: () => lookAtStored(target),
  readAddition: (known, now, from) => readAddition(target, known, now, from),
});
