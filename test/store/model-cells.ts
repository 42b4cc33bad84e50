/** What a cell or value can be, and how it is stored: straight from the specification. */

export type Encoded = string | number | boolean | null;

/** Whether it is an object literal, or one without a prototype. */
export const isPlainObject = (given: unknown): given is Record<string, unknown> => {
  if (typeof given !== 'object' || given === null) return false;
  const prototype: unknown = Object.getPrototypeOf(given);
  return prototype === null || prototype === Object.prototype;
};

/** The stored form of a cell or value, `undefined` if it is none. */
export const encode = (given: unknown): Encoded | undefined => {
  if (given === null || typeof given === 'boolean') return given;
  if (typeof given === 'number') return Number.isFinite(given) ? given : undefined;
  if (typeof given === 'string') {
    return given === '\uFFFC' || given.startsWith('\uFFFD') ? undefined : given;
  }
  if (!isPlainObject(given) && !Array.isArray(given)) return undefined;
  try {
    return `\uFFFD${JSON.stringify(given)}`;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
};

export const decode = (encoded: Encoded | undefined): unknown =>
  typeof encoded === 'string' && encoded.startsWith('\uFFFD')
    ? (JSON.parse(encoded.slice(1)) as unknown)
    : encoded;

/** A null-prototype object, as all that a store returns. */
export const objectOf = <Value>(
  entries: Iterable<readonly [string, Value]>,
): Record<string, Value> =>
  Object.setPrototypeOf(Object.fromEntries(entries), null) as Record<string, Value>;
