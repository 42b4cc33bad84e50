/** A whole browser that is killed, with all its processes, and started again where it keeps what it stores. */
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {type BrowserFolder, newBrowserFolder} from '../support/lasting-browser.ts';
import {servePage, type ServedPage} from '../support/served-page.ts';
import {missingBrowser, type Tab} from '../support/tabs.ts';
import {PATIENTLY} from './shared-storage.ts';

/** How many edits are acknowledged, at least, before the browser is killed. */
const EDITS = 50;

const STORAGES = [
  {storage: 'IndexedDB', script: 'indexed-db-page.ts', rows: 0},
  {storage: 'a private file', script: 'opfs-page.ts', rows: 0},
  {storage: 'a private file with a journal', script: 'opfs-page.ts', rows: 2_000},
];

const start = async (tab: Tab): Promise<Tab> => {
  await tab.call('start');
  return tab;
};

const isMissing = missingBrowser('chromium') !== undefined;

describe.skipIf(isMissing)('When Chromium is killed', () => {
  let folder: BrowserFolder;
  const pages = new Map<string, ServedPage>();
  beforeAll(async () => {
    folder = newBrowserFolder();
    for (const script of ['indexed-db-page.ts', 'opfs-page.ts', 'local-page.ts']) {
      pages.set(script, await servePage(new URL(script, import.meta.url).pathname));
    }
  });
  afterAll(() => {
    for (const page of pages.values()) page.close();
    folder.remove();
  });
  const urlOf = (script: string): string => pages.get(script)?.url ?? '';

  /** Has a tab edit until the browser is killed. @returns How many edits had been acknowledged. */
  const editUntilKilled = async (script: string, rows: number): Promise<number> => {
    const browser = await folder.start();
    const tab = await start(await browser.newTab(urlOf(script)));
    await tab.call('fill', rows);
    let count = 0;
    tab.page.on('console', () => count++);
    // Never ends but by the end of the browser.
    tab.call('writeForEver', `with ${rows} rows`).catch(() => undefined);
    await expect.poll(() => count, PATIENTLY).toBeGreaterThan(EDITS);
    await browser.kill();
    return count;
  };

  /** What is there when the browser has been started again: the cells of the row, in order. */
  const readAgain = async (script: string, rows: number): Promise<number[]> => {
    const browser = await folder.start();
    const tab = await start(await browser.newTab(urlOf(script)));
    const row = (await tab.call('getRow', `with ${rows} rows`)) as Record<string, number>;
    expect(await tab.call('rowCounts')).toStrictEqual(rows > 0 ? {ballast: rows} : {});
    expect(await tab.call('errors')).toStrictEqual([]);
    await browser.close();
    return Object.values(row).sort((one, other) => one - other);
  };

  const numbersUpTo = (count: number): number[] => Array.from({length: count}, (_, cell) => cell);

  it.for(STORAGES)(
    '$storage has what was acknowledged, and no gaps after that',
    async ({script, rows}) => {
      const count = await editUntilKilled(script, rows);
      const found = await readAgain(script, rows);
      expect(found.length).toBeGreaterThanOrEqual(count);
      expect(found).toStrictEqual(numbersUpTo(found.length));
    },
  );

  // Browsers write it to disk with a delay of seconds, so the last edits may be missing.
  it('local storage has what it had at an earlier moment', async () => {
    await editUntilKilled('local-page.ts', 0);
    const found = await readAgain('local-page.ts', 0);
    expect(found).toStrictEqual(numbersUpTo(found.length));
  });
});
