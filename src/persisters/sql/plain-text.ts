/** Text that databases store as it is: UTF-8 has no lone surrogates, and U+0000 ends text for many. */

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Engines that have `isWellFormed` need not look at text of which they know it. */
export const isPlain = (text: string & {isWellFormed?(): boolean}): boolean =>
  !text.includes('\0') && (text.isWellFormed?.() ?? !LONE_SURROGATE.test(text));
