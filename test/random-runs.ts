/**
 * How many random cases each property is tried with; nightly runs ask for more. With a seed, they are the
 * same each time.
 */
import {configureGlobal, readConfigureGlobal} from 'fast-check';

const numberFrom = (name: string): number => Number(process.env[name] ?? '');

const numRuns = numberFrom('CELLAR_RANDOM_RUNS');
if (numRuns > 0) configureGlobal({...readConfigureGlobal(), numRuns});
const seed = numberFrom('CELLAR_RANDOM_SEED');
if (seed > 0) configureGlobal({...readConfigureGlobal(), seed});
