import {setTimeout as wait} from 'node:timers/promises';
import {runInBrowser} from '../harness/browser.mjs';

/** What starting leaves behind is over by then. */
const SETTLED_AFTER_MS = 5_000;
const WATCHED_MS = 20_000;
const MINUTE_MS = 60_000;

/** @param begin Brings a page into the state that is then watched. */
const measureIdling = (script, {library, folder}, begin) =>
  runInBrowser({script, library, folder}, async (openPage) => {
    const page = await openPage();
    await begin(page);
    await wait(SETTLED_AFTER_MS);
    const before = await page.taskTime();
    await wait(WATCHED_MS);
    const spent = (await page.taskTime()) - before;
    return {perMinute: (spent * MINUTE_MS) / WATCHED_MS};
  });

export const bench = {
  id: 'browser-idle',
  suite: 'browser',
  size: 20_000,
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
    '³ Main thread in 20 s, times 3. The limit is a page that does nothing, so what its figure shows is the browser’s.',
  ],
  measureLibrary: (task) =>
    measureIdling('indexed-db.mjs', task, async (page) => {
      await page.step('open', task.library.traits);
      await page.step('save', task.size);
      await page.step('startAutoLoad');
    }),
  measureLimit: (task) => measureIdling('nothing.mjs', task, () => undefined),
};
