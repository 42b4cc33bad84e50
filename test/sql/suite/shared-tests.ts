/** The tests that each client runs beside the conformance suites, by subject. */
import {acceptance} from './acceptance.ts';
import {fidelity} from './fidelity.ts';
import {mapping} from './mapping.ts';
import {refusals} from './refusals.ts';
import {reference} from './reference.ts';
import type {SharedTest} from './shared-test.ts';
import {sharing} from './sharing.ts';
import type {SqlClient} from './sql-client.ts';
import {sqliteTables} from './sqlite-tables.ts';

export type {SharedTest} from './shared-test.ts';

/** By subject, for a client of that engine. */
export const sharedTests = ({engine}: SqlClient): Record<string, readonly SharedTest[]> => ({
  mapping,
  fidelity,
  'what is refused': refusals,
  acceptance,
  ...(engine === 'SQLite'
    ? {'tables of others': sqliteTables, sharing, 'the reference': reference}
    : {}),
});
