/** Compares the store with the reference library, installed in bench/ only: `npm ci --prefix bench`. */
import {defineConfig} from 'vitest/config';

export default defineConfig({
  cacheDir: '../../node_modules/.vite',
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    testTimeout: 600_000,
    pool: 'forks',
    setupFiles: ['../../test/random-runs.ts'],
  },
});
