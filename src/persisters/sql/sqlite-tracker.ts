/**
 * SQLite counts, for each connection, the commits of others (`data_version`) and the rows that it has changed
 * itself, on behalf of whomever (`total_changes()`). Our own changes are those between the beginning and the
 * end of our transactions.
 * @see https://www.sqlite.org/pragma.html#pragma_data_version
 */
import {statement} from './catalog.ts';
import type {ChangeTracker} from './change-tracker.ts';
import {withoutStatements} from './run-work.ts';
import type {SqlRow, SqlStatement, SqlWork} from './sql-driver.ts';

export const VERSION: SqlStatement = statement(
  'SELECT d.data_version d,s.schema_version s,total_changes()t ' +
    'FROM pragma_data_version d,pragma_schema_version s',
);

/** As text, to be compared. */
const versionOf = ([row]: readonly SqlRow[]): string =>
  [row?.['d'], row?.['s'], row?.['t']].map(String).join();

export class SqliteTracker implements ChangeTracker {
  /** What others have written is not in the store yet. */
  isBehind = false;
  #known: string | undefined;
  #onForeign: () => void;

  /** @param onForeign Called when somebody else has written, who may have changed the tables, too. */
  constructor(onForeign: () => void) {
    this.#onForeign = onForeign;
  }

  *enter(): SqlWork<void> {
    this.see(yield VERSION);
  }

  *leave(): SqlWork<void> {
    this.#known = versionOf(yield VERSION);
  }

  isOutdated(): SqlWork<boolean> {
    // A transaction that writes has locked the database.
    return withoutStatements(() => this.isBehind);
  }

  caughtUp(): SqlWork<void> {
    return withoutStatements(() => {
      this.isBehind = false;
    });
  }

  /** @param rows What {@link VERSION} returned. @returns Whether there is something to be read. */
  see(rows: readonly SqlRow[]): boolean {
    const version = versionOf(rows);
    if (version !== this.#known) {
      this.isBehind ||= this.#known !== undefined;
      this.#known = version;
      this.#onForeign();
    }
    return this.isBehind;
  }
}
