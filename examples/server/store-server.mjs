/**
 * What a remote persister needs of a server: each store is a text, kept in a file of its own, and has an ETag.
 *
 *     GET, HEAD /pets   the text, 304 if `If-None-Match` has its ETag, 404 if there is none
 *     POST, PUT /pets   replaces it, unless `If-Match` or `If-None-Match` say that this is no longer wanted: 412
 *
 * One process may serve a folder: it is what keeps writers from getting between the check and the write.
 * @see RFC 9110, HTTP Semantics: §8.8.3 ETag, §13.1 Preconditions.
 */
import {createHash, randomUUID} from 'node:crypto';
import {mkdir, open, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {text as readText} from 'node:stream/consumers';

const METHODS = 'GET, HEAD, POST, PUT, OPTIONS';
const MAX_AGE_SECONDS = 86_400;

/** Strong: the same for the same text only, and also after a restart. */
const toEtag = (text) => `"${createHash('sha256').update(text).digest('base64url')}"`;

/** Whether a list of ETags names this one. Stored texts have strong ETags only. */
const names = (list, etag) =>
  list
    .split(',')
    .map((item) => item.trim())
    .some((item) => item === '*' || item === etag);

const readStored = async (path) => {
  try {
    const text = await readFile(path, 'utf8');
    return {text, etag: toEtag(text)};
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
};

/** After a crash there is the old text or the new one: it is on the disk before it gets its name. */
const writeStored = async (path, text) => {
  await mkdir(dirname(path), {recursive: true});
  const draft = `${path}.${randomUUID()}.draft`;
  try {
    await writeFile(draft, text, {flush: true});
    await rename(draft, path);
  } catch (error) {
    await rm(draft, {force: true});
    throw error;
  }
  const folder = await open(dirname(path));
  await folder.sync().finally(() => folder.close());
};

/**
 * @param folder Where the files are; made when something is stored.
 * @param allowedOrigin Whose pages may use it: `https://app.example`, or `*` for all, without cookies.
 * @returns What `createServer` of `node:http` wants.
 */
export const createStoreHandler = (folder, {allowedOrigin = '*'} = {}) => {
  /** The latest write to each file, which the next one waits for. */
  const writes = new Map();

  /** Runs `action` when all earlier ones on `path` are over. */
  const inOrder = async (path, action) => {
    const turn = (writes.get(path) ?? Promise.resolve()).then(action);
    const over = turn.catch(() => undefined);
    writes.set(path, over);
    await over;
    if (writes.get(path) === over) writes.delete(path);
    return turn;
  };

  const read = async (path, {method, headers}) => {
    const stored = await readStored(path);
    if (!stored) return {status: 404};
    const {text, etag} = stored;
    if (names(headers['if-none-match']?.replaceAll('W/', '') ?? '', etag)) {
      return {status: 304, etag};
    }
    return {status: 200, etag, length: Buffer.byteLength(text), body: method === 'GET' && text};
  };

  const write = async (path, request) => {
    // First all of it: a request that is broken off writes nothing.
    const text = await readText(request);
    const {'if-match': ifMatch, 'if-none-match': ifNoneMatch} = request.headers;
    return inOrder(path, async () => {
      const stored = await readStored(path);
      const isUnwanted =
        (ifMatch !== undefined && !(stored && names(ifMatch, stored.etag))) ||
        (ifNoneMatch !== undefined && stored && names(ifNoneMatch, stored.etag));
      if (isUnwanted) return {status: 412, etag: stored?.etag};
      await writeStored(path, text);
      return {status: stored ? 200 : 201, etag: toEtag(text)};
    });
  };

  const answer = async (request) => {
    const name = /^\/([\w-]+)$/.exec(request.url.replace(/\?.*/s, ''))?.[1];
    if (name === undefined) return {status: 404};
    const path = join(folder, `${name}.json`);
    if (request.method === 'GET' || request.method === 'HEAD') return read(path, request);
    if (request.method === 'POST' || request.method === 'PUT') return write(path, request);
    return request.method === 'OPTIONS' ? {status: 204} : {status: 405};
  };

  return async (request, response) => {
    const {status, etag, length, body} = await answer(request).catch((error) => {
      if (!request.errored) console.error(error);
      return {status: 500};
    });
    response.writeHead(status, {
      // A page of another origin may send these, and see these.
      'Access-Control-Allow-Origin': allowedOrigin,
      ...(allowedOrigin === '*'
        ? {}
        : {'Access-Control-Allow-Credentials': 'true', Vary: 'Origin'}),
      'Access-Control-Allow-Methods': METHODS,
      'Access-Control-Allow-Headers': 'Authorization, Content-Type, If-Match, If-None-Match',
      'Access-Control-Expose-Headers': 'ETag, Retry-After',
      'Access-Control-Max-Age': MAX_AGE_SECONDS,
      'Cache-Control': 'no-cache',
      ...(status === 405 ? {Allow: METHODS} : {}),
      ...(status === 200 ? {'Content-Type': 'application/json'} : {}),
      ...(etag === undefined ? {} : {ETag: etag}),
      ...(length === undefined ? {} : {'Content-Length': length}),
    });
    response.end(body || undefined);
  };
};
