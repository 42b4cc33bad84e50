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

/** @param more Further columns. */
export const askVersion = (more = ''): SqlStatement =>
  statement(
    `SELECT d.data_version d,s.schema_version s,total_changes()t${more} ` +
      'FROM pragma_data_version d,pragma_schema_version s',
  );

const VERSION = askVersion();

/** As text, to be compared. */
export const versionOf = ([row]: readonly SqlRow[]): string => {
  let text = '';
  for (const column in row) text += `${String(row[column])},`;
  return text;
};

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
    this.see(yield* this.readVersion());
  }

  *leave(): SqlWork<void> {
    this.#known = yield* this.readVersion();
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

  /** Looks outside of transactions. @param isValid Whether what has been read still counts. */
  *look(isValid: () => boolean): SqlWork<void> {
    const version = yield* this.readVersion();
    if (isValid()) this.see(version);
  }

  /** @returns What changes when somebody writes. */
  protected *readVersion(): SqlWork<string> {
    return versionOf(yield VERSION);
  }

  protected see(version: string): void {
    if (version === this.#known) return;
    this.isBehind ||= this.#known !== undefined;
    this.#known = version;
    this.#onForeign();
  }
}
