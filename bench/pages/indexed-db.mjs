import {createIndexedDbPersister} from 'library/persisters/persister-indexed-db';
import {keepStore} from './kept-store.mjs';
import {timed, timedEach} from './measure.mjs';

let kept;

export const open = (library) => {
  kept = keepStore(library, (store, options) =>
    createIndexedDbPersister(store, 'bench', 1, options),
  );
};

export const save = async (size) => {
  kept.fill(size);
  return timed(() => kept.persister.save());
};

export const startEditing = async () => {
  await kept.persister.startAutoSave();
  await kept.untilSaved();
};

export const editEach = (first, count) =>
  timedEach(first, count, (index) => {
    kept.edit(index);
    return kept.untilSaved();
  });

export const editRapidly = (first, count) =>
  timed(() => {
    for (let index = first; index < first + count; index++) kept.edit(index);
    return kept.untilSaved();
  });

export const load = () => timed(() => kept.persister.load());

export const check = (size, edits) => kept.check(size, edits);

export const startAutoLoad = async () => {
  await kept.persister.startAutoLoad();
};

export const leave = async () => {
  await kept.persister.destroy();
};
