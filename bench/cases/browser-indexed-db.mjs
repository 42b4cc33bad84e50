import {runInBrowser} from '../harness/browser.mjs';

const WARM_UPS = 3;
const EDITS = 40;
const RAPID_EDITS = 1_000;
/** The reference writes everything once per transaction. */
const REFERENCE_EDITS = 3;
const REFERENCE_RAPID_EDITS = 5;

/** Saves, edits and closes in one page, and loads in another. Raw puts and peers have no steps to prepare. */
const measure = async (script, {library, size, folder}) =>
  runInBrowser({script, library, folder}, async (openPage) => {
    const editor = await openPage();
    if (library) await editor.step('open', library.traits);
    const save = await editor.step('save', size);
    if (library) await editor.step('startEditing');
    const edits = library?.isReference ? REFERENCE_EDITS : EDITS;
    const rapidEdits = library?.isReference ? REFERENCE_RAPID_EDITS : RAPID_EDITS;
    await editor.step('editEach', 0, WARM_UPS);
    const each = await editor.step('editEach', WARM_UPS, edits);
    const rapid = await editor.step('editRapidly', WARM_UPS + edits, rapidEdits);
    if (library) await editor.step('leave');
    await editor.close();

    const reader = await openPage();
    if (library) await reader.step('open', library.traits);
    const load = await reader.step('load');
    await reader.step('check', size, WARM_UPS + edits + rapidEdits);
    return {
      oneCell: each.wall,
      oneCellTask: each.longestTask,
      rapid: (rapid.wall * RAPID_EDITS) / rapidEdits,
      save: save.wall,
      saveTask: save.longestTask,
      load: load.wall,
      loadTask: load.longestTask,
    };
  });

export const bench = {
  id: 'browser-indexed-db',
  suite: 'browser',
  size: 100_000,
  metrics: [
    {
      id: 'oneCell',
      title: 'IndexedDB: one-cell edit until stored ¹',
      unit: 'ms',
      clock: 'wall',
      target: 0.004,
    },
    {id: 'oneCellTask', title: 'the same: longest task', unit: 'ms', atMost: 50},
    {
      id: 'rapid',
      title: 'IndexedDB: 1,000 rapid one-cell edits, drained ²',
      unit: 'ms',
      clock: 'wall',
      atMost: 50,
    },
    {id: 'save', title: 'IndexedDB: full save', unit: 'ms', clock: 'wall', target: 0.7},
    {id: 'saveTask', title: 'the same: longest task', unit: 'ms'},
    {id: 'load', title: 'IndexedDB: full load', unit: 'ms', clock: 'wall', target: 0.2},
    {id: 'loadTask', title: 'the same: longest task', unit: 'ms'},
  ],
  notes: [
    '¹ Medians of 40 edits in each round, of the reference 3.',
    '² The reference writes everything once per transaction; it did 5 edits, and its figure is that times 200.',
  ],
  measureLibrary: (task) => measure('indexed-db.mjs', task),
  measureLimit: (task) => measure('indexed-db-puts.mjs', task),
  measurePeers: {
    'idb-keyval': (task) => measure('idb-keyval.mjs', task),
    Dexie: (task) => measure('dexie.mjs', task),
  },
};
