/** The tests that mutants of a folder meet: those of that folder, all in memory; none starts a process. */
import {defineConfig, type ViteUserConfig} from 'vitest/config';
import {BaseSequencer, type TestSpecification} from 'vitest/node';

const tests: Record<string, string[]> = {
  'src/store': ['src/store/**/*.test.ts', 'test/store/**/*.test.ts'],
  'src/persisters/engine': ['src/persisters/engine/**/*.test.ts', 'test/engine/**/*.test.ts'],
};

/** Tests of one thing find most mutants soon; random cases find those that are left. */
const RANDOM = ['interleavings', 'laws', 'model'];

const rank = ({moduleId}: TestSpecification): number => {
  if (RANDOM.some((name) => moduleId.endsWith(`/${name}.test.ts`))) return 2;
  return moduleId.includes('/src/') ? 0 : 1;
};

class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve([...files].sort((one, other) => rank(one) - rank(other)));
  }
}

const config: ViteUserConfig = defineConfig({
  test: {
    include: tests[process.env['MUTATED_FOLDER'] ?? ''] ?? Object.values(tests).flat(),
    // Tests of the suites rather than of the engine, and in other processes.
    exclude: ['broken-*', 'other-runners', 'quiet-host'].map(
      (name) => `test/engine/${name}.test.ts`,
    ),
    setupFiles: ['test/mutants.ts'],
    isolate: false,
    sequence: {sequencer: QuickestFirst},
    // Many mutants hang. A test that fails costs less than a process to be killed and started again.
    testTimeout: 10_000,
    hookTimeout: 10_000,
  },
});

export default config;
