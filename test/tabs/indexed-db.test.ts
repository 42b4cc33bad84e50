/** A database, shared by real tabs. */
import {expect} from 'vitest';
import type {Tab} from '../support/tabs.ts';
import {testQuota} from './quota.ts';
import {
  describeSharedStorage,
  expectRows,
  type Kind,
  PATIENTLY,
  startTabs,
  writeRows,
} from './shared-storage.ts';

const PAGE = new URL('indexed-db-page.ts', import.meta.url).pathname;

/** Rows that make a snapshot of several steps. */
const MANY = 20_000;

const KINDS: readonly Kind[] = [
  {kind: 'a small database', rows: 0},
  {kind: 'a large database', rows: MANY, isSlow: true},
];

describeSharedStorage('IndexedDB', PAGE, KINDS, (tests) => {
  const {test, testInChromium, withTabs} = tests;
  testQuota(tests);

  test('tells other tabs of the very first content, and loads just what has changed', () =>
    withTabs(async (tabs) => {
      const [one, other] = (await startTabs(tabs, 2)) as [Tab, Tab];
      await writeRows({one}, 10);
      await expectRows([one, other], {one: 10});
      const {loads} = (await other.call('getStats')) as {loads: number};
      await one.call('edit', 'c', 1);
      await expect.poll(() => other.call('getRow', 'edits'), PATIENTLY).toStrictEqual({c: 1});
      // One change was announced, and applied as such.
      expect(await other.call('getStats')).toMatchObject({loads: loads + 1});
      await other.call('edit', 'd', 2);
      await expect.poll(() => one.call('getRow', 'edits'), PATIENTLY).toStrictEqual({c: 1, d: 2});
    }));

  test('stores everything again after another tab has deleted the database', () =>
    withTabs(async (tabs) => {
      const [one, other] = (await startTabs(tabs, 2)) as [Tab, Tab];
      await writeRows({one}, 10);
      await expectRows([one, other], {one: 10});
      const third = await tabs.open();
      await third.call('deleteDatabase');
      await one.call('edit', 'c', 1);
      await one.call('whenSaved');
      await third.call('start');
      await expect.poll(() => third.call('getRow', 'edits'), PATIENTLY).toStrictEqual({c: 1});
      expect(await third.call('rowCounts')).toMatchObject({one: 10});
    }));

  testInChromium('stores everything again after the browser has evicted the database', () =>
    withTabs(async (tabs) => {
      const tab = await tabs.start();
      await writeRows({tab}, 10);
      const session = await tab.page.context().newCDPSession(tab.page);
      const {origin} = tabs;
      await session.send('Storage.clearDataForOrigin', {origin, storageTypes: 'indexeddb'});
      await tab.call('edit', 'c', 1);
      await tab.call('whenSaved');
      const other = await tabs.start();
      expect(await other.call('getRow', 'edits')).toStrictEqual({c: 1});
      expect(await other.call('rowCounts')).toStrictEqual({tab: 10});
      expect(await other.call('errors')).toStrictEqual([]);
      // At most, that the connection was closed while something was being read.
      expect(await tab.call('getState')).toMatchObject({
        pending: 0,
        blocked: false,
      });
      for (const error of (await tab.call('errors')) as string[]) expect(error).toMatch(/closed/);
    }),
  );

  testInChromium('keeps everything when a tab is killed while it saves everything', () =>
    withTabs(async (tabs) => {
      const reader = await tabs.start();
      await reader.call('fill', MANY);
      for (let round = 0; round < 3; round++) {
        const tab = await tabs.start();
        let count = 0;
        tab.page.on('console', () => count++);
        tab.call('saveForEver').catch(() => undefined);
        await expect.poll(() => count, PATIENTLY).toBeGreaterThan(round);
        await tab.kill();
        const survivor = await tabs.start();
        expect(await survivor.call('rowCounts')).toMatchObject({ballast: MANY});
        await survivor.call('edit', `c${round}`, round);
        await survivor.call('whenSaved');
        expect(await survivor.call('errors')).toStrictEqual([]);
        await survivor.page.close();
        await reader.call('edit', 'reader', round);
        await reader.call('whenSaved');
      }
    }),
  );
});
