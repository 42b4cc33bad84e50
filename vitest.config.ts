import {playwright} from '@vitest/browser-playwright';
import {defineConfig, type ViteUserConfig} from 'vitest/config';
import {findBrowsers} from './scripts/browsers.mjs';

// Ample: a limit is here to end what hangs, and machines differ and are shared.
const limits = {testTimeout: 60_000, hookTimeout: 60_000};

const instances = (['chromium', 'firefox'] as const).flatMap((browser) => {
  const launchOptions = findBrowsers()[browser];
  return launchOptions ? [{browser, provider: playwright({launchOptions})}] : [];
});

const WITH_TABS = ['test/tabs/**/*.test.ts', 'test/page/**/*.test.ts'];

/** They need a server. */
const WITH_POSTGRESQL = ['test/sql/postgresql/**/*.test.ts'];

/** They drive whole browsers with many tabs: after all others. */
const tabs = {
  test: {
    ...limits,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    name: 'tabs',
    include: WITH_TABS,
    pool: 'forks' as const,
    sequence: {groupOrder: 1},
  },
};

const node = {
  test: {
    ...limits,
    name: 'node',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/harness/*.test.mjs'],
    exclude: ['**/node_modules/**', '**/*.browser.test.ts', ...WITH_TABS, ...WITH_POSTGRESQL],
    setupFiles: ['test/random-runs.ts'],
    pool: 'forks' as const,
  },
};

const postgresql = {
  test: {
    ...limits,
    testTimeout: 180_000,
    name: 'postgresql',
    globalSetup: ['test/sql/postgresql/serve-postgres.ts'],
    include: WITH_POSTGRESQL,
    setupFiles: ['test/random-runs.ts'],
    pool: 'forks' as const,
  },
};

const browser = {
  // Found before the first test is run: finding more in the middle reloads the page.
  optimizeDeps: {
    include: [
      'fast-check',
      'tinybase',
      'tinybase/persisters/persister-browser',
      'tinybase/persisters/persister-indexed-db',
    ],
    // They find their WebAssembly beside them, and import each other by name.
    exclude: ['@vlcn.io/wa-sqlite', '@vlcn.io/xplat-api', 'async-mutex'],
  },
  // What makes a page one that may share memory with its workers, which SQLite's files need.
  server: {
    headers: {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    },
  },
  test: {
    ...limits,
    name: 'browser',
    globalSetup: [
      'test/support/serve-stores.ts',
      'test/sql/expo/bundle.ts',
      'test/sql/powersync-web/bundle.ts',
    ],
    include: ['src/**/*.browser.test.ts', 'test/**/*.browser.test.ts'],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      api: {host: '127.0.0.1'},
      instances,
    },
  },
};

const config: ViteUserConfig = defineConfig({
  test: {
    // Much of the time goes to waiting for browsers, disks and servers.
    maxWorkers: 2,
    projects: instances.length > 0 ? [node, postgresql, browser, tabs] : [node, postgresql],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.test.ts', 'src/**/*.test-d.ts'],
      reporter: ['text', 'html'],
    },
  },
});

export default config;
