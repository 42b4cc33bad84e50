/** A test that each client runs beside the conformance suites. */
import type {DatabasePersisterConfig} from '../../../src/persisters/sql/config.ts';
import {tabular} from './session.ts';
import type {SqlClient, SqlPlaces} from './sql-client.ts';

export interface SharedTest {
  readonly name: string;
  readonly mode: 'json' | 'tabular';
  run(places: SqlPlaces, client: SqlClient): Promise<void>;
}

/** The same test in both modes. @param options.tables Those that are mapped, default: `pets`. */
export const inBothModes = (
  name: string,
  run: (places: SqlPlaces, config: DatabasePersisterConfig, client: SqlClient) => Promise<void>,
  {tables = ['pets']}: {tables?: readonly string[]} = {},
): SharedTest[] => [
  {
    name: `${name} (JSON)`,
    mode: 'json',
    run: (places, client) => run(places, {mode: 'json'}, client),
  },
  {
    name: `${name} (tables)`,
    mode: 'tabular',
    run: (places, client) => run(places, tabular(...tables), client),
  },
];
