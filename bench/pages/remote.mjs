import {createRemotePersister} from 'library/persisters/persister-remote';
import {keepStore} from './kept-store.mjs';
import {timed} from './measure.mjs';

const URL_PATH = '/content';
const AUTO_LOAD_SECONDS = 1;

let kept;

export const open = (library) => {
  kept = keepStore(library, (store, options) =>
    createRemotePersister(store, URL_PATH, URL_PATH, AUTO_LOAD_SECONDS, options),
  );
};

export const startEditing = async (size) => {
  kept.fill(size);
  await kept.persister.save();
  await kept.persister.startAutoPersisting();
  await kept.untilSaved();
};

export const edit = (index) =>
  timed(() => {
    kept.edit(index);
    return kept.untilSaved();
  });

export const leave = async () => {
  await kept.persister.destroy();
};

export const load = async () => {
  await kept.persister.load();
};

export const check = (size, edits) => kept.check(size, edits);
