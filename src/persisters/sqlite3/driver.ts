/** Databases that are opened with sqlite3, which answers later, and tells of each row that it writes. */
import {assertMethods} from '../sql/assert-client.ts';
import type {ChangeHint, SqlDriver, SqlRow, SqlStatement} from '../sql/sql-driver.ts';

type ChangeListener = (type: string, database: string, tableName: string, rowid: number) => void;

/** A `Database` of sqlite3, as far as it is used. */
export interface Sqlite3Database {
  all(
    sql: string,
    params: unknown[],
    callback: (error: Error | null, rows: unknown[]) => void,
  ): unknown;
  on(event: 'change', listener: ChangeListener): unknown;
  removeListener(event: 'change', listener: ChangeListener): unknown;
}

const PARAMETER = /"(?:[^"]|"")*"|'(?:[^']|'')*'|(\?)/g;

/** As text: for a parameter that is a bigint, sqlite3 puts NULL. */
const withoutBigInts = ({sql, params}: SqlStatement): [string, unknown[]] => {
  if (!params.some((param) => typeof param === 'bigint')) return [sql, [...params]];
  let index = 0;
  const text = sql.replace(PARAMETER, (token, isParameter?: string) => {
    const param = isParameter ? params[index++] : undefined;
    return typeof param === 'bigint' ? String(param) : token;
  });
  return [text, params.filter((param) => typeof param !== 'bigint')];
};

export class Sqlite3Driver implements SqlDriver {
  readonly connection: Sqlite3Database;

  constructor(db: Sqlite3Database) {
    assertMethods(db, 'db', 'all', 'on', 'removeListener');
    this.connection = db;
  }

  // Prepared each time: a statement that is kept would keep the app from closing its database.
  execute(statement: SqlStatement): Promise<readonly SqlRow[]> {
    const [sql, params] = withoutBigInts(statement);
    return new Promise((resolve, reject) => {
      this.connection.all(sql, params, (error, rows) => {
        if (error) reject(error);
        else resolve(rows as SqlRow[]);
      });
    });
  }

  subscribe(onChange: (hints: readonly ChangeHint[]) => void): () => void {
    const listener: ChangeListener = (_type, _database, tableName, rowid) =>
      onChange([{tableName, rowid}]);
    this.connection.on('change', listener);
    return () => void this.connection.removeListener('change', listener);
  }
}
