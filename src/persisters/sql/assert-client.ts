/** @throws TypeError that names the argument, if a client lacks a method that will be called. */
export const assertMethods = (client: unknown, name: string, ...methods: string[]): void => {
  const object = (client ?? {}) as Readonly<Record<string, unknown>>;
  for (const method of methods) {
    if (typeof object[method] === 'function') continue;
    throw new TypeError(`${name}: expected an object with a method '${method}'`);
  }
};
