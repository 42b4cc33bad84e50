/** What `src/persisters/browser/storage.browser.test.ts` does in a worker. */
import type {PersisterError} from '../../src/errors.ts';
import {createStore} from '../../src/store/index.ts';
import {createLocalPersister, createSessionPersister} from '../../src/persisters/browser/index.ts';

const answers = await Promise.all(
  [createLocalPersister, createSessionPersister].map(async (create) => {
    const store = createStore();
    const persister = create(store, 'pets', {onIgnoredError: () => undefined});
    await persister.startAutoPersisting([{pets: {fido: {age: 1}}}, {}]);
    const {code, retriable} = (await persister.whenSaved().then(
      () => ({}),
      (error: unknown) => error,
    )) as PersisterError;
    const answer = {
      code,
      retriable,
      load: persister.getState().load,
      cells: {...store.getRow('pets', 'fido')},
    };
    await persister.destroy();
    return answer;
  }),
);
postMessage(answers);
