/** IndexedDB, shared by real tabs that write at the same time, are killed, frozen and closed. */
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {missingBrowser, openBrowser, type Tab, type TabBrowser} from '../support/tabs.ts';

const PAGE = new URL('indexed-db-page.ts', import.meta.url).pathname;
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

/** Opening a hundred tabs takes its time where others work, too. */
const LONG = 300_000;

/** Rows that make a snapshot of several steps. */
const MANY = 20_000;

describe.each(['chromium', 'firefox'] as const)('IndexedDB in %s', (name) => {
  let browser: TabBrowser;
  const isMissing = missingBrowser(name) !== undefined;
  beforeAll(async () => {
    if (!isMissing) browser = await openBrowser(PAGE, {browser: name});
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    const tab = await browser.newTab();
    await tab.call('deleteDatabase');
    await tab.page.evaluate(() => localStorage.clear());
    await tab.page.close();
  });
  const test = it.skipIf(isMissing);
  // How a browser ends and stops tabs at will, only Chromium can be told.
  const testKilling = it.skipIf(isMissing || name !== 'chromium');

  test.each([0, MANY])(
    'keeps what four tabs write at the same time, beside %i rows',
    async (ballast) => {
      const first = await startTab(browser);
      await first.call('fill', ballast);
      const [second, third, fourth] = (await startTabs(browser, 3)) as [Tab, Tab, Tab];
      await writeRows({first, second, third, fourth}, 500);
      const tabs = [first, second, third, fourth];
      const expected = {
        ...(ballast > 0 ? {ballast} : {}),
        ...{first: 500, second: 500, third: 500, fourth: 500},
      };
      for (const tab of tabs) {
        await expect.poll(() => tab.call('rowCounts'), PATIENTLY).toEqual(expected);
        expect(await tab.call('errors')).toStrictEqual([]);
      }
      for (const tab of tabs) await tab.reload();
      for (const tab of tabs) await tab.call('start');
      for (const tab of tabs) expect(await tab.call('rowCounts')).toEqual(expected);
      await closeTabs(tabs);
    },
  );

  test('tells other tabs of the very first content, and loads just what has changed', async () => {
    const [one, other] = (await startTabs(browser, 2)) as [Tab, Tab];
    await writeRows({one}, 10);
    await expectRows([one, other], {one: 10});
    const {loads} = (await other.call('getStats')) as {loads: number};
    await one.call('edit', 'c', 1);
    await expect.poll(() => other.call('getRow', 'edits'), PATIENTLY).toStrictEqual({c: 1});
    // One change was announced, and applied as such.
    expect(await other.call('getStats')).toMatchObject({loads: loads + 1});
    await other.call('edit', 'd', 2);
    await expect.poll(() => one.call('getRow', 'edits'), PATIENTLY).toStrictEqual({c: 1, d: 2});
    await closeTabs([one, other]);
  });

  test('stores everything again after another tab has deleted the database', async () => {
    const [one, other] = (await startTabs(browser, 2)) as [Tab, Tab];
    await writeRows({one}, 10);
    await expectRows([one, other], {one: 10});
    const third = await browser.newTab();
    await third.call('deleteDatabase');
    await one.call('edit', 'c', 1);
    await one.call('whenSaved');
    await third.call('start');
    await expect.poll(() => third.call('getRow', 'edits'), PATIENTLY).toStrictEqual({c: 1});
    expect(await third.call('rowCounts')).toMatchObject({one: 10});
    await closeTabs([one, other, third]);
  });

  testKilling.each([0, MANY])(
    'keeps what tabs have saved that are killed while they write, beside %i rows',
    async (ballast) => {
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
            await expect.poll(() => count, PATIENTLY).toBeGreaterThan(20);
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
    },
  );

  testKilling('keeps everything when a tab is killed while it saves everything', async () => {
    const reader = await startTab(browser);
    await reader.call('fill', MANY);
    for (let round = 0; round < 3; round++) {
      const tab = await startTab(browser);
      let count = 0;
      tab.page.on('console', () => count++);
      tab.call('saveForEver').catch(() => undefined);
      await expect.poll(() => count, PATIENTLY).toBeGreaterThan(round);
      await tab.kill();
      const survivor = await startTab(browser);
      expect(await survivor.call('rowCounts')).toMatchObject({ballast: MANY});
      await survivor.call('edit', `c${round}`, round);
      await survivor.call('whenSaved');
      expect(await survivor.call('errors')).toStrictEqual([]);
      await survivor.page.close();
      await reader.call('edit', 'reader', round);
      await reader.call('whenSaved');
      await tab.page.close();
    }
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
    for (const tab of [frozen, awake, await startTab(browser)]) {
      await expect.poll(() => tab.call('rowCounts'), PATIENTLY).toEqual(expected);
      expect(await tab.call('errors')).toStrictEqual([]);
    }
    await closeTabs([frozen, awake]);
  });

  const expectEdits = async (count: number): Promise<void> => {
    const tab = await startTab(browser);
    const edits = Array.from({length: count}, (_, round) => [`c${round}`, round] as const);
    expect(await tab.call('getRow', 'edits')).toEqual(Object.fromEntries(edits));
    await tab.page.close();
  };

  test(
    'keeps, 100 times of 100, what is changed as the tab is closed',
    async () => {
      const opener = await browser.newTab();
      for (let round = 0; round < 100; round++) {
        const tab = await browser.newTab(opener);
        await tab.call('start');
        await tab.call('editOnLeaving', `c${round}`, round);
        await tab.close();
      }
      await opener.page.close();
      await expectEdits(100);
    },
    LONG,
  );

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
    LONG,
  );

  testKilling('saves what there was no room for once there is some', async () => {
    // With an origin of its own: browsers remember for a while how much room there was.
    const small = await openBrowser(PAGE);
    const tab = await small.newTab();
    const session = await small.context.newCDPSession(tab.page);
    const {origin} = new URL(tab.page.url());
    await session.send('Storage.overrideQuotaForOrigin', {origin, quotaSize: 1_000_000});
    await tab.call('start');
    await tab.call('addNoise', 'small', 1_000);
    await tab.call('whenSaved');
    await tab.call('addNoise', 'large', 3_000_000);
    await expect
      .poll(() => tab.call('getState'), PATIENTLY)
      .toMatchObject({lastError: 'QUOTA', pending: 1});
    const other = await startTab(small);
    expect(await other.call('noiseLengths')).toStrictEqual([1_000]);
    await session.send('Storage.overrideQuotaForOrigin', {origin});
    await tab.call('whenSaved');
    expect(await tab.call('getState')).toMatchObject({pending: 0});
    await expect
      .poll(() => other.call('noiseLengths'), PATIENTLY)
      .toStrictEqual([1_000, 3_000_000]);
    await small.close();
  });
});
