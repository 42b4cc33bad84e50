import {expect} from 'vitest';
import type {BrowserTests} from './in-each-browser.ts';
import {PATIENTLY} from './shared-storage.ts';

/** Defines a test for storages whose room the browser can be told. */
export const testQuota = ({testInChromium, withTabs}: BrowserTests): void => {
  testInChromium('saves what there was no room for once there is some', () =>
    withTabs(async (tabs) => {
      const tab = await tabs.open();
      const session = await tab.page.context().newCDPSession(tab.page);
      const {origin} = tabs;
      await session.send('Storage.overrideQuotaForOrigin', {origin, quotaSize: 1_000_000});
      await tab.call('start');
      await tab.call('addNoise', 'small', 1_000);
      await tab.call('whenSaved');
      await tab.call('addNoise', 'large', 3_000_000);
      await expect
        .poll(() => tab.call('getState'), PATIENTLY)
        .toMatchObject({lastError: 'QUOTA', pending: 1});
      const other = await tabs.start();
      expect(await other.call('noiseLengths')).toStrictEqual([1_000]);
      await session.send('Storage.overrideQuotaForOrigin', {origin});
      await tab.call('whenSaved');
      expect(await tab.call('getState')).toMatchObject({pending: 0});
      await expect
        .poll(() => other.call('noiseLengths'), PATIENTLY)
        .toStrictEqual([1_000, 3_000_000]);
    }),
  );
};
