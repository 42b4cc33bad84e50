/** The tests that mutants of the store and of the engine meet: all in memory, none starts a process. */
import {defineConfig, type ViteUserConfig} from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: [
      'src/store/**/*.test.ts',
      'src/persisters/engine/**/*.test.ts',
      'test/store/**/*.test.ts',
      'test/engine/**/*.test.ts',
    ],
    // Tests of the suites rather than of the engine, and of other runners.
    exclude: ['test/engine/broken-*.test.ts', 'test/engine/other-runners.test.ts'],
    setupFiles: ['test/random-runs.ts'],
    // Few cases, and the same for each mutant: a mutant is noticed or not, whenever one looks.
    env: {CELLAR_RANDOM_RUNS: '30', CELLAR_RANDOM_SEED: '1'},
    isolate: false,
    // Many mutants hang. A test that fails costs less than a process to be killed and started again.
    testTimeout: 4_000,
    hookTimeout: 4_000,
  },
});

export default config;
