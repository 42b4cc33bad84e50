/** The suites of a client, in the runtime that has it. Usage: <runtime> other-runtime-suite.ts <client> */
import {writeSync} from 'node:fs';
import {runPlainly} from '../support/plain-runner.ts';
import {sqliteBun} from './clients/sqlite-bun.ts';
import {sqliteNode} from './clients/sqlite-node.ts';
import {describeSqlClient} from './suite/describe-sql-client.ts';
import {describeFaults} from './suite/faults.ts';

const client = [sqliteNode, sqliteBun].find(({name}) => name === process.argv[2]);
if (!client) throw new TypeError(`No such client: ${String(process.argv[2])}`);
await runPlainly(
  (runner) => {
    describeSqlClient(runner, client);
    describeFaults(runner, client);
  },
  (line) => writeSync(1, `${JSON.stringify(line)}\n`),
);
process.exit(0);
