/** The content of a snapshot, from the chunks that it names. */
import {setOwn} from '../engine/content.ts';
import type {EncodedContent, EncodedTable, EncodedTables} from '../../store/internals.ts';
import {rowsOf, ROWS, type Snapshot} from './layout.ts';

/** Read in one answer: a few megabytes at most. */
const CHUNKS_PER_REQUEST = 64;
/** Parsed at once, in UTF-16 code units: no string is longer than 2^29. */
const MAX_TEXT_LENGTH = 2 ** 26;

/** Asks for all chunks of a snapshot. */
export const requestChunks = (
  transaction: IDBTransaction,
  snapshot: Snapshot,
): IDBRequest<unknown[]>[] => {
  const rows = transaction.objectStore(ROWS);
  const last = snapshot.tables.reduce((max, [, numbers]) => numbers.reduce(greater, max), -1);
  const requests: IDBRequest<unknown[]>[] = [];
  for (let first = 0; first <= last; first += CHUNKS_PER_REQUEST) {
    requests.push(rows.getAll(rowsOf(snapshot, first, first + CHUNKS_PER_REQUEST - 1)));
  }
  return requests;
};

const greater = (one: number, other: number): number => Math.max(one, other);

const isChunk = (data: unknown): data is [number, string] =>
  Array.isArray(data) && typeof data[0] === 'number' && typeof data[1] === 'string';

/**
 * @param data What is stored as its chunks; freshly made, but for strings, is what is returned.
 * @returns `undefined` if there are chunks missing.
 * @throws SyntaxError if they are none of ours.
 */
export const decodeSnapshot = (
  {tables, values}: Snapshot,
  data: readonly unknown[],
): EncodedContent | undefined => {
  if (!data.every(isChunk)) throw new SyntaxError('There is a chunk that holds no rows');
  const texts = new Map(data);
  const content: EncodedTables = {};
  for (const [tableId, numbers] of tables) {
    const parts = numbers.map((number) => texts.get(number));
    if (parts.includes(undefined)) return undefined;
    setOwn(content, tableId, parseRows(parts as string[]));
  }
  return [content, JSON.parse(values)] as EncodedContent;
};

/** Parsed together rather than one by one: putting objects together costs as much as parsing them. */
const parseRows = (parts: readonly string[]): EncodedTable => {
  const tables: EncodedTable[] = [];
  for (let start = 0; start < parts.length;) {
    const batch: string[] = [];
    for (let length = 0; start < parts.length && length < MAX_TEXT_LENGTH; start++) {
      const part = parts[start] ?? '';
      batch.push(part);
      length += part.length;
    }
    tables.push(JSON.parse(`{${batch.join(',')}}`) as EncodedTable);
  }
  const [table = {}, ...others] = tables;
  for (const other of others) {
    for (const [rowId, row] of Object.entries(other)) setOwn(table, rowId, row);
  }
  return table;
};
