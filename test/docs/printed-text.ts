/** Whether what a program printed is what its document says. */
import {inspect} from 'node:util';
import {createContext, runInContext} from 'node:vm';

/** One call of a console function, as text in the two ways in which documents write it. */
export interface Printed {
  /** As it appears in a terminal, on one line: `fido`, `{ age: 3 }`. */
  readonly text: string;
  /** The same, but with strings as literals: `'fido'`. */
  readonly inspected: string;
}

const literals = createContext({});

/** A text that is a literal, written in the one canonical way; `undefined` if it is something else. */
const canonical = (text: string): string | undefined => {
  try {
    return inspect(runInContext(`(${text}\n)`, literals, {timeout: 1000}), {
      depth: Infinity,
      breakLength: Infinity,
      compact: true,
      maxArrayLength: null,
      maxStringLength: null,
    });
  } catch {
    return undefined;
  }
};

const withoutLayout = (text: string): string => text.replace(/\s+/g, ' ').trim();

/**
 * Layout, quotes and prototypes aside, texts must agree, the order of keys included: it is what a
 * reader would see.
 */
export const isAsPromised = (promised: string, {text, inspected}: Printed): boolean => {
  const candidates = [text, inspected].map((candidate) =>
    candidate.replaceAll('[Object: null prototype] ', ''),
  );
  if (candidates.some((candidate) => withoutLayout(candidate) === withoutLayout(promised))) {
    return true;
  }
  const wanted = canonical(promised);
  return wanted !== undefined && candidates.some((candidate) => canonical(candidate) === wanted);
};
