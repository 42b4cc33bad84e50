/** A private file, shared by real tabs. */
import {expect} from 'vitest';
import type {Tab} from '../support/tabs.ts';
import {describeSharedStorage, PATIENTLY} from './shared-storage.ts';
import {testQuota} from './quota.ts';

const PAGE = new URL('opfs-page.ts', import.meta.url).pathname;

const KINDS = [
  {kind: 'a small file', rows: 0},
  {kind: 'a file with a journal', rows: 2_000},
];

/** Has a tab edit a cell, and stop in the middle of saving that. */
const stopInside = async (tab: Tab): Promise<void> => {
  await tab.call('setHeld', true);
  const inside = tab.page.waitForEvent('console', (message) => message.text() === 'inside');
  await tab.call('edit', 'stopped', 1);
  await inside;
};

describeSharedStorage('A private file', PAGE, KINDS, (tests) => {
  const {name, test, withTabs} = tests;
  testQuota(tests);

  // It takes its time until a tab counts as stuck, which tests can share.
  test.concurrent.for(KINDS)(
    'takes over the lock of a tab that is stuck while it writes to $kind, which then does no harm',
    ({rows}, {expect: expectHere}) =>
      withTabs(async (tabs) => {
        const stuck = await tabs.start();
        await stuck.call('fill', rows);
        const other = await tabs.start();
        await stopInside(stuck);
        if (name === 'chromium') await stuck.setFrozen(true);
        await other.call('edit', 'other', 2);
        await other.call('whenSaved');
        if (name === 'chromium') await stuck.setFrozen(false);
        await stuck.call('setHeld', false);
        await stuck.call('whenSaved');
        const expected = {stopped: 1, other: 2};
        for (const tab of [stuck, other, await tabs.start()]) {
          await expectHere
            .poll(() => tab.call('getRow', 'edits'), PATIENTLY)
            .toStrictEqual(expected);
          expect(await tab.call('errors')).toStrictEqual([]);
        }
      }),
  );
});
