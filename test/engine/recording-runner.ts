/** A test runner that runs a suite and tells which tests failed. */
import type {TestRunner} from '../../src/testing/index.ts';

export interface Outcome {
  readonly passed: readonly string[];
  /** By the titles of the tests, why they failed. */
  readonly failed: ReadonlyMap<string, unknown>;
  readonly skipped: readonly string[];
}

type Action = () => Promise<void>;

/** Runs what `define` defines, one test after the other. */
export const runSuite = async (define: (runner: TestRunner) => void): Promise<Outcome> => {
  const tests: [title: string, test: Action][] = [];
  const skipped: string[] = [];
  const before: Action[] = [];
  const after: Action[] = [];
  const it = Object.assign((title: string, test: Action) => void tests.push([title, test]), {
    skip: (title: string) => void skipped.push(title),
  });
  define({
    describe: (_title, defineTests) => defineTests(),
    it,
    beforeEach: (action) => void before.push(action),
    afterEach: (action) => void after.push(action),
  });
  const passed: string[] = [];
  const failed = new Map<string, unknown>();
  for (const [title, test] of tests) {
    try {
      for (const action of before) await action();
      try {
        await test();
      } finally {
        for (const action of after) await action();
      }
      passed.push(title);
    } catch (error) {
      failed.set(title, error);
    }
  }
  return {passed, failed, skipped};
};
