/** Real tabs of a real browser. */
import {chromium, firefox, type Page} from 'playwright';
import {findBrowsers} from '../../scripts/browsers.mjs';

export type BrowserName = 'chromium' | 'firefox';

export interface Tab {
  readonly page: Page;
  /** Calls a function that the page's script has put on `globalThis`, and gives back what it resolves to. */
  call(name: string, ...args: readonly unknown[]): Promise<unknown>;
  /** Loads the page anew, as the user would. */
  reload(): Promise<void>;
  /** Closes the tab as the user would: the page is told that it goes, and not waited for. */
  close(): Promise<void>;
  /** Ends the process of the tab, and so all tabs in it; Chromium only. */
  kill(): Promise<void>;
  /** Stops the page, or lets it go on, as browsers do with tabs in the background; Chromium only. */
  setFrozen(isFrozen: boolean): Promise<void>;
}

/** What a browser keeps of one user: tabs in it share their storage, and nobody else has it. */
export interface Profile {
  newTab(url: string): Promise<Tab>;
  /** Opens tabs in the process of another, which takes less time. */
  newTabs(url: string, opener: Tab, count: number): Promise<Tab[]>;
  /** Closes its tabs, and forgets what they have stored. */
  close(): Promise<void>;
}

export interface TabBrowser {
  /** With nothing stored in it. */
  newProfile(): Promise<Profile>;
  close(): Promise<void>;
}

const browserTypes = {chromium, firefox};

/** Why tests in this browser cannot run here, if they cannot. */
export const missingBrowser = (name: BrowserName): string | undefined =>
  findBrowsers()[name] ? undefined : `there is no ${name}`;

const openPopups = async (opener: Page, url: string, count: number): Promise<Page[]> => {
  const pages: Page[] = [];
  const opened = new Promise<void>((resolve) => {
    const onPopup = (page: Page): void => {
      if (pages.push(page) < count) return;
      opener.off('popup', onPopup);
      resolve();
    };
    opener.on('popup', onPopup);
  });
  await opener.evaluate(
    ([target, times]) => {
      for (let time = 0; time < times; time++) open(target);
    },
    [url, count] as const,
  );
  await opened;
  await Promise.all(pages.map((page) => page.waitForLoadState()));
  return pages;
};

export const toTab = (page: Page): Tab => {
  const context = page.context();
  return {
    page,
    call: (name, ...args) =>
      page.evaluate(
        ([called, given]) => {
          const found: unknown = Reflect.get(globalThis, called);
          if (typeof found !== 'function') throw new TypeError(`The page has no ${called}`);
          return Reflect.apply(found, undefined, given) as unknown;
        },
        [name, args] as const,
      ),
    reload: async () => {
      await page.reload();
    },
    close: async () => {
      const closed = page.waitForEvent('close');
      await page.close({runBeforeUnload: true});
      await closed;
    },
    kill: async () => {
      const session = await context.newCDPSession(page);
      const crashed = page.waitForEvent('crash');
      // Is never answered: what should answer is gone.
      session.send('Page.crash').catch(() => undefined);
      await crashed;
      await page.close();
    },
    setFrozen: async (isFrozen) => {
      const session = await context.newCDPSession(page);
      await session.send('Page.setWebLifecycleState', {state: isFrozen ? 'frozen' : 'active'});
      await session.detach();
    },
  };
};

export const openBrowser = async (name: BrowserName): Promise<TabBrowser> => {
  const launchOptions = findBrowsers()[name];
  if (!launchOptions) throw new Error(missingBrowser(name));
  const browser = await browserTypes[name].launch(launchOptions);
  return {
    newProfile: async () => {
      // Nobody looks at them.
      const context = await browser.newContext({viewport: null});
      return {
        newTab: async (url) => {
          const page = await context.newPage();
          await page.goto(url);
          return toTab(page);
        },
        newTabs: async (url, opener, count) =>
          (await openPopups(opener.page, url, count)).map(toTab),
        close: () => context.close(),
      };
    },
    close: () => browser.close(),
  };
};
