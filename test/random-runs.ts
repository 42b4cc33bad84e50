/** How many random cases each property is tried with; nightly runs ask for more. */
import {configureGlobal} from 'fast-check';

const runs = Number(process.env['CELLAR_RANDOM_RUNS'] ?? '');
if (runs > 0) configureGlobal({numRuns: runs});
