/**
 * Serves the stores in a folder.
 *
 * Usage: node examples/server/main.mjs [--folder stores] [--port 8080] [--host 127.0.0.1] [--origin '*']
 */
import {createServer} from 'node:http';
import {parseArgs} from 'node:util';
import {createStoreHandler} from './store-server.mjs';

const {values: args} = parseArgs({
  options: {
    folder: {type: 'string', default: 'stores'},
    port: {type: 'string', default: '8080'},
    host: {type: 'string', default: '127.0.0.1'},
    origin: {type: 'string', default: '*'},
  },
});

const server = createServer(createStoreHandler(args.folder, {allowedOrigin: args.origin}));
server.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
server.listen(Number(args.port), args.host, () => {
  console.log(`Stores of ${args.folder} at http://${args.host}:${server.address().port}/<name>`);
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.close());
