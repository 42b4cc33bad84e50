import {entrySources} from './scripts/entries.mjs';

export default {
  entry: [
    ...entrySources.map((source) => `${source}!`),
    'scripts/*.mjs',
    'examples/**/*.mjs',
    'src/**/*.test-d.ts',
    'test/**/*.test-d.ts',
    // Run in processes of their own by tests.
    'src/**/*-worker.mjs',
    'test/**/*-worker.mjs',
  ],
  // A type in the signature of something exported may be exported with it.
  ignoreExportsUsedInFile: {interface: true, type: true},
  // Called as programs by scripts/check-package.mjs.
  ignoreDependencies: ['@arethetypeswrong/cli', 'publint'],
  project: ['src/**/*.{ts,mjs}!', 'test/**/*.{ts,mjs}', 'scripts/**/*.mjs', 'examples/**/*.mjs'],
};
