/** The stores of `examples/server`, in a folder of their own, and what breaks them. */
import {readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {createStoreHandler} from '../../server/store-server.mjs';

const STORES_PATH = '/stores/';
const STORE_FILE = 'cities.json';

/**
 * @param folder Where the files are.
 * @param origin Of the pages that may use it.
 * @returns What answers a request, and returns whether it has.
 */
export const createBreakableStores = (folder, origin) => {
  const handle = createStoreHandler(folder, {allowedOrigin: origin});
  const file = join(folder, STORE_FILE);
  let isFull = false;
  /** What the file held before it was damaged. */
  let intact;

  const damage = async () => {
    intact = await readFile(file);
    await writeFile(file, intact.subarray(0, intact.length / 2));
  };
  const mend = async () => {
    if (intact) await writeFile(file, intact);
    intact = undefined;
  };

  /** By method and path. */
  const actions = {
    'PUT /faults/full': () => (isFull = true),
    'DELETE /faults/full': () => (isFull = false),
    'PUT /faults/damage': damage,
    'DELETE /faults/damage': mend,
    'DELETE /stores/cities': () => rm(file, {force: true}),
  };

  return async (request, response) => {
    const {method, url} = request;
    const action = `${method} ${url}`;
    if (Object.hasOwn(actions, action)) {
      await actions[action]();
      response.writeHead(204).end();
      return true;
    }
    if (action === 'GET /faults') {
      response.writeHead(200, {'Content-Type': 'application/json'});
      response.end(JSON.stringify({isFull}));
      return true;
    }
    if (!url.startsWith(STORES_PATH)) return false;
    if (isFull && method === 'POST') {
      response.writeHead(507).end();
      return true;
    }
    request.url = url.slice(STORES_PATH.length - 1);
    await handle(request, response);
    return true;
  };
};
