/** The server of `examples/server`, as a process of its own, over HTTP. */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {request as sendRequest} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {createRemotePersister} from '../../src/persisters/remote/index.ts';
import {createStore} from '../../src/store/index.ts';

const main = fileURLToPath(new URL('../../examples/server/main.mjs', import.meta.url));

let folder: string;
let server: ChildProcess;
let origin: string;

const start = async (): Promise<void> => {
  const child = spawn(process.execPath, [main, '--folder', folder, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  server = child;
  const lines = createInterface(child.stdout);
  const [line] = (await once(lines, 'line')) as [string];
  origin = /http:\/\/[^/]+/.exec(line)?.[0] ?? line;
};
const stop = async (signal: NodeJS.Signals): Promise<void> => {
  const ended = once(server, 'close');
  server.kill(signal);
  await ended;
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cellar-server-'));
  await start();
});
afterEach(async () => {
  if (server.exitCode === null && server.signalCode === null) await stop('SIGKILL');
  await rm(folder, {recursive: true, force: true});
});

const send = (
  method: string,
  {headers = {}, body, path = '/pets'}: {headers?: HeadersInit; body?: string; path?: string} = {},
): Promise<Response> =>
  fetch(`${origin}${path}`, {method, headers, ...(body === undefined ? {} : {body})});

/** Status, ETag and body of an answer. */
const told = async (answer: Promise<Response>): Promise<[number, string | null, string]> => {
  const response = await answer;
  return [response.status, response.headers.get('ETag'), await response.text()];
};

const CONTENT = '[{"pets":{"fido":{"name":"é"}}},{}]';

describe('The example of a server', () => {
  it('answers 404 until something is stored, and then with that', async () => {
    expect(await told(send('GET'))).toStrictEqual([404, null, '']);
    expect(await told(send('HEAD'))).toStrictEqual([404, null, '']);
    const [status, etag] = await told(send('POST', {body: CONTENT}));
    expect(status).toBe(201);
    expect(etag).toMatch(/^"[\w-]+"$/);
    expect(await told(send('GET'))).toStrictEqual([200, etag, CONTENT]);
    expect(await told(send('HEAD'))).toStrictEqual([200, etag, '']);
    expect((await send('HEAD')).headers.get('Content-Length')).toBe('36');
    expect(await told(send('PUT', {body: CONTENT}))).toStrictEqual([200, etag, '']);
    expect(await readFile(join(folder, 'pets.json'), 'utf8')).toBe(CONTENT);
    expect(await told(send('GET', {path: '/others'}))).toStrictEqual([404, null, '']);
  });

  it('does not repeat what the client has', async () => {
    const [, etag] = await told(send('POST', {body: CONTENT}));
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const headers = {'If-None-Match': known ?? ''};
      expect(await told(send('GET', {headers}))).toStrictEqual([304, etag, '']);
    }
    const others = {'If-None-Match': '"x"'};
    expect(await told(send('GET', {headers: others}))).toStrictEqual([200, etag, CONTENT]);
  });

  it('replaces only what the client has in mind', async () => {
    const write = (headers: Record<string, string>, body = CONTENT): Promise<unknown[]> =>
      told(send('POST', {headers, body}));
    expect(await write({'If-Match': '*'})).toStrictEqual([412, null, '']);
    expect(await write({'If-Match': '"x"'})).toStrictEqual([412, null, '']);
    const [status, etag] = (await write({'If-None-Match': '*'})) as [number, string];
    expect(status).toBe(201);
    expect(await write({'If-None-Match': '*'}, '[]')).toStrictEqual([412, etag, '']);
    expect(await write({'If-None-Match': etag}, '[]')).toStrictEqual([412, etag, '']);
    expect(await write({'If-Match': '"x"'}, '[]')).toStrictEqual([412, etag, '']);
    expect(await write({'If-Match': `W/${etag}`}, '[]')).toStrictEqual([412, etag, '']);
    expect(await readFile(join(folder, 'pets.json'), 'utf8')).toBe(CONTENT);
    expect(await write({'If-Match': `"x", ${etag}`}, '[{},{}]')).toMatchObject([200, /./, '']);
    expect(await readFile(join(folder, 'pets.json'), 'utf8')).toBe('[{},{}]');
  });

  it('lets one of many win who replace the same', async () => {
    const [, etag] = await told(send('POST', {body: CONTENT}));
    const statuses = await Promise.all(
      Array.from({length: 20}, async (_, client) => {
        const headers = {'If-Match': etag ?? ''};
        const {status} = await send('POST', {headers, body: `[{},{"client":${client}}]`});
        return {client, status};
      }),
    );
    const winners = statuses.filter(({status}) => status === 200);
    expect(winners).toHaveLength(1);
    expect(statuses.filter(({status}) => status === 412)).toHaveLength(19);
    expect(await readFile(join(folder, 'pets.json'), 'utf8')).toBe(
      `[{},{"client":${winners[0]?.client}}]`,
    );
    expect(await readdir(folder)).toStrictEqual(['pets.json']);
  });

  it.each(['/', '/a/b', '/..%2Fsecret', '/pets.json'])('knows no store at %s', async (path) => {
    await writeFile(join(folder, 'secret.json'), '[]');
    expect((await send('GET', {path})).status).toBe(404);
    expect((await send('POST', {path, body: CONTENT})).status).toBe(404);
  });

  it('knows no other methods, and says which', async () => {
    const response = await send('DELETE');
    expect(response.status).toBe(405);
    expect(response.headers.get('Allow')).toBe('GET, HEAD, POST, PUT, OPTIONS');
  });

  it('lets pages of other origins use it, and see the ETag', async () => {
    const {status, headers} = await send('OPTIONS');
    expect(status).toBe(204);
    expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(headers.get('Access-Control-Allow-Methods')).toContain('POST');
    expect(headers.get('Access-Control-Allow-Headers')).toContain('If-Match');
    expect((await send('GET')).headers.get('Access-Control-Expose-Headers')).toContain('ETag');
  });

  it('stores nothing of a request that is broken off', async () => {
    const [, etag] = await told(send('POST', {body: CONTENT}));
    const request = sendRequest(`${origin}/pets`, {
      method: 'POST',
      headers: {'Content-Length': 100},
    });
    const broken = once(request, 'error');
    request.write('[{', () => request.destroy(new Error('broken off')));
    await broken;
    expect(await told(send('GET'))).toStrictEqual([200, etag, CONTENT]);
  });

  it('has everything that it has acknowledged after it was killed', async () => {
    const store = createStore();
    const url = (): string => `${origin}/pets`;
    const persister = createRemotePersister(store, url(), url());
    await persister.startAutoPersisting([{pets: {fido: {age: 1}}}, {}]);
    store.setCell('pets', 'fido', 'age', 2);
    await persister.whenSaved();
    await stop('SIGKILL');
    await persister.destroy();
    await start();
    const copy = createStore();
    const again = createRemotePersister(copy, url(), url());
    await again.load();
    expect(copy.getContent()).toEqual([{pets: {fido: {age: 2}}}, {}]);
    await again.destroy();
  });

  it('ends when it is told to', async () => {
    await stop('SIGTERM');
    expect(server.exitCode).toBe(0);
  });
});
