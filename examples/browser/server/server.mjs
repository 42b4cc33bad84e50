/** The server of the page: its own files, the built package, and the data. */
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {createBreakableStores} from './breakable-stores.mjs';
import {readCities, readMorePlaces} from './cities.mjs';
import {makeIndexPage, PACKAGE_PATH, packageFolder} from './index-page.mjs';
import {readStaticFile} from './static-files.mjs';

const pageFolder = fileURLToPath(new URL('../page', import.meta.url));
const MORE_PLACES = 10_000;

/** Sent with everything. */
const HEADERS = {
  'Cache-Control': 'no-cache',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

const toJson = (value) => ({
  body: JSON.stringify(value),
  headers: {'Content-Type': 'application/json'},
});

/** Picking places out of all there are takes a moment: it is done once, when it is first asked for. */
const keep = (make) => {
  let made;
  return () => (made ??= make());
};

/** What is made rather than read from a file. */
const makers = {
  '/': () => makeIndexPage(`${pageFolder}/index.html`),
  '/cities.json': keep(async () => toJson(await readCities())),
  '/more-places.json': keep(async () => toJson(await readMorePlaces(MORE_PLACES))),
};

/** @returns `{body, headers}`, or `undefined` if there is nothing under that path. */
const find = (path) => {
  if (Object.hasOwn(makers, path)) return makers[path]();
  return path.startsWith(`${PACKAGE_PATH}/`)
    ? readStaticFile(packageFolder, path.slice(PACKAGE_PATH.length))
    : readStaticFile(pageFolder, path);
};

const answerWithFile = async ({method, url}, response) => {
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, {Allow: 'GET, HEAD'}).end();
    return;
  }
  const found = await find(url.replace(/\?.*/, ''));
  if (!found) {
    response.writeHead(404, {'Content-Type': 'text/plain'}).end('Not found\n');
    return;
  }
  const {body, headers} = found;
  response.writeHead(200, {...headers, 'Content-Length': Buffer.byteLength(body)});
  response.end(method === 'HEAD' ? undefined : body);
};

/**
 * @param port On 127.0.0.1; 0 for any that is free.
 * @returns Its address, and what ends it. The stores that it keeps end with it.
 */
export const startServer = async (port) => {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  const folder = await mkdtemp(join(tmpdir(), 'cellar-page-'));
  const answerWithStore = createBreakableStores(folder, origin);

  const answer = async (request, response) => {
    // Pages of other origins have no business here, though this computer's browser lets them ask.
    if ((request.headers.origin ?? origin) !== origin) response.writeHead(403).end();
    else if (!(await answerWithStore(request, response))) await answerWithFile(request, response);
  };
  server.on('request', async (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    try {
      await answer(request, response);
    } catch (error) {
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    }
  });
  return {
    url: `${origin}/`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      await rm(folder, {recursive: true, force: true});
    },
  };
};
