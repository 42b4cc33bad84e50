/** Text that databases store as it is: UTF-8 has no lone surrogates, and U+0000 ends text for many. */

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Engines that have `isWellFormed` need not look at text of which they know it. */
export const isPlain = (text: string & {isWellFormed?(): boolean}): boolean =>
  !text.includes('\0') && (text.isWellFormed?.() ?? !LONE_SURROGATE.test(text));

/** So many texts are looked at together. */
const CHUNK = 1_000;

/** The same for all of many: they are looked at as one, what is between them keeping surrogates apart. */
export const areAllPlain = (texts: readonly string[]): boolean => {
  for (let start = 0; start < texts.length; start += CHUNK) {
    if (!isPlain(texts.slice(start, start + CHUNK).join())) return false;
  }
  return true;
};
