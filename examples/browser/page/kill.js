/**
 * Kills the tab in the midst of its edits. A page cannot end its own process, but it can come close: it goes
 * away without a word, so that the library gets no chance to save what it has not saved yet.
 */

/** How long it edits before that, at least and at most, in milliseconds. */
const LIFETIME = [250, 750];

/** Keeps the notice that the page is going from everybody who waits for it. */
const allowNoLastWords = () => {
  const swallow = (event) => event.stopImmediatePropagation();
  addEventListener('pagehide', swallow, {capture: true});
  addEventListener('visibilitychange', swallow, {capture: true});
};

/** `window.name` outlives a reload and is kept in no storage, so that it can bear witness about them. */
const takeNote = (note) => {
  window.name = JSON.stringify(note);
};

const turn = () => new Promise((resolve) => setTimeout(resolve));

/** Makes edits, each when the one before has been acknowledged, until the tab is gone. */
export const editUntilKilled = async ({store, persister}) => {
  const run = Date.now().toString(36);
  takeNote({run, acknowledged: 0});
  const [least, most] = LIFETIME;
  setTimeout(
    () => {
      allowNoLastWords();
      location.reload();
    },
    least + Math.random() * (most - least),
  );
  store.delTable('marks');
  for (let number = 1; ; number++) {
    store.setRow('marks', `${run}-${number}`, {at: Date.now()});
    await persister.whenSaved();
    takeNote({run, acknowledged: number});
    await turn(); // or else nothing else had one: local storage takes none
  }
};

/** @returns `{acknowledged, lost}` if this tab has just been killed. */
export const inspectRemains = (store) => {
  if (!window.name) return undefined;
  const {run, acknowledged} = JSON.parse(window.name);
  window.name = '';
  let lost = 0;
  for (let number = 1; number <= acknowledged; number++) {
    if (!store.hasRow('marks', `${run}-${number}`)) lost++;
  }
  return {acknowledged, lost};
};
