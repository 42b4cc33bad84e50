/** Keeping what cannot be read. */

/**
 * Moves what is stored under `keys` to `<name>.unreadable-<time>`, one a line.
 * @returns That name.
 * @throws What the storage throws if there is no room; then all is where it was.
 */
export const setAside = (storage: Storage, name: string, keys: readonly string[]): string => {
  let to = `${name}.unreadable-${new Date().toISOString()}`;
  while (storage.getItem(to) !== null) to += '+';
  const old = keys.map((key) => [key, storage.getItem(key) ?? ''] as const);
  const text = old.map(([, value]) => value).join('\n');
  const removeOld = (): void => {
    for (const key of keys) storage.removeItem(key);
  };
  try {
    storage.setItem(to, text);
    removeOld();
  } catch (reason) {
    // There may be room for one of them, but not for two.
    removeOld();
    try {
      storage.setItem(to, text);
    } catch {
      for (const [key, value] of old) storage.setItem(key, value);
      throw reason;
    }
  }
  return to;
};
