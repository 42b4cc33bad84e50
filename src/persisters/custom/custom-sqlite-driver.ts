/** SQLite databases of any client, by a function of the app's that runs one command. */
import type {ChangeHint, SqlDriver, SqlParam, SqlRow, SqlStatement} from '../sql/sql-driver.ts';

type MaybePromise<Type> = Type | Promise<Type>;

/** Runs one command; resolves to its rows as objects, none for commands without rows. */
export type ExecuteCommand = (
  sql: string,
  params?: SqlParam[],
) => MaybePromise<readonly Record<string, unknown>[]>;

/** The functions of an app that make up a client. */
export interface CustomSqliteFunctions<Handle> {
  readonly executeCommand: ExecuteCommand;
  readonly addChangeListener: (listener: (tableName: string) => void) => MaybePromise<Handle>;
  readonly delChangeListener: (handle: Handle) => unknown;
  readonly destroy: () => unknown;
}

export class CustomSqliteDriver<Handle> implements SqlDriver {
  readonly connection: object;
  readonly #functions: CustomSqliteFunctions<Handle>;

  constructor(connection: object, functions: CustomSqliteFunctions<Handle>) {
    this.connection = connection;
    this.#functions = functions;
  }

  execute({sql, params}: SqlStatement): readonly SqlRow[] | Promise<readonly SqlRow[]> {
    return this.#functions.executeCommand(sql, [...params]);
  }

  async subscribe(onChange: (hints: readonly ChangeHint[]) => void): Promise<() => Promise<void>> {
    const {addChangeListener, delChangeListener} = this.#functions;
    const handle = await addChangeListener((tableName) => onChange([{tableName}]));
    return async () => {
      await delChangeListener(handle);
    };
  }

  async close(): Promise<void> {
    await this.#functions.destroy();
  }
}
