/**
 * A process that keeps a store in a database, until it is told to stop or killed.
 * Arguments: the configuration of `pg`, that of the persister, and a row to be set, as JSON.
 */
import {createRequire} from 'node:module';
import {createStore} from '../../../dist/index.js';
import {createPgPersister} from '../../../dist/persisters/pg/index.js';

const [location, config, row] = process.argv.slice(2).map((text) => JSON.parse(text));
const pool = new (createRequire(import.meta.url)('pg').Pool)(location);
const store = createStore();
const persister = await createPgPersister(store, pool, config, undefined, {
  onIgnoredError: (error) => console.error(String(error)),
});
await persister.startAutoPersisting();
store.setRow(...row);
await persister.whenSaved();
process.send({saved: true});
store.addTablesListener(() => process.send({tables: store.getTables()}));
process.send({tables: store.getTables()});
process.on('message', async () => {
  await persister.destroy();
  await pool.end();
  process.disconnect();
});
