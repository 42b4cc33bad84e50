import {vi} from 'vitest';

/**
 * Gives a storage of the DOM environment, which has none, a quota: so many UTF-16 code units, keys
 * included, as browsers count. Lasts until `vi.unstubAllGlobals()`.
 */
export const limitStorage = (area: 'localStorage' | 'sessionStorage', units: number): void => {
  const storage = globalThis[area];
  const setItem = (key: string, value: string): void => {
    const others = Object.keys(storage).filter((other) => other !== key);
    const used = others.reduce((sum, other) => sum + other.length + lengthOf(other), 0);
    if (used + key.length + value.length > units) {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    }
    storage.setItem(key, value);
  };
  const lengthOf = (key: string): number => storage.getItem(key)?.length ?? 0;
  vi.stubGlobal(
    area,
    new Proxy(storage, {
      get: (target, property) =>
        property === 'setItem' ? setItem : (Reflect.get(target, property) as unknown),
    }),
  );
};
