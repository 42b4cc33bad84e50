/** Text that databases store as it is: UTF-8 has no lone surrogates, and U+0000 ends text for many. */

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Engines that have `isWellFormed` need not look at text of which they know it. */
export const isPlain = (text: string & {isWellFormed?(): boolean}): boolean =>
  !text.includes('\0') && (text.isWellFormed?.() ?? !LONE_SURROGATE.test(text));

/** So many texts are looked at together. */
const CHUNK = 1_000;

/** Texts put together by the thousand, for engines to search them at once; what is between them keeps them apart. */
export const chunksOf = (texts: readonly string[]): string[] =>
  Array.from({length: Math.ceil(texts.length / CHUNK)}, (_chunk, index) =>
    texts.slice(index * CHUNK, (index + 1) * CHUNK).join('\n'),
  );

export const areAllPlain = (texts: readonly string[]): boolean => chunksOf(texts).every(isPlain);
