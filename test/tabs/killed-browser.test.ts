/** A whole browser that is killed, with all its processes, and started again where it keeps what it stores. */
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {
  type BrowserFolder,
  type LastingBrowser,
  newBrowserFolder,
} from '../support/lasting-browser.ts';
import {servePage, type ServedPage} from '../support/served-page.ts';
import {missingBrowser, type Tab} from '../support/tabs.ts';

/** How many edits are acknowledged, at least, before the browser is killed. */
const EDITS = 50;

interface Place {
  readonly script: string;
  /** How many rows there are, beside that of the test. */
  readonly rows: number;
}

const DURABLE: Record<string, Place> = {
  IndexedDB: {script: 'indexed-db-page.ts', rows: 0},
  'a private file': {script: 'opfs-page.ts', rows: 0},
  'a private file with a journal': {script: 'opfs-page.ts', rows: 2_000},
};
const LOCAL_STORAGE = 'local storage';
const PLACES = Object.entries({...DURABLE, [LOCAL_STORAGE]: {script: 'local-page.ts', rows: 0}});

const browsers = (['chromium', 'firefox'] as const).filter(
  (name) => missingBrowser(name) === undefined,
);

describe.for(browsers)('When %s is killed', (name) => {
  let folder: BrowserFolder;
  let browser: LastingBrowser;
  /** Each place is on an origin of its own. */
  const pages = new Map<string, ServedPage>();
  /** How many edits had been acknowledged in each place. */
  const counts = new Map<string, number>();

  const start = async (place: string): Promise<Tab> => {
    const tab = await browser.newTab(pages.get(place)?.url ?? '');
    await tab.call('start');
    return tab;
  };

  /** Resolves when enough is acknowledged; the tab goes on with it, to the end of the browser. */
  const edit = async (place: string, rows: number): Promise<void> => {
    const tab = await start(place);
    await tab.call('fill', rows);
    await new Promise<void>((resolve) => {
      tab.page.on('console', () => {
        const count = (counts.get(place) ?? 0) + 1;
        counts.set(place, count);
        if (count > EDITS) resolve();
      });
      tab.call('writeForEver', 'killed').catch(() => undefined);
    });
  };

  beforeAll(async () => {
    folder = newBrowserFolder(name);
    for (const [place, {script}] of PLACES) {
      pages.set(place, await servePage(new URL(script, import.meta.url).pathname));
    }
    browser = await folder.start();
    await Promise.all(PLACES.map(([place, {rows}]) => edit(place, rows)));
    await browser.kill();
    browser = await folder.start();
  });
  afterAll(async () => {
    await browser.close();
    for (const page of pages.values()) page.close();
    folder.remove();
  });

  /** What lies in the folder of private files, with sizes: worth knowing where something is missing. */
  const listFiles = async (place: string): Promise<string> => {
    const tab = await browser.newTab(pages.get(place)?.url ?? '');
    return tab.page.evaluate(async () => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('folder');
      const files: string[] = [];
      for await (const handle of folder.values()) {
        const size = handle instanceof FileSystemFileHandle ? (await handle.getFile()).size : 0;
        files.push(`${handle.name} (${size})`);
      }
      return files.join();
    });
  };

  /** What is there when the browser has been started again: the cells of the row, in order. */
  const readAgain = async (place: string, rows: number): Promise<number[]> => {
    const tab = await start(place);
    const row = (await tab.call('getRow', 'killed')) as Record<string, number>;
    expect(await tab.call('rowCounts')).toStrictEqual(rows > 0 ? {ballast: rows} : {});
    expect(await tab.call('errors')).toStrictEqual([]);
    return Object.values(row).sort((one, other) => one - other);
  };

  const numbersUpTo = (count: number): number[] => Array.from({length: count}, (_, cell) => cell);

  it.for(Object.entries(DURABLE))(
    '%s has what was acknowledged, and no gaps after that',
    async ([place, {rows}]) => {
      const found = await readAgain(place, rows);
      const count = counts.get(place) ?? Infinity;
      const files = found.length < count ? await listFiles(place).catch(String) : '';
      expect(found.length, `in ${files}`).toBeGreaterThanOrEqual(count);
      expect(found).toStrictEqual(numbersUpTo(found.length));
    },
  );

  // Browsers write it to disk with a delay of seconds, so the last edits may be missing.
  it('local storage has what it had at an earlier moment', async () => {
    const found = await readAgain(LOCAL_STORAGE, 0);
    expect(found).toStrictEqual(numbersUpTo(found.length));
  });
});
