/** Real tabs of a real browser, on an origin of their own, that run a script of a test. */
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {build} from 'esbuild';
import {type Browser, type BrowserContext, chromium, firefox, type Page} from 'playwright';
import {findBrowsers} from '../../scripts/browsers.mjs';

export type BrowserName = 'chromium' | 'firefox';

export interface TabBrowserOptions {
  readonly browser?: BrowserName;
  /** Where the browser keeps its data, so that another one finds it there; Chromium only. Default: nowhere. */
  readonly userDataDir?: string;
}

export interface Tab {
  readonly page: Page;
  /** Calls a function that the script has put on `globalThis`, and gives back what it resolves to. */
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

export interface TabBrowser {
  readonly context: BrowserContext;
  /** @param opener A tab in whose process it is to be; opening it takes less time then. */
  newTab(opener?: Tab): Promise<Tab>;
  close(): Promise<void>;
}

const types = {chromium, firefox};

/** Why tests in this browser cannot run here, if they cannot. */
export const missingBrowser = (name: BrowserName): string | undefined =>
  findBrowsers()[name] ? undefined : `there is no ${name}`;

const bundle = async (script: string): Promise<string> => {
  const {outputFiles} = await build({
    entryPoints: [script],
    bundle: true,
    format: 'iife',
    write: false,
    logLevel: 'error',
    target: 'es2022',
    sourcemap: 'inline',
  });
  return outputFiles[0]?.text ?? '';
};

/** Serves a page with the script on 127.0.0.1, isolated from other origins. */
const serve = async (script: string): Promise<{url: string; close: () => void}> => {
  const html =
    '<!doctype html><meta charset="utf-8"><title>Test</title><script src="/page.js"></script>';
  const server = createServer((request, response) => {
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    const isScript = request.url === '/page.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript; charset=utf-8' : 'text/html');
    response.end(isScript ? script : html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

const openPage = async (
  context: BrowserContext,
  url: string,
  opener: Tab | undefined,
): Promise<Page> => {
  if (!opener) {
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }
  const opened = opener.page.waitForEvent('popup');
  await opener.page.evaluate((target) => {
    open(target);
  }, url);
  const page = await opened;
  await page.waitForLoadState();
  return page;
};

const openTab = async (context: BrowserContext, url: string, opener?: Tab): Promise<Tab> => {
  const page = await openPage(context, url, opener);
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

/** @param script The path of a TypeScript file. */
export const openBrowser = async (
  script: string,
  {browser: name = 'chromium', userDataDir}: TabBrowserOptions = {},
): Promise<TabBrowser> => {
  const launchOptions = findBrowsers()[name];
  if (!launchOptions) throw new Error(missingBrowser(name));
  const server = await serve(await bundle(script));
  let browser: Browser | undefined;
  let context: BrowserContext;
  if (userDataDir === undefined) {
    browser = await types[name].launch(launchOptions);
    context = await browser.newContext();
  } else {
    context = await types[name].launchPersistentContext(userDataDir, launchOptions);
  }
  return {
    context,
    newTab: (opener) => openTab(context, server.url, opener),
    close: async () => {
      await context.close();
      await browser?.close();
      server.close();
    },
  };
};
