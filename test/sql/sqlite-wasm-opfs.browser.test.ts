/** In a worker of a real browser, as SQLite's files in OPFS can be had nowhere else. */
import {afterAll, describe, expect, it} from 'vitest';
import {listTests, runTest} from '../support/worker-tests.ts';

const url = new URL('sqlite-wasm-opfs-worker.mjs', import.meta.url);
const worker = new Worker(url, {type: 'module'});
afterAll(() => worker.terminate());

const tests = await listTests(worker);
for (const suite of new Set(tests.map((test) => test.suite))) {
  describe(suite, () => {
    for (const [index, test] of tests.entries()) {
      if (test.suite !== suite) continue;
      it.skipIf(test.isSkipped)(test.title, async () => {
        expect(await runTest(worker, index)).toBeUndefined();
      });
    }
  });
}
