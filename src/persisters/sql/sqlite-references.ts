/**
 * SQLite counts references to rows that are not there, and has COMMIT fail if there are more than at the beginning,
 * without a word on which: here they are looked for.
 */
import {statement} from './catalog.ts';
import type {SqlWork} from './sql-driver.ts';

/** How many there are, by what they are. */
type Missing = ReadonlyMap<string, {readonly count: number; readonly message: string}>;

/** Rows of tables without ids of SQLite's own have none, and are told apart by how many they are. */
const CHECK = statement(
  'SELECT "table" t,"rowid" r,"parent" p,"fkid" f,count(*)n FROM pragma_foreign_key_check GROUP BY 1,2,3,4',
);

const findMissing = function* (): SqlWork<Missing> {
  const rows = yield CHECK;
  return new Map(
    rows.map(({t, r, p, f, n}) => [
      JSON.stringify([t, r, p, f].map(String)),
      {
        count: Number(n),
        message: `FOREIGN KEY constraint failed: '${String(t)}' refers to a row that is not in '${String(p)}'`,
      },
    ]),
  );
};

/** @returns Work that fails if rows refer to others that are not there, and did not so before. */
export const checkReferences = function* (): SqlWork<() => SqlWork<void>> {
  const before = yield* findMissing();
  return function* () {
    for (const [key, {count, message}] of yield* findMissing()) {
      if (count > (before.get(key)?.count ?? 0)) throw new Error(message);
    }
  };
};
