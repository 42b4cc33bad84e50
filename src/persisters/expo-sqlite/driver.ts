/** Databases that are opened with expo-sqlite, on devices and on the web. */
import {assertMethods} from '../sql/assert-client.ts';
import {withLiterals} from '../sql/textual-sqlite.ts';
import type {ChangeHint, SqlDriver, SqlRow, SqlStatement} from '../sql/sql-driver.ts';

/** A prepared statement of expo-sqlite, as far as it is used. */
export interface ExpoSqliteStatement {
  executeAsync(params: (string | number | null)[]): Promise<{getAllAsync(): Promise<unknown[]>}>;
  finalizeAsync(): Promise<void>;
}

/** A database of expo-sqlite, as far as it is used. */
export interface ExpoSqliteDatabase {
  prepareAsync(sql: string): Promise<ExpoSqliteStatement>;
}

/** What expo-sqlite tells of a row that has been written, as far as it is used. */
export interface ExpoSqliteChange {
  readonly tableName: string;
  readonly rowId: number;
}

/** `addDatabaseChangeListener` of expo-sqlite. */
export type AddDatabaseChangeListener = (listener: (change: ExpoSqliteChange) => void) => {
  remove(): void;
};

export class ExpoSqliteDriver implements SqlDriver {
  readonly connection: ExpoSqliteDatabase;
  /** Capability: see {@link SqlDriver}. */
  readonly subscribe?: (onChange: (hints: readonly ChangeHint[]) => void) => () => void;

  constructor(db: ExpoSqliteDatabase, addListener: AddDatabaseChangeListener | undefined) {
    assertMethods(db, 'db', 'prepareAsync');
    this.connection = db;
    if (addListener) {
      this.subscribe = (onChange) => {
        const subscription = addListener(({tableName, rowId}) =>
          onChange([{tableName, rowid: rowId}]),
        );
        return () => subscription.remove();
      };
    }
  }

  /** Not by `db.getAllAsync`: when a statement fails, that tells only that it could not be finalized. */
  async execute(statement: SqlStatement): Promise<readonly SqlRow[]> {
    const {sql, params} = withLiterals(statement);
    const prepared = await this.connection.prepareAsync(sql);
    let rows: unknown[];
    try {
      rows = await (await prepared.executeAsync(params)).getAllAsync();
    } catch (error) {
      await prepared.finalizeAsync().catch(() => undefined); // tells of the same error
      throw error;
    }
    await prepared.finalizeAsync();
    return rows as readonly SqlRow[];
  }
}
