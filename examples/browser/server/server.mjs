/** The server of the page: its own files, the built package, and the data. */
import {once} from 'node:events';
import {createServer} from 'node:http';
import {fileURLToPath} from 'node:url';
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

/** What is made rather than read from a file. */
const makers = {
  '/': () => makeIndexPage(`${pageFolder}/index.html`),
  '/cities.json': async () => toJson(await readCities()),
  '/more-places.json': async () => toJson(await readMorePlaces(MORE_PLACES)),
};

/** @returns `{body, headers}`, or `undefined` if there is nothing under that path. */
const find = (path) => {
  if (Object.hasOwn(makers, path)) return makers[path]();
  return path.startsWith(`${PACKAGE_PATH}/`)
    ? readStaticFile(packageFolder, path.slice(PACKAGE_PATH.length))
    : readStaticFile(pageFolder, path);
};

const answer = async ({method, url}, response) => {
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
 * @returns Its address, and what ends it.
 */
export const startServer = async (port) => {
  const server = createServer(async (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    try {
      await answer(request, response);
    } catch (error) {
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
