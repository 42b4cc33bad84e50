/**
 * Serves the page on 127.0.0.1, and prints its address.
 *
 * Usage: node examples/browser/serve.mjs [--port N]
 */
import {parseArgs} from 'node:util';
import {startServer} from './server/server.mjs';

/** The same each time, as browsers keep what they store by address; another one if it is taken. */
const DEFAULT_PORT = 4180;

const {values: args} = parseArgs({options: {port: {type: 'string'}}});
const port = args.port === undefined ? undefined : Number(args.port);
if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536)) {
  console.error('--port: expected a whole number from 0 to 65535');
  process.exit(2);
}

const listen = async () => {
  if (port !== undefined) return startServer(port);
  try {
    return await startServer(DEFAULT_PORT);
  } catch (error) {
    if (error.code !== 'EADDRINUSE') throw error;
    return startServer(0);
  }
};

const {url, close} = await listen();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void close());
console.log(`\nTry it in a browser: ${url}`);
console.log('Ctrl+C ends it.');
