/** Runs work written as a generator: in one go as long as answers come at once, else as they come. */
import type {SqlRow, SqlSession, SqlStatement, SqlWork} from './sql-driver.ts';

/** Statements one after the other. */
export const allOf = function* (statements: Iterable<SqlStatement>): SqlWork<void> {
  for (const statement of statements) yield statement;
};

/** Work that needs the database for nothing. */
export const withoutStatements = function* <Result>(work: () => Result): SqlWork<Result> {
  yield* [];
  return work();
};

/** Called before each statement, with its text and parameters. */
export type OnSqlCommand = (sql: string, params?: readonly unknown[]) => void;

/** @returns What `work` returns; a promise of it if a statement was answered by a promise. */
export const runWork = <Result>(
  session: SqlSession,
  work: SqlWork<Result>,
  onStatement: (statement: SqlStatement) => void,
): Result | Promise<Result> => {
  const proceed = (start: () => IteratorResult<SqlStatement, Result>): Result | Promise<Result> => {
    let step = start();
    while (!step.done) {
      let rows: readonly SqlRow[] | Promise<readonly SqlRow[]>;
      try {
        onStatement(step.value);
        rows = session.execute(step.value);
      } catch (error) {
        step = work.throw(error);
        continue;
      }
      if (rows instanceof Promise) {
        return rows.then(
          (late) => proceed(() => work.next(late)),
          (error: unknown) => proceed(() => work.throw(error)),
        );
      }
      step = work.next(rows);
    }
    return step.value;
  };
  return proceed(() => work.next());
};
