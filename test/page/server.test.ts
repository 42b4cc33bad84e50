import {request} from 'node:http';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {type PageServer, startPageServer} from './page-server.ts';

let server: PageServer;
beforeAll(async () => {
  server = await startPageServer();
});
afterAll(() => server.stop());

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Sends a path exactly as it is given: `fetch` would tidy it up. */
const send = (path: string, method = 'GET'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const {hostname, port} = new URL(server.url);
    request({hostname, port, path, method}, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () =>
        resolve({status: response.statusCode, headers: response.headers, body}),
      );
    })
      .on('error', reject)
      .end();
  });

describe('The server of the page', () => {
  it.each([
    ['/', 'text/html; charset=utf-8', '<!doctype html>'],
    ['/?storage=local', 'text/html; charset=utf-8', '<!doctype html>'],
    ['/keeper.js', 'text/javascript; charset=utf-8', 'createStore'],
    ['/style.css', 'text/css; charset=utf-8', ':root'],
    ['/icon.svg', 'image/svg+xml', '<svg'],
    ['/cellar/store/index.js', 'text/javascript; charset=utf-8', 'createStore'],
    ['/cities.json', 'application/json', '"name":"Paris","country":"FR"'],
  ])('serves %s as %s', async (path, type, part) => {
    const {status, headers, body} = await send(path);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe(type);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body).toContain(part);
  });

  it('serves 10,000 more places, each under an id of its own', async () => {
    const places = JSON.parse((await send('/more-places.json')).body) as [string, unknown][];
    expect(new Set(places.map(([rowId]) => rowId)).size).toBe(10_000);
  });

  it.each([
    '/serve.mjs',
    '/../serve.mjs',
    '/../server/server.mjs',
    '/%2e%2e/server/server.mjs',
    '/..%2fserver%2fserver.mjs',
    '/cellar/../../package.json',
    '/cellar/%2e%2e/%2e%2e/package.json',
    '/cellar/..%2f..%2fpackage.json',
    '/cellar',
    '/storages',
    '/storages/',
    '/main.js/nothing.js',
    '/main.js%00.js',
    '/%.js',
    '//etc/passwd',
    '/constructor',
    '*',
  ])('has nothing under %s', async (path) => {
    expect(await send(path)).toMatchObject({status: 404, body: 'Not found\n'});
  });

  it('answers HEAD with the headers of GET, and nothing else', async () => {
    const {headers, body} = await send('/style.css', 'HEAD');
    const {body: whole} = await send('/style.css');
    expect(headers['content-length']).toBe(String(Buffer.byteLength(whole)));
    expect(body).toBe('');
  });

  it('refuses other methods where there is only something to be read', async () => {
    expect(await send('/', 'POST')).toMatchObject({status: 405, headers: {allow: 'GET, HEAD'}});
  });

  it('lets the page run and load nothing but what it serves', async () => {
    const policy = String((await send('/')).headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  it('ends well when it is interrupted', async () => {
    expect(await (await startPageServer()).stop()).toBe(0);
  });
});
