/**
 * For tests that meet mutants: few random cases, the same for each mutant, and no smaller one looked for
 * once one has failed.
 */
import {configureGlobal} from 'fast-check';

configureGlobal({numRuns: 20, seed: 1, endOnFailure: true});
