/** Which tables of the suites' stores are mapped to which tables of a database. */
import type {DatabasePersisterConfigTabular} from '../../../src/persisters/sql/config.ts';
import {MANY_ROWS, ODDITIES, PETS} from '../../../src/testing/sample-content.ts';

const TABLE_IDS = [
  ...new Set([
    ...[PETS, ODDITIES, MANY_ROWS].flatMap(([tables]) => Object.keys(tables)),
    ...['pets', 'other', 'new', 'third', 't', 't1', 'many'],
  ]),
];

/** The table of the database that a table of a store is mapped to. */
export const tableNameOf = (tableId: string): string =>
  `table ${String(TABLE_IDS.indexOf(tableId))}`;

/** Every table that the suites use; their names are tried elsewhere. */
export const ALL_TABLES: DatabasePersisterConfigTabular = {
  mode: 'tabular',
  tables: {
    load: Object.fromEntries(TABLE_IDS.map((id) => [tableNameOf(id), id])),
    save: Object.fromEntries(TABLE_IDS.map((id) => [id, tableNameOf(id)])),
  },
  values: {load: true, save: true},
  autoLoadIntervalSeconds: 0.001,
};
