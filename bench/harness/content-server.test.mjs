import {createServer} from 'node:http';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {serveContent} from './content-server.mjs';

describe('serveContent', () => {
  let content;
  let server;
  let ask;
  beforeEach(async () => {
    content = serveContent();
    server = createServer(content.answer);
    await new Promise((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${server.address().port}/`;
    ask = (method, headers, body) => fetch(url, {method, headers, body});
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  it('keeps what is posted, and counts bytes both ways', async () => {
    expect((await ask('GET')).status).toBe(404);
    await ask('POST', {}, 'städte');
    expect(await (await ask('GET')).text()).toBe('städte');
    expect(content.counts).toStrictEqual({GET: 2, HEAD: 0, POST: 1, sent: 7, received: 7});
  });

  it('sends nothing to those who have it', async () => {
    const etag = (await ask('POST', {}, 'text')).headers.get('etag');
    expect((await ask('HEAD')).headers.get('etag')).toBe(etag);
    expect((await ask('GET', {'If-None-Match': etag})).status).toBe(304);
    expect(content.counts.sent).toBe(0);
  });

  it('refuses to overwrite what the writer has not seen', async () => {
    const etag = (await ask('POST', {'If-None-Match': '*'}, 'first')).headers.get('etag');
    expect((await ask('POST', {'If-None-Match': '*'}, 'other')).status).toBe(412);
    expect((await ask('POST', {'If-Match': etag}, 'second')).status).toBe(200);
    expect((await ask('POST', {'If-Match': etag}, 'third')).status).toBe(412);
    expect(await (await ask('GET')).text()).toBe('second');
  });

  it('tells when it has been asked for changes so many times', async () => {
    const asked = content.untilHeads(2).then(() => content.counts.HEAD);
    await ask('HEAD');
    await ask('HEAD');
    expect(await asked).toBe(2);
  });
});
