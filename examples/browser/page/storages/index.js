/**
 * The storages to choose from. Each has
 * - `id`, `label`, `subject` where that is no good subject of a sentence, and `about`;
 * - `lacks()`: why this browser has none, if so;
 * - `createPersister(store, options)`, which may return a promise;
 * - `damages`: how what is stored is made unreadable, in words, with `damage()` and `mend()`;
 * - `setsAside: false` if what cannot be read is not kept when something is written over it;
 *   otherwise `readSetAside(name)`;
 * - `clear()`: removes everything, when there is no persister;
 * - `canFill`: how it is filled, in words, with `setFull(isFull)` and `isFull()`;
 * - `canGoOffline`: what being offline means, in words, with `setOffline(isOffline)` and `isOffline()`.
 */
import {indexedDbDemo} from './indexed-db.js';
import {opfsDemo} from './opfs.js';
import {remoteDemo} from './remote.js';
import {localStorageDemo, sessionStorageDemo} from './web-storage.js';

export const storages = [sessionStorageDemo, localStorageDemo, indexedDbDemo, opfsDemo, remoteDemo];
export const defaultStorage = localStorageDemo;
