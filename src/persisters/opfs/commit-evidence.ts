/**
 * What tells whether a write came about that a page had told the browser to commit before it went: the identity
 * of the file that it was based on, and for records in the journal, where the last one begins, and how. As long as
 * nobody replaces the file, that can be told.
 */
import type {Version} from '../engine/external-changes.ts';
import {CHECKSUM_LENGTH} from '../engine/journal.ts';
import type {OpfsFiles} from './opfs-files.ts';

/** Of a write that replaces the file. */
export const evidenceOfFile = ({snapshot}: Version): string => snapshot;

/** Of a write that adds records to the journal of that version. */
export const evidenceOfRecords = (
  {snapshot, journalLength}: Version,
  records: readonly Uint8Array[],
): string => {
  const start = records.slice(0, -1).reduce((sum, {length}) => sum + length, journalLength);
  const checksum = records.at(-1)?.subarray(0, CHECKSUM_LENGTH);
  return [snapshot, start, new TextDecoder().decode(checksum)].join(' ');
};

/** Whether this version has come about by the write with this evidence, or after it. */
export const hasCommitted = async (
  evidence: string,
  files: OpfsFiles,
  version: Version,
): Promise<boolean> => {
  const [snapshot, start, checksum] = evidence.split(' ');
  if (snapshot !== version.snapshot) return true;
  if (start === undefined) return false;
  const from = Number(start);
  const found = await (await files.journal())?.slice(from, from + CHECKSUM_LENGTH).text();
  return found === checksum;
};
