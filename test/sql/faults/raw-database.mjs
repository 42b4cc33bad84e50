/** Opens databases in whichever runtime has the client, past the library. */
import {createRequire} from 'node:module';

const require = createRequire(import.meta.url);

/** By name of the client: opens a file, returns its database and what runs a command without rows. */
const clients = {
  'better-sqlite3': (Database, path) => {
    const db = new Database(path);
    return {db, run: (sql) => db.exec(sql)};
  },
  sqlite3: ({Database}, path) => {
    const db = new Database(path);
    const run = (sql) =>
      new Promise((resolve, reject) => {
        db.exec(sql, (error) => (error ? reject(error) : resolve()));
      });
    return {db, run};
  },
  'node:sqlite': ({DatabaseSync}, path) => {
    const db = new DatabaseSync(path);
    return {db, run: (sql) => db.exec(sql)};
  },
  'bun:sqlite': ({Database}, path) => {
    const db = new Database(path);
    return {db, run: (sql) => db.run(sql)};
  },
};

export const openRaw = (client, path) => clients[client](require(client), path);
