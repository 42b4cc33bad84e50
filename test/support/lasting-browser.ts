/** A browser that keeps what it stores in a folder, and that can be ended in an instant, with all its processes. */
import {chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {chromium, firefox} from 'playwright';
import {findBrowsers} from '../../scripts/browsers.mjs';
import {type BrowserName, missingBrowser, type Tab, toTab} from './tabs.ts';

export interface LastingBrowser {
  newTab(url: string): Promise<Tab>;
  /** By SIGKILL. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export interface BrowserFolder {
  /** Starts the browser, one at a time. */
  start(): Promise<LastingBrowser>;
  remove(): void;
}

/** What starts the browser, and writes down which process that is: it is the leader of its group. */
const scriptFor = (browser: string, pidPath: string): string =>
  `#!/bin/sh\necho $$ > '${pidPath}'\nexec '${browser}' "$@"\n`;

const browserTypes = {chromium, firefox};

export const newBrowserFolder = (name: BrowserName): BrowserFolder => {
  const options = findBrowsers()[name];
  if (options?.executablePath === undefined) throw new Error(missingBrowser(name));
  const folder = mkdtempSync(join(tmpdir(), 'cellar-browser-'));
  const [path, pidPath, executablePath] = ['profile', 'pid', 'browser.sh'].map((file) =>
    join(folder, file),
  ) as [string, string, string];
  writeFileSync(executablePath, scriptFor(options.executablePath, pidPath));
  chmodSync(executablePath, 0o755);
  return {
    start: async () => {
      const context = await browserTypes[name].launchPersistentContext(path, {
        ...options,
        executablePath,
      });
      return {
        newTab: async (url) => {
          const page = await context.newPage();
          await page.goto(url);
          return toTab(page);
        },
        kill: async () => {
          const closed = context.waitForEvent('close');
          process.kill(-Number(readFileSync(pidPath, 'utf8')), 'SIGKILL');
          await closed;
        },
        close: () => context.close(),
      };
    },
    remove: () => rmSync(folder, {recursive: true, force: true, maxRetries: 5}),
  };
};
