/** Databases that are opened with react-native-sqlite-storage, whether it has been told to use promises or not. */
import {assertMethods} from '../sql/assert-client.ts';
import {withLiterals} from '../sql/textual-sqlite.ts';
import type {AcquiredSession, SqlDriver, SqlRow, SqlStatement} from '../sql/sql-driver.ts';
import {type ReactNativeSqliteDatabase, toError} from './plugin.ts';
import {beginTransaction} from './transaction.ts';

export class ReactNativeSqliteDriver implements SqlDriver {
  readonly connection: ReactNativeSqliteDatabase;

  constructor(db: ReactNativeSqliteDatabase) {
    assertMethods(db, 'db', 'executeSql', 'transaction');
    this.connection = db;
  }

  execute(statement: SqlStatement): Promise<readonly SqlRow[]> {
    const {sql, params} = withLiterals(statement);
    return new Promise((resolve, reject) => {
      this.connection.executeSql(
        sql,
        params,
        ({rows}) => resolve(rows.raw() as SqlRow[]),
        (error) => reject(toError(error)),
      );
    });
  }

  /** The plugin lets nothing of the app's come between the statements of its transactions. */
  acquire(kind: 'read' | 'write'): Promise<AcquiredSession> {
    return beginTransaction(this.connection, kind);
  }
}
