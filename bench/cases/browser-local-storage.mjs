import {runInBrowser} from '../harness/browser.mjs';

const WARM_UPS = 3;
/** Enough for what a journal costs when it is folded in to be in the mean. */
const EDITS = 250;
/** Each writes everything. */
const WHOLE_EDITS = 10;
const RECORDS = 250;

const mainThreadEach = async (page, count, name, ...args) => {
  const before = await page.taskTime();
  await page.step(name, ...args);
  return ((await page.taskTime()) - before) / count;
};

const measureLibrary = ({library, size, folder}) =>
  runInBrowser({script: 'local-storage.mjs', library, folder}, async (openPage) => {
    const editor = await openPage();
    const isWhole = library.isReference || library.traits.format === 'compatible';
    const count = isWhole ? WHOLE_EDITS : EDITS;
    await editor.step('open', library.traits);
    await editor.step('startEditing', size);
    await editor.step('editEach', 0, WARM_UPS);
    const each = await mainThreadEach(editor, count, 'editEach', WARM_UPS, count);
    await editor.step('leave');
    await editor.close();

    const reader = await openPage();
    await reader.step('open', library.traits);
    await reader.step('load');
    await reader.step('check', size, WARM_UPS + count);
    return {whole: each, record: each};
  });

const measureSetItem = ({size, folder}) =>
  runInBrowser({script: 'set-item.mjs', folder}, async (openPage) => {
    const page = await openPage();
    await page.step('makeTexts', size, WHOLE_EDITS);
    const whole = await mainThreadEach(page, WHOLE_EDITS, 'setTexts');
    const record = await mainThreadEach(page, RECORDS, 'setRecords', RECORDS);
    return {whole, record};
  });

export const bench = {
  id: 'browser-local-storage',
  suite: 'browser',
  /** 4 MB of JSON text. */
  size: 44_000,
  contenders: ['limit', 'reference', 'cellar', 'cellar-plain'],
  metrics: [
    {
      id: 'whole',
      contender: 'cellar-plain',
      title: 'local storage of 4 MB: one-cell edit, as one key, main thread ⁴',
      unit: 'ms',
      clock: 'CPU',
      target: 0.3,
    },
    {
      id: 'record',
      title: 'the same, with journal keys ⁴',
      unit: 'ms',
      clock: 'CPU',
      target: 0.01,
    },
  ],
  notes: [
    '⁴ Means of 250 edits with journal keys, of 10 otherwise. The limit is one `setItem`: of 4 MB, and of 100 bytes.',
  ],
  measureLibrary,
  measureLimit: measureSetItem,
};
