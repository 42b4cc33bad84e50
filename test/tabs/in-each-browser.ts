/** Tests with tabs that share a storage, in each browser. */
import {afterAll, beforeAll, describe, it} from 'vitest';
import {servePage, type ServedPage} from '../support/served-page.ts';
import {
  type BrowserName,
  missingBrowser,
  openBrowser,
  type Tab,
  type TabBrowser,
} from '../support/tabs.ts';

/** Tabs that have a storage in common, in which there is nothing yet. */
export interface Tabs {
  /** The origin of the pages. */
  readonly origin: string;
  open(): Promise<Tab>;
  /** Opens a tab, and has it load its store and keep it. */
  start(): Promise<Tab>;
  /** The same with several, in the process of another. */
  startSeveral(opener: Tab, count: number): Promise<Tab[]>;
}

type Test = ReturnType<typeof it.skipIf>;

export interface BrowserTests {
  readonly name: BrowserName;
  readonly test: Test;
  /** For what only Chromium can be told: to end and to stop tabs, and how much room there is. */
  readonly testInChromium: Test;
  /** Gives a test its tabs, and closes them. */
  readonly withTabs: (run: (tabs: Tabs) => Promise<void>) => Promise<void>;
}

/**
 * @param script The path of what runs in the tabs: it calls `exposeStore`.
 * @param define Is called for each browser.
 */
export const describeInEachBrowser = (
  title: string,
  script: string,
  define: (tests: BrowserTests) => void,
): void => {
  describe.each(['chromium', 'firefox'] as const)(`${title} in %s`, (name) => {
    const isMissing = missingBrowser(name) !== undefined;
    let browser: TabBrowser;
    let page: ServedPage;
    beforeAll(async () => {
      if (isMissing) return;
      page = await servePage(script);
      browser = await openBrowser(name);
    });
    afterAll(async () => {
      if (isMissing) return;
      await browser.close();
      page.close();
    });
    define({
      name,
      test: it.skipIf(isMissing),
      testInChromium: it.skipIf(isMissing || name !== 'chromium'),
      withTabs: async (run) => {
        const profile = await browser.newProfile();
        const start = async (tab: Tab): Promise<Tab> => {
          await tab.call('start');
          return tab;
        };
        const tabs: Tabs = {
          origin: new URL(page.url).origin,
          open: () => profile.newTab(page.url),
          start: async () => start(await tabs.open()),
          startSeveral: async (opener, count) =>
            Promise.all((await profile.newTabs(page.url, opener, count)).map(start)),
        };
        try {
          await run(tabs);
        } finally {
          await profile.close();
        }
      },
    });
  });
};
