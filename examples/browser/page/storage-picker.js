/** The choice of a storage; it stands in the address, so that it outlives reloads and other tabs share it. */
import {byId, element} from './elements.js';
import {defaultStorage, storages} from './storages/index.js';

const PARAMETER = 'storage';

const addressOf = ({id}) => {
  const url = new URL(location);
  url.searchParams.set(PARAMETER, id);
  return url;
};

/** @returns The storage that the address names. */
export const chosenStorage = () => {
  const id = new URL(location).searchParams.get(PARAMETER);
  return storages.find((storage) => storage.id === id && !storage.lacks?.()) ?? defaultStorage;
};

/** @param choose Called with a storage; resolves to whether it is used now. */
export const showPicker = (choose) => {
  byId('storages').append(
    ...storages.map((storage) => {
      const {id, label, lacks} = storage;
      const reason = lacks?.();
      const input = element('input', {type: 'radio', name: 'storage', value: id});
      input.disabled = reason !== undefined;
      input.addEventListener('change', () => void choose(storage));
      return element('label', {title: reason ?? ''}, input, label);
    }),
  );
};

/** Shows that `storage` is the one in use. */
export const showChoice = (storage) => {
  const input = document.querySelector(`input[name=storage][value=${storage.id}]`);
  input.checked = true;
  byId('storage-about').textContent = storage.about;
  history.replaceState(history.state, '', addressOf(storage));
  byId('second-tab').href = location.href;
};
