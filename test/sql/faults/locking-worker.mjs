/**
 * Another program that has a database locked: says `locked`, and goes when its standard input ends.
 * Usage: locking-worker.mjs <client> <path> <command that begins a transaction>
 */
import {writeSync} from 'node:fs';
import {openRaw} from './raw-database.mjs';

const [client, path, begin] = process.argv.slice(2);
const {run} = openRaw(client, path);
await run(begin);
writeSync(1, 'locked\n');
for await (const _input of process.stdin);
await run('COMMIT');
process.exit(0);
