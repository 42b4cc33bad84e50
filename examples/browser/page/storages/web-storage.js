/** Session and local storage. Both are small enough to be really filled. */
import {createLocalPersister, createSessionPersister} from 'cellar/persisters/persister-browser';
import {unmetered} from '../platform.js';
import {NAME} from './names.js';

const BALLAST = `${NAME}-ballast`;
const LARGEST_PIECE = 2 ** 20;

const keysOf = (area) =>
  Object.keys(area).filter((key) => key === NAME || key.startsWith(`${NAME}.`));

/** Adds pieces of ballast, ever smaller ones, until not even a character fits. */
const fill = (area) => {
  let ballast = '';
  for (let size = LARGEST_PIECE; size >= 1;) {
    try {
      area.setItem(BALLAST, ballast + '#'.repeat(size));
      ballast += '#'.repeat(size);
    } catch {
      size /= 2; // Too much: what was there before has stayed.
    }
  }
};

/** Touching storage that the user has blocked throws. */
const lacks = (area) => {
  try {
    return area() ? undefined : 'This browser has none here.';
  } catch (error) {
    return error.message;
  }
};

const defineWebStorage = (id, area, facts, createPersister) => {
  let intact = [];
  return {
    id,
    ...facts,
    lacks: () => lacks(area),
    canFill: 'Adds ballast until not one character more fits.',
    damages: 'Cuts the text in half, as a program does that crashes, and reads it again.',
    createPersister: (store, options) => createPersister(store, NAME, options),
    setFull: (isFull) =>
      unmetered(() => {
        if (isFull) fill(area());
        else area().removeItem(BALLAST);
      }),
    isFull: () => area().getItem(BALLAST) !== null,
    damage: () =>
      unmetered(() => {
        intact = keysOf(area()).map((key) => [key, area().getItem(key)]);
        const text = area().getItem(NAME) ?? '[{}]';
        area().setItem(NAME, text.slice(0, text.length / 2));
      }),
    mend: () =>
      unmetered(() => {
        for (const [key, text] of intact) area().setItem(key, text);
      }),
    readSetAside: (name) => area().getItem(name) ?? '',
    clear: () => {
      for (const key of [...keysOf(area()), BALLAST]) area().removeItem(key);
    },
  };
};

export const sessionStorageDemo = defineWebStorage(
  'session',
  () => sessionStorage,
  {
    label: 'Session storage',
    about: 'Text under one key. Each tab has its own; it outlives reloads, and ends with the tab.',
  },
  createSessionPersister,
);

export const localStorageDemo = defineWebStorage(
  'local',
  () => localStorage,
  {
    label: 'Local storage',
    about: 'Text of some megabytes, which all tabs share.',
  },
  createLocalPersister,
);
