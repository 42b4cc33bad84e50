/** How many random cases each property is tried with; nightly runs ask for more, and have more time. */
import {configureGlobal} from 'fast-check';
import {vi} from 'vitest';

const USUAL_RUNS = 100;
const USUAL_TIMEOUT_MS = 60_000;

const runs = Number(process.env['CELLAR_RANDOM_RUNS'] ?? '');
if (runs > 0) {
  configureGlobal({numRuns: runs});
  vi.setConfig({testTimeout: USUAL_TIMEOUT_MS * Math.max(1, runs / USUAL_RUNS)});
}
