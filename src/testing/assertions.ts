/** Assertions that throw plain errors, so that the suites run under any test runner. */

/** Thrown by a test of a suite that finds a promise broken. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';
}

export const assert: (condition: unknown, message: string) => asserts condition = (
  condition,
  message,
) => {
  if (condition !== true) throw new ConformanceError(message);
};

const isObject = (data: unknown): data is object => typeof data === 'object' && data !== null;

/** Whether two pieces of JSON-like data are the same, whatever the order of their keys. */
export const isSame = (one: unknown, other: unknown): boolean => {
  if (!isObject(one) || !isObject(other)) return Object.is(one, other);
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [ones, others] = [new Map(Object.entries(one)), new Map(Object.entries(other))];
  return (
    ones.size === others.size &&
    [...ones].every(([key, value]) => others.has(key) && isSame(value, others.get(key)))
  );
};

/** The data as text, `undefined` and all. */
export const show = (data: unknown): string => {
  if (data === undefined) return 'undefined';
  const text = JSON.stringify(data, (_key, value: unknown) => {
    if (value === undefined) return 'undefined';
    return value instanceof Error ? String(value) : value;
  });
  return text.length > 1_000 ? `${text.slice(0, 1_000)}…` : text;
};

export const assertSame = (actual: unknown, expected: unknown, what: string): void => {
  assert(isSame(actual, expected), `${what}: expected ${show(expected)}, got ${show(actual)}`);
};

/** What `promise` rejects with; fails if it resolves. */
export const assertRejects = async (promise: Promise<unknown>, what: string): Promise<unknown> => {
  let resolved: unknown;
  try {
    resolved = await promise;
  } catch (reason) {
    return reason;
  }
  throw new ConformanceError(`${what}: expected a rejection, resolved with ${show(resolved)}`);
};

/** Asserts the stable code of a failure. */
export const assertCode = (error: unknown, code: string, what: string): void => {
  const actual = isObject(error) && 'code' in error ? error.code : undefined;
  assert(actual === code, `${what}: expected an error with code ${code}, got ${String(error)}`);
};
