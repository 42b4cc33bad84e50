/** The clients that come with a runtime, tried in it. */
import {describe, expect, it} from 'vitest';
import {BUN, NODE_CURRENT, runSuiteIn, whyNoOtherRuntimes} from '../support/other-runtimes.ts';

const suite = new URL('other-runtime-suite.ts', import.meta.url);

describe.skipIf(whyNoOtherRuntimes)('The suite of SQL clients', () => {
  it.for([
    ['node:sqlite', 'the current Node', NODE_CURRENT],
    ['bun:sqlite', 'Bun', BUN],
  ] as const)('passes with %s in %s', {timeout: 600_000}, async ([client, , program], {task}) => {
    const lines = await runSuiteIn(program, suite, [client]);
    Object.assign(task.meta, {lines}); // for the matrix of clients
    expect(lines.filter(({outcome}) => outcome === 'failed')).toStrictEqual([]);
    const skipped = lines.filter(({outcome}) => outcome === 'skipped');
    expect(skipped.filter(({title}) => !title.includes('(skipped: '))).toStrictEqual([]);
    expect(lines.length - skipped.length).toBeGreaterThan(170);
  });
});

if (whyNoOtherRuntimes) console.log(`No other runtimes: ${whyNoOtherRuntimes}`);
