/** Short ways to say what tests of databases do. */
import type {PersisterError} from '../../../src/errors.ts';
import type {Persister} from '../../../src/persisters/engine/persister-types.ts';
import type {DatabasePersisterConfig} from '../../../src/persisters/sql/config.ts';
import type {DatabasePersisterOptions} from '../../../src/persisters/sql/create-database-persister.ts';
import {createStore, type Store} from '../../../src/store/index.ts';
import type {AppTransaction, SqlHandle} from './sql-client.ts';

export interface Session {
  readonly store: Store;
  readonly persister: Persister;
  readonly errors: PersisterError[];
  /** The commands that have been sent, in order. */
  readonly commands: string[];
}

/** Polls often: tests wait for what others have written. */
const OFTEN = 0.005;

/** @param onCommand Called before each command is sent. */
export const openSession = async (
  handle: SqlHandle,
  config: DatabasePersisterConfig,
  store: Store = createStore(),
  options: DatabasePersisterOptions = {},
  onCommand: () => void = () => undefined,
): Promise<Session> => {
  const errors: PersisterError[] = [];
  const commands: string[] = [];
  const persister = await handle.createPersister(
    store,
    {autoLoadIntervalSeconds: OFTEN, ...config},
    {
      ...options,
      onIgnoredError: (error) => errors.push(error as PersisterError),
      onSqlCommand: (sql) => {
        commands.push(sql);
        onCommand();
      },
    },
  );
  return {store, persister, errors, commands};
};

/** The content that another persister on the same place loads. */
export const loadBy = async (
  handle: SqlHandle,
  config: DatabasePersisterConfig,
): Promise<ReturnType<Store['getContent']>> => {
  const {store, persister} = await openSession(handle, config);
  await persister.load();
  await persister.destroy();
  return store.getContent();
};

/** Which tables are mapped under their own names. */
export const tabular = (...tableIds: string[]): DatabasePersisterConfig => ({
  mode: 'tabular',
  tables: {
    load: Object.fromEntries(tableIds.map((id) => [id, id])),
    save: Object.fromEntries(tableIds.map((id) => [id, id])),
  },
  values: {load: true, save: true},
});

/** Begins a transaction as an app would. */
export const beginOn = async (handle: SqlHandle): Promise<AppTransaction> => {
  if (handle.begin) return handle.begin();
  await handle.execute('BEGIN');
  return {execute: handle.execute, end: handle.execute};
};
