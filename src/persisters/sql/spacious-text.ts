/**
 * JSON text with spaces between its parts, which mean nothing, for these to grow in. SQLite compares what takes the
 * place of a text of the same length page by page, and writes the pages that differ: a part that keeps its length in
 * bytes leaves all that follows where it is.
 */
import type {JsonText} from '../engine/json-text.ts';
import type {GetContent} from '../engine/storage-adapter.ts';

/** Shorter text costs little anyway, and stays as it is, in UTF-16 code units. */
const MIN_LENGTH = 65_536;
/** One in so many bytes of a part is spare, and a few in any case. */
const SHARE = 64;
const MIN_ROOM = 32;

const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(text).length;

interface Part {
  readonly text: string;
  readonly withRoom: string;
}

export class SpaciousText implements Pick<JsonText, 'parts'> {
  readonly #text: Pick<JsonText, 'parts'>;
  #before: readonly Part[] = [];

  constructor(text: Pick<JsonText, 'parts'>) {
    this.#text = text;
  }

  parts(getContent: GetContent): readonly string[] {
    const texts = this.#text.parts(getContent);
    const length = texts.reduce((sum, text) => sum + text.length, 0);
    const parts =
      length < MIN_LENGTH ? [] : texts.map((text, at) => addRoom(text, this.#before[at]));
    this.#before = parts;
    return parts.length > 0 ? parts.map(({withRoom}) => withRoom) : texts;
  }
}

const addRoom = (text: string, before: Part | undefined): Part => {
  if (before?.text === text) return before;
  const usual = Math.max(Math.ceil(text.length / SHARE), MIN_ROOM);
  const spare = before ? bytesOf(before.withRoom) - bytesOf(text) : usual;
  // Where much has been removed, its room is not kept for ever.
  const room = spare >= 0 && spare <= 4 * usual ? spare : usual;
  return {text, withRoom: text + ' '.repeat(room)};
};
