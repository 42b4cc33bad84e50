/** A client of a SQL database, as the suite needs it: the real one, on a real database. */
import type {Persister} from '../../../src/persisters/engine/persister-types.ts';
import type {StorageAdapter} from '../../../src/persisters/engine/storage-adapter.ts';
import type {DatabasePersisterConfig} from '../../../src/persisters/sql/config.ts';
import type {DatabasePersisterOptions} from '../../../src/persisters/sql/create-database-persister.ts';
import type {SqlParam, SqlRow} from '../../../src/persisters/sql/sql-driver.ts';
import type {Store} from '../../../src/store/index.ts';
import type {AnyStore} from '../../../src/store/types.ts';

/** A transaction of the app's. */
export interface AppTransaction {
  execute(sql: string, params?: readonly SqlParam[]): Promise<readonly SqlRow[]>;
  end(how: 'COMMIT' | 'ROLLBACK'): Promise<unknown>;
}

/** One connection to a database, by one client. */
export interface SqlHandle {
  /** A new adapter for this connection, as the persister has one. */
  openAdapter(
    store: AnyStore,
    config: DatabasePersisterConfig,
    options: DatabasePersisterOptions,
  ): StorageAdapter | Promise<StorageAdapter>;
  /** A persister as an app would create it. */
  createPersister(
    store: Store,
    config?: DatabasePersisterConfig | string,
    options?: DatabasePersisterOptions,
  ): Persister | Promise<Persister>;
  /** Speaks to the database past the library, as another program would. */
  execute(sql: string, params?: readonly SqlParam[]): Promise<readonly SqlRow[]>;
  /** Begins a transaction in the client's own way, if statements that say so are not that. */
  begin?(): Promise<AppTransaction>;
}

/** Databases of one client; fresh ones for each test. */
export interface SqlPlaces {
  /** A connection to the database at a place; a second one stands for a second process if it can. */
  connect(place: string): Promise<SqlHandle>;
  cleanUp(): Promise<void>;
}

export interface SqlClient {
  /** The package. */
  readonly name: string;
  /** Where it runs. */
  readonly runtime: string;
  /** What of it is the real thing. */
  readonly real: string;
  readonly engine: 'SQLite' | 'PostgreSQL';
  readonly modes: readonly ('json' | 'tabular')[];
  /** How it comes to know of what others write. */
  readonly notification: string;
  /** Whether connections to one place are as independent as those of two processes. */
  readonly isShared: boolean;
  /** Tests that it does not pass, by the beginning of their names, and why; they are shown as skipped. */
  readonly gaps?: Readonly<Record<string, string>>;
  /** How often properties are tried, as a share of what is usual. Default: 1. */
  readonly propertyShare?: number;
  setUp(): Promise<SqlPlaces> | SqlPlaces;
}

/** What the tests of a client are listed under: a row of the matrix of clients, see scripts/sql-matrix.mjs. */
export const titleOf = ({name, runtime, notification, real}: SqlClient): string =>
  [name, withVersion(runtime), notification, real].join(' | ');

const withVersion = (runtime: string): string =>
  runtime === 'Node' ? `Node ${process.versions.node.split('.', 1).join()}` : runtime;
