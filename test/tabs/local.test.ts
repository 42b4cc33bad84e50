/** Local storage, shared by real tabs that write at the same time, are killed, frozen and closed. */
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {missingBrowser, openBrowser, type Tab, type TabBrowser} from '../support/tabs.ts';

const PAGE = new URL('local-page.ts', import.meta.url).pathname;
/** A limit is here to end what hangs. */
const PATIENTLY = {timeout: 30_000, interval: 20};

const startTab = async (browser: TabBrowser): Promise<Tab> => {
  const tab = await browser.newTab();
  await tab.call('start');
  return tab;
};
const startTabs = (browser: TabBrowser, count: number): Promise<Tab[]> =>
  Promise.all(Array.from({length: count}, () => startTab(browser)));

const closeTabs = async (tabs: readonly Tab[]): Promise<void> => {
  for (const {page} of tabs) await page.close();
};

const writeRows = async (tabs: Record<string, Tab>, count: number): Promise<void> => {
  const at = Date.now() + 300;
  const writes = Object.entries(tabs).map(([name, tab]) =>
    tab.call('writeRowsAt', name, count, at),
  );
  await Promise.all(writes);
};

const expectRows = async (
  tabs: readonly Tab[],
  expected: Record<string, number>,
): Promise<void> => {
  for (const tab of tabs) {
    await expect.poll(() => tab.call('rowCounts'), PATIENTLY).toStrictEqual(expected);
    expect(await tab.call('errors')).toStrictEqual([]);
  }
};

const BALLAST = 300_000;

describe.each(['chromium', 'firefox'] as const)('Local storage in %s', (name) => {
  let browser: TabBrowser;
  const isMissing = missingBrowser(name) !== undefined;
  beforeAll(async () => {
    if (!isMissing) browser = await openBrowser(PAGE, {browser: name});
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    const tab = await browser.newTab();
    await tab.page.evaluate(() => localStorage.clear());
    await tab.page.close();
  });
  const test = it.skipIf(isMissing);
  // How a browser ends and stops tabs at will, only Chromium can be told.
  const testKilling = it.skipIf(isMissing || name !== 'chromium');

  test.each([
    ['a small text', 0],
    ['a text with a journal', BALLAST],
  ])('keeps what four tabs write at the same time to %s', async (_, ballast) => {
    const first = await startTab(browser);
    await first.call('fill', ballast);
    const [second, third, fourth] = (await startTabs(browser, 3)) as [Tab, Tab, Tab];
    await writeRows({first, second, third, fourth}, 500);
    const tabs = [first, second, third, fourth];
    const expected = {first: 500, second: 500, third: 500, fourth: 500};
    await expectRows(tabs, expected);
    for (const tab of tabs) await tab.reload();
    for (const tab of tabs) await tab.call('start');
    await expectRows(tabs, expected);
    await closeTabs(tabs);
  });

  testKilling.each([
    ['a small text', 0],
    ['a text with a journal', BALLAST],
  ])('keeps what tabs have saved to %s that are killed while they write', async (_, ballast) => {
    const reader = await startTab(browser);
    await reader.call('fill', ballast);
    for (let round = 0; round < 3; round++) {
      const saved = await Promise.all(
        [0, 1].map(async (index) => {
          const rowId = `${round}-${index}`;
          const tab = await startTab(browser);
          let count = 0;
          tab.page.on('console', () => count++);
          // Never ends but by the end of the tab.
          tab.call('writeForEver', rowId).catch(() => undefined);
          await expect.poll(() => count, PATIENTLY).toBeGreaterThan(10);
          await tab.kill();
          return [rowId, count] as const;
        }),
      );
      const survivor = await startTab(browser);
      for (const [rowId, count] of saved) {
        const row = (await survivor.call('getRow', rowId)) as Record<string, number>;
        const kept = Array.from({length: count}, (_, cell) => row[`c${cell}`] === cell);
        expect(kept).not.toContain(false);
      }
      await survivor.page.close();
    }
    expect(await reader.call('errors')).toStrictEqual([]);
    await reader.page.close();
  });

  testKilling('waits for no tab that is frozen, nor loses what it wrote', async () => {
    const [frozen, awake] = (await startTabs(browser, 2)) as [Tab, Tab];
    const at = Date.now() + 300;
    const written = frozen.call('writeRowsAt', 'frozen', 100, at);
    await frozen.setFrozen(true);
    for (let round = 0; round < 5; round++) await writeRows({[`awake${round}`]: awake}, 100);
    await frozen.setFrozen(false);
    await written;
    const rounds = Array.from({length: 5}, (_, round) => [`awake${round}`, 100] as const);
    const expected = {frozen: 100, ...Object.fromEntries(rounds)};
    await expectRows([frozen, awake, await startTab(browser)], expected);
    await closeTabs([frozen, awake]);
  });

  const expectEdits = async (count: number): Promise<void> => {
    const tab = await startTab(browser);
    const edits = Array.from({length: count}, (_, round) => [`c${round}`, round] as const);
    expect(await tab.call('getRow', 'edits')).toStrictEqual(Object.fromEntries(edits));
    await tab.page.close();
  };

  test('keeps, each time, what is changed as the tab is closed', async () => {
    const rounds = name === 'chromium' ? 100 : 20;
    const opener = await browser.newTab();
    for (let round = 0; round < rounds; round++) {
      const tab = await browser.newTab(opener);
      await tab.call('start');
      await tab.call('editOnLeaving', `c${round}`, round);
      await tab.close();
    }
    await opener.page.close();
    await expectEdits(rounds);
  });

  testKilling(
    'keeps, in 100 tabs of 100, what is changed just before they are killed',
    async () => {
      for (let round = 0; round < 100; round += 10) {
        const opener = await browser.newTab();
        const tabs = await Promise.all(
          Array.from({length: 10}, async () => {
            const tab = await browser.newTab(opener);
            await tab.call('start');
            return tab;
          }),
        );
        await Promise.all(
          tabs.map((tab, index) => tab.call('editAndHide', `c${round + index}`, round + index)),
        );
        await opener.kill();
        await closeTabs(tabs);
      }
      await expectEdits(100);
    },
  );
});
