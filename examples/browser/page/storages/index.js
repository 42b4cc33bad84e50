/**
 * The storages to choose from. Each has
 * - `id`, `label`, `about`, and `isShared`: whether all tabs have it in common;
 * - `createPersister(store, options)`, which may return a promise;
 * - `damages`: how what is stored is made unreadable, in words, with `damage()` and `mend()`;
 * - `clear()`: removes everything, when there is no persister;
 * - `canFill`: how it is filled, in words, with `setFull(isFull)` and `isFull()`;
 * - `canGoOffline`: what being offline means, in words, with `setOffline(isOffline)` and `isOffline()`.
 */
import {localStorageDemo, sessionStorageDemo} from './web-storage.js';

export const storages = [sessionStorageDemo, localStorageDemo];
export const defaultStorage = localStorageDemo;
