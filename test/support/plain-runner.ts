/** A test runner for runtimes that cannot have ours: tests run one after the other, and a line tells of each. */
import type {TestRunner} from '../../src/testing/index.ts';

type Action = () => Promise<void>;

interface Group {
  readonly title: string;
  readonly before: readonly Action[];
  readonly after: readonly Action[];
}

/** What became of a test. */
export interface TestLine {
  readonly title: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly reason?: string;
}

/** Runs what `define` defines; calls `tell` after each test. */
export const runPlainly = async (
  define: (runner: TestRunner) => void,
  tell: (line: TestLine) => void,
): Promise<void> => {
  let groups: readonly Group[] = [];
  const tests: {groups: readonly Group[]; title: string; run: Action | undefined}[] = [];
  const it = Object.assign((title: string, run: Action) => void tests.push({groups, title, run}), {
    skip: (title: string) => void tests.push({groups, title, run: undefined}),
  });
  const hook = (kind: 'before' | 'after') => (action: Action) => {
    const group = groups.at(-1);
    (group?.[kind] as Action[] | undefined)?.push(action);
  };
  define({
    describe: (title, defineTests) => {
      const outer = groups;
      groups = [...outer, {title, before: [], after: []}];
      defineTests();
      groups = outer;
    },
    it,
    beforeEach: hook('before'),
    afterEach: hook('after'),
  });
  for (const {groups: around, title: name, run} of tests) {
    const title = [...around.map((group) => group.title), name].join(' > ');
    if (!run) {
      tell({title, outcome: 'skipped'});
      continue;
    }
    try {
      for (const group of around) for (const action of group.before) await action();
      try {
        await run();
      } finally {
        for (const group of [...around].reverse()) for (const action of group.after) await action();
      }
      tell({title, outcome: 'passed'});
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      tell({title, outcome: 'failed', reason});
    }
  }
};
