/** What the stores of the page are called. */
import {unmetered} from '../platform.js';

export const NAME = 'cellar-demo';

/** Removes what pages have left in local storage for a storage that was too slow for their end. */
export const clearLeftBehind = (prefix) =>
  unmetered(() => {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(`${prefix}:`) && key.includes(`${NAME}`)) localStorage.removeItem(key);
    }
  });
