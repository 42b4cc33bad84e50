import {createRequire} from 'node:module';
import {PgliteDriver} from '../../../src/persisters/pglite/driver.ts';
import {createPglitePersister, type PGliteDatabase} from '../../../src/persisters/pglite/index.ts';
import {createPostgreSqlAdapter} from '../../../src/persisters/sql/create-postgresql-persister.ts';
import type {SqlClient} from '../suite/sql-client.ts';

interface OpenedPGlite extends PGliteDatabase {
  exec(sql: string): Promise<unknown>;
  close(): Promise<void>;
}

const {PGlite} = createRequire(import.meta.url)('@electric-sql/pglite') as {
  PGlite: {create(folder?: string): Promise<OpenedPGlite>};
};

/** Those that no test uses: making one takes seconds. */
const idle: OpenedPGlite[] = [];

/** Makes as many as a test uses, so that none has to wait for them. */
export const warmUp = async (): Promise<void> => {
  while (idle.length < 2) idle.push(await PGlite.create());
};

export const pglite: SqlClient = {
  name: 'PGlite',
  runtime: 'Node',
  real: 'its own PostgreSQL, in memory',
  engine: 'PostgreSQL',
  modes: ['json', 'tabular'],
  notification: 'LISTEN',
  isShared: false,
  setUp: () => {
    const places = new Map<string, Promise<OpenedPGlite>>();
    return {
      connect: async (place) => {
        const opening = places.get(place) ?? Promise.resolve(idle.pop() ?? PGlite.create());
        places.set(place, opening);
        const database = await opening;
        const driver = new PgliteDriver(database);
        return {
          openAdapter: (store, config, options) =>
            createPostgreSqlAdapter(store, new PgliteDriver(database), config, options),
          createPersister: (store, config, options) =>
            createPglitePersister(store, database, config, undefined, options),
          execute: (sql, params = []) => driver.execute({sql, params}),
        };
      },
      cleanUp: async () => {
        for (const opening of places.values()) {
          const database = await opening;
          await database.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
          idle.push(database);
        }
      },
    };
  },
};
