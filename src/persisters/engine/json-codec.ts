/**
 * JSON as it is stored and sent. JSON has no `undefined`, but deleted cells need one: it travels as the
 * one-character string U+FFFC, which is never a legal cell.
 */
const UNDEFINED_MARKER = '\uFFFC';

/** JSON text of `data`, every `undefined` in it written as U+FFFC. */
export const encodeJson = (data: unknown): string =>
  JSON.stringify(data, (_key, value: unknown) => (value === undefined ? UNDEFINED_MARKER : value));

const restoreUndefined = (data: unknown): unknown => {
  if (data === UNDEFINED_MARKER) return undefined;
  if (typeof data === 'object' && data !== null) {
    // Assigning would set the prototype for an own key `__proto__`; defining does not.
    for (const [key, value] of Object.entries(data)) {
      if (value === UNDEFINED_MARKER) {
        Object.defineProperty(data, key, {value: undefined});
      } else {
        restoreUndefined(value);
      }
    }
  }
  return data;
};

/**
 * The data that {@link encodeJson} wrote, `undefined` restored as a present key.
 * @throws SyntaxError if `text` is not JSON.
 */
export const decodeJson = (text: string): unknown => {
  const data: unknown = JSON.parse(text);
  return text.includes(UNDEFINED_MARKER) ? restoreUndefined(data) : data;
};
