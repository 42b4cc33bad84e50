/** The tests that each client runs beside the conformance suites, by subject. */
import {fidelity} from './fidelity.ts';
import {mapping} from './mapping.ts';
import type {SqlClient, SqlPlaces} from './sql-client.ts';
import {sqliteTables} from './sqlite-tables.ts';

export interface SharedTest {
  readonly name: string;
  readonly mode: 'json' | 'tabular';
  run(places: SqlPlaces, client: SqlClient): Promise<void>;
}

/** By subject, for a client of that engine. */
export const sharedTests = ({engine}: SqlClient): Record<string, readonly SharedTest[]> => ({
  mapping,
  fidelity,
  ...(engine === 'SQLite' ? {'tables of others': sqliteTables} : {}),
});
