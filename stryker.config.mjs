/** Mutation testing of one folder, which the environment names; `scripts/mutation.mjs` does that. */
const folder = process.env.MUTATED_FOLDER ?? 'src/store';
const name = folder.replaceAll('/', '-');

export default {
  testRunner: 'vitest',
  vitest: {configFile: 'vitest.mutation.config.ts', related: false},
  plugins: ['@stryker-mutator/vitest-runner'],
  mutate: [`${folder}/**/*.ts`, '!src/**/*.test.ts', '!src/**/*.test-d.ts'],
  ignorePatterns: ['bench', 'coverage', 'dist', 'docs', 'examples', 'reports', '.cache'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 10_000,
  incremental: true,
  incrementalFile: `reports/${name}.incremental.json`,
  jsonReporter: {fileName: `reports/${name}.json`},
  clearTextReporter: {logTests: false},
  reporters: ['clear-text', 'json'],
};
