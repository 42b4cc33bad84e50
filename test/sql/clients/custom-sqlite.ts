/** A client of the app's own, from its functions: here, those of sqlite3 speak to the database. */
import {createCustomSqlitePersister} from '../../../src/persisters/custom/custom-sqlite-persister.ts';
import {CustomSqliteDriver} from '../../../src/persisters/custom/custom-sqlite-driver.ts';
import {createSqliteAdapter} from '../../../src/persisters/sql/create-database-persister.ts';
import type {SqlClient, SqlHandle} from '../suite/sql-client.ts';
import {sqlite3} from './sqlite3.ts';

type Listener = (tableName: string) => void;

const withFunctions = ({execute}: SqlHandle): SqlHandle => {
  const listeners = new Set<Listener>();
  const executeCommand = async (sql: string, params: Parameters<typeof execute>[1] = []) => {
    const rows = await execute(sql, params);
    const [, tableName] = /^(?:INSERT INTO|UPDATE|DELETE FROM) ?"?(\w+)/.exec(sql) ?? [];
    if (tableName !== undefined) for (const listener of listeners) listener(tableName);
    return [...rows];
  };
  const functions = {
    executeCommand,
    addChangeListener: (listener: Listener): Listener => {
      listeners.add(listener);
      return listener;
    },
    delChangeListener: (listener: Listener): unknown => listeners.delete(listener),
    destroy: (): undefined => undefined,
  };
  return {
    openAdapter: (store, config, options) =>
      createSqliteAdapter(store, new CustomSqliteDriver(execute, functions), config, options),
    createPersister: (store, config, options) =>
      createCustomSqlitePersister(
        store,
        config,
        executeCommand,
        functions.addChangeListener,
        functions.delChangeListener,
        options,
        undefined,
        functions.destroy,
        undefined,
        execute,
      ),
    execute: executeCommand,
  };
};

export const customSqlite: SqlClient = {
  ...sqlite3,
  name: 'your own functions',
  runtime: 'Node',
  real: 'files, by way of sqlite3',
  notification: 'what your function tells, and counters of SQLite',
  setUp: async () => {
    const places = await sqlite3.setUp();
    return {...places, connect: async (place) => withFunctions(await places.connect(place))};
  },
};
