/** The tests that each client runs beside the conformance suites, by subject. */
import {fidelity} from './fidelity.ts';
import {mapping} from './mapping.ts';
import type {SqlClient, SqlPlaces} from './sql-client.ts';

export interface SharedTest {
  readonly name: string;
  readonly mode: 'json' | 'tabular';
  run(places: SqlPlaces, client: SqlClient): Promise<void>;
}

export const sharedTests: Readonly<Record<string, readonly SharedTest[]>> = {mapping, fidelity};
