/** Tests that run in a worker: it says which there are, and the page shows them and has them run. */
import type {TestRunner} from '../../src/testing/test-runner.ts';

interface ListedTest {
  readonly suite: string;
  readonly title: string;
  readonly isSkipped: boolean;
}

type Action = () => Promise<void>;

/** What `define` defines, in order, each with what comes before and after the tests of its suite. */
const collect = (define: (runner: TestRunner) => void): (ListedTest & {run: Action})[] => {
  const tests: (ListedTest & {run: Action})[] = [];
  let suite = '';
  let before: Action[] = [];
  let after: Action[] = [];
  const add = (title: string, test: Action, isSkipped: boolean): void => {
    const [setUps, cleanUps] = [before, after];
    const run = async (): Promise<void> => {
      try {
        for (const action of [...setUps, test]) await action();
      } finally {
        for (const action of cleanUps) await action();
      }
    };
    tests.push({suite, title, isSkipped, run});
  };
  define({
    describe: (title, defineSuite) => {
      const outer = suite;
      suite = outer === '' ? title : `${outer} > ${title}`;
      before = [];
      after = [];
      defineSuite();
      suite = outer;
    },
    it: Object.assign((title: string, test: Action) => add(title, test, false), {
      skip: (title: string, test: Action) => add(title, test, true),
    }),
    beforeEach: (action) => before.push(action),
    afterEach: (action) => after.push(action),
  });
  return tests;
};

/** In a worker: answers {@link listTests} and {@link runTest}. */
export const serveTests = (define: (runner: TestRunner) => void): void => {
  const tests = collect(define);
  const answer = async (request: number | undefined): Promise<unknown> => {
    if (request === undefined) return tests.map(({run: _run, ...test}) => test);
    try {
      await tests[request]?.run();
      return undefined;
    } catch (error) {
      return error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error);
    }
  };
  addEventListener('message', ({data}: MessageEvent<number | undefined>) => {
    void answer(data).then((reply) => postMessage(reply));
  });
};

const ask = (worker: Worker, request: number | undefined): Promise<unknown> =>
  new Promise((resolve, reject) => {
    worker.onmessage = ({data}) => resolve(data);
    worker.onerror = ({message}) => reject(new Error(message));
    worker.postMessage(request);
  });

export const listTests = async (worker: Worker): Promise<readonly ListedTest[]> =>
  (await ask(worker, undefined)) as ListedTest[]; // as `serveTests` answers

/** @param index Its place in the list. @returns What went wrong, `undefined` if nothing. */
export const runTest = (worker: Worker, index: number): Promise<unknown> => ask(worker, index);
