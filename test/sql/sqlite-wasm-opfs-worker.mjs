/** SQLite's build for WebAssembly on a browser's private file system, which it can use in workers only. */
import fc from 'fast-check';
import {serveTests} from '../support/worker-tests.ts';
import {sqliteWasmInPool} from './clients/sqlite-wasm.ts';
import init from './node_modules/@sqlite.org/sqlite-wasm/dist/index.mjs';
import {describeSqlClient} from './suite/describe-sql-client.ts';

// Each run waits for files several times.
fc.configureGlobal({numRuns: 20});

const loading = init();

serveTests((runner) =>
  describeSqlClient(
    runner,
    sqliteWasmInPool(() => loading),
  ),
);
