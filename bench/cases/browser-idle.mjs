import {setTimeout as wait} from 'node:timers/promises';
import {runInBrowser} from '../harness/browser.mjs';
import {median} from '../harness/measure.mjs';

/** What starting leaves behind is over by then, but for the odd collection of garbage. */
const SETTLED_AFTER_MS = 5_000;
/** Every persister looks for changes at least once in that time. */
const WINDOW_MS = 10_000;
const MINUTE_MS = 60_000;
/** More than half of them are sure to be without garbage of what was done before. */
const WINDOWS = 5;

/** What the page's main thread does in a minute when nobody asks it for anything, in ms. */
const watch = async (page, windows) => {
  const spent = [];
  for (let window = 0; window < windows; window++) {
    const before = await page.taskTime();
    await wait(WINDOW_MS);
    spent.push((await page.taskTime()) - before);
  }
  return (median(spent) * MINUTE_MS) / WINDOW_MS;
};

export const bench = {
  id: 'browser-idle',
  suite: 'browser',
  size: 20_000,
  contenders: ['reference', 'cellar'],
  metrics: [
    {
      id: 'perMinute',
      title: 'IndexedDB: auto-load while nothing changes, per minute, 20,000 rows ³',
      unit: 'ms',
      clock: 'CPU',
      atMost: 5,
    },
  ],
  notes: [
    '³ The median of 5 times 10 s, times 6, less what the same page took before there was anything in it.',
  ],
  measureLibrary: ({library, size, folder}) =>
    runInBrowser({script: 'indexed-db.mjs', library, folder}, async (openPage) => {
      const page = await openPage();
      const without = await watch(page, 1);
      await page.step('open', library.traits);
      await page.step('save', size);
      await page.step('startAutoLoad');
      await page.collectGarbage();
      await wait(SETTLED_AFTER_MS);
      return {perMinute: Math.max(0, (await watch(page, WINDOWS)) - without)};
    }),
};
