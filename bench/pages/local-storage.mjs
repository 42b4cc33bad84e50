import {createLocalPersister} from 'library/persisters/persister-browser';
import {keepStore} from './kept-store.mjs';

let kept;

export const open = (library) => {
  kept = keepStore(library, (store, options) => createLocalPersister(store, 'bench', options));
};

export const startEditing = async (size) => {
  kept.fill(size);
  await kept.persister.save();
  await kept.persister.startAutoSave();
  await kept.untilSaved();
};

export const editEach = async (first, count) => {
  for (let index = first; index < first + count; index++) {
    kept.edit(index);
    await kept.untilSaved();
  }
};

export const leave = async () => {
  await kept.persister.destroy();
};

export const load = async () => {
  await kept.persister.load();
};

export const check = (size, edits) => kept.check(size, edits);
