/** What PowerSync's clients have in common, wherever they run. */
import {PowerSyncDriver} from '../../../src/persisters/powersync/driver.ts';
import {
  createPowerSyncPersister,
  type PowerSyncDatabase,
} from '../../../src/persisters/powersync/index.ts';
import {createSqliteAdapter} from '../../../src/persisters/sql/create-database-persister.ts';
import type {SqlRow} from '../../../src/persisters/sql/sql-driver.ts';
import type {SqlHandle} from '../suite/sql-client.ts';

export interface OpenedDatabase extends PowerSyncDatabase {
  init(): Promise<void>;
  close(): Promise<void>;
}

/** By name, which columns a table has beside its `id`. */
export type Columns = Readonly<
  Record<string, Readonly<Record<string, 'text' | 'integer' | 'real'>>>
>;

export interface PowerSyncModules {
  Schema: new (tables: Record<string, unknown>) => object;
  Table: new (columns: Record<string, object>) => object;
  column: Record<'text' | 'integer' | 'real', object>;
  PowerSyncDatabase: new (options: object) => OpenedDatabase;
}

/** @param database Where it is, and how it is opened: the options of the platform. */
export const openWith = async (
  {Schema, Table, column, PowerSyncDatabase}: PowerSyncModules,
  tables: Columns,
  database: object,
): Promise<OpenedDatabase> => {
  const schema = new Schema(
    Object.fromEntries(
      Object.entries(tables).map(([name, columns]) => {
        const typed = Object.entries(columns).map(([id, type]) => [id, column[type]]);
        return [name, new Table(Object.fromEntries(typed) as Record<string, object>)];
      }),
    ),
  );
  const db = new PowerSyncDatabase({schema, database});
  await db.init();
  return db;
};

export const handleOf = (db: PowerSyncDatabase): SqlHandle => ({
  openAdapter: (store, config, options) =>
    createSqliteAdapter(store, new PowerSyncDriver(db), config, options),
  createPersister: (store, config, options) =>
    createPowerSyncPersister(store, db, config, undefined, options),
  execute: async (sql, params = []) => {
    const {rows} = await db.execute(sql, [...params]);
    return (rows?._array ?? []) as SqlRow[];
  },
});

/** As another object each time, lest one test waits for what hangs in another. */
export const anotherOf = (db: PowerSyncDatabase): PowerSyncDatabase => ({
  execute: db.execute.bind(db),
  writeLock: db.writeLock.bind(db),
  database: db.database,
});

/** Those which PowerSync's schema does not have. To open a database takes long: tests share one and leave it empty. */
export const dropTables = (db: PowerSyncDatabase): Promise<void> =>
  db.writeLock(async (connection) => {
    const {rows} = await connection.execute(
      `SELECT name FROM sqlite_master WHERE type='table' AND name NOT GLOB 'ps_*' AND name NOT GLOB 'sqlite_*'`,
    );
    await connection.execute('BEGIN');
    for (const {name} of (rows?._array ?? []) as {name: string}[]) {
      await connection.execute(`DROP TABLE "${name.replaceAll('"', '""')}"`);
    }
    await connection.execute('COMMIT');
  });
