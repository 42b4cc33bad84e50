/** The suites need no particular test runner. */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';

describe("Node's test runner", () => {
  const folder = mkdtempSync(join(tmpdir(), 'cellar-runner-'));
  const suite = join(folder, 'suite.mjs');

  const run = (isBroken: boolean): {isGood: boolean; counts: Record<string, number>} => {
    const {status, stdout} = spawnSync(process.execPath, ['--test', '--test-reporter=tap', suite], {
      encoding: 'utf8',
      env: {PATH: process.env['PATH'], BROKEN: isBroken ? '1' : '0'},
    });
    const counts = [...stdout.matchAll(/^# (pass|fail|skipped) (\d+)$/gm)];
    return {
      isGood: status === 0,
      counts: Object.fromEntries(counts.map(([, kind = '', count]) => [kind, Number(count)])),
    };
  };

  beforeAll(async () => {
    await build({
      entryPoints: [fileURLToPath(new URL('node-runner-suite.ts', import.meta.url))],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: suite,
    });
  });
  afterAll(() => rmSync(folder, {recursive: true}));

  it('runs the suite, and skips what is not declared', () => {
    const {isGood, counts} = run(false);
    expect(isGood).toBe(true);
    expect(counts).toMatchObject({fail: 0});
    expect(counts['pass']).toBeGreaterThan(40);
    expect(counts['skipped']).toBeGreaterThan(5);
  });

  it('fails with a persister that is broken', () => {
    const {isGood, counts} = run(true);
    expect(isGood).toBe(false);
    expect(counts['fail']).toBeGreaterThan(3);
  });
});
