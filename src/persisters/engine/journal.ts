/**
 * The journal's records. One a line: the CRC-32 of its JSON text as 8 hexadecimal digits, a space, the
 * text. A record is a change, or it marks the snapshot that holds all before it: the first one does, and
 * one is added before a new snapshot replaces the old. So what is stored is the snapshot, and the changes
 * after the last mark that names it.
 */
import type {EncodedChanges} from '../../store/internals.ts';
import {applyChangesToContent, isChanges, toContent} from './content.ts';
import {crc32} from './crc32.ts';
import {decodeJson, encodeJson} from './json-codec.ts';

/** Tells one snapshot from others by its text. */
export interface SnapshotMark {
  /** The version of the journal's format. */
  readonly journal: 1;
  readonly bytes: number;
  readonly crc32: number;
}

export type JournalRecord = EncodedChanges | SnapshotMark;

/** What a journal, or the end of one, holds. */
export interface JournalPart {
  readonly records: readonly JournalRecord[];
  /** Bytes of the records that are whole. */
  readonly length: number;
  /** `damaged`: not just the last record is torn. `newer`: a record is whole but means nothing to us. */
  readonly state: 'sound' | 'damaged' | 'newer';
}

const NEWLINE = 10;
/** Of the checksum that a record begins with. */
export const CHECKSUM_LENGTH = 8;

const utf8 = new TextEncoder();
const anyText = new TextDecoder();
const validText = new TextDecoder('utf-8', {fatal: true});

const checksum = (bytes: Uint8Array): string =>
  crc32(bytes).toString(16).padStart(CHECKSUM_LENGTH, '0');

export const markSnapshot = (bytes: number, crc: number): SnapshotMark => ({
  journal: 1,
  bytes,
  crc32: crc,
});

export const encodeRecord = (record: JournalRecord): Uint8Array<ArrayBuffer> => {
  const json = encodeJson(record);
  return utf8.encode(`${checksum(utf8.encode(json))} ${json}\n`);
};

const decodeLine = (line: Uint8Array): string | undefined => {
  const text = anyText.decode(line);
  const sum = checksum(line.subarray(CHECKSUM_LENGTH + 1));
  return text.startsWith(`${sum} `) ? text.slice(CHECKSUM_LENGTH + 1) : undefined;
};

const isMark = (data: unknown): data is SnapshotMark =>
  typeof data === 'object' && data !== null && 'journal' in data && data.journal === 1;

export const decodeRecords = (bytes: Uint8Array): JournalPart => {
  const records: JournalRecord[] = [];
  let length = 0;
  for (let end; (end = bytes.indexOf(NEWLINE, length)) >= 0; length = end + 1) {
    const json = decodeLine(bytes.subarray(length, end));
    if (json === undefined) {
      const isLast = bytes.indexOf(NEWLINE, end + 1) < 0;
      return {records, length, state: isLast ? 'sound' : 'damaged'};
    }
    const record = decodeJson(json);
    if (!isChanges(record) && !isMark(record)) return {records, length, state: 'newer'};
    records.push(record);
  }
  return {records, length, state: 'sound'};
};

/** The changes that a snapshot lacks, oldest first; `undefined` if the records belong to another one. */
export const changesSince = (
  mark: SnapshotMark,
  records: readonly JournalRecord[],
): EncodedChanges[] | undefined => {
  const start = records.findLastIndex(
    (record) => isMark(record) && record.bytes === mark.bytes && record.crc32 === mark.crc32,
  );
  return start < 0 ? undefined : changesIn(records.slice(start));
};

export const changesIn = (records: readonly JournalRecord[]): EncodedChanges[] =>
  records.filter((record) => isChanges(record));

/**
 * The content of a snapshot and the changes that it lacks; `undefined` if it is nothing but white space.
 * @throws TypeError or SyntaxError if it is no JSON text.
 */
export const decodeSnapshot = (
  snapshot: Uint8Array,
  changes: readonly EncodedChanges[] = [],
): unknown => {
  const text = validText.decode(snapshot);
  if (text.trim() === '') return undefined;
  const data = decodeJson(text);
  const content = changes.length > 0 ? toContent(data) : undefined;
  if (!content) return data;
  applyChangesToContent(content, changes);
  return content;
};
