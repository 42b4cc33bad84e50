/** What a server does for the remote persister, and counts of what it was asked. */
import {text as readText} from 'node:stream/consumers';

/** `answer` is a request handler; `untilHeads(n)` resolves after that many more HEADs. */
export const serveContent = () => {
  let content;
  let version = 0;
  const counts = {GET: 0, HEAD: 0, POST: 0, sent: 0, received: 0};
  const waiting = new Set();

  const store = async (request, response) => {
    const {'if-match': ifMatch, 'if-none-match': ifNoneMatch} = request.headers;
    const isRefused =
      (ifMatch !== undefined && ifMatch !== `"${version}"`) ||
      (ifNoneMatch === '*' && content !== undefined);
    const body = await readText(request);
    counts.received += Buffer.byteLength(body);
    if (isRefused) return response.writeHead(412).end();
    content = body;
    version++;
    response.writeHead(200, {ETag: `"${version}"`}).end();
  };

  const show = ({method, headers}, response) => {
    if (content === undefined) return response.writeHead(404).end();
    const etag = `"${version}"`;
    if (headers['if-none-match'] === etag) return response.writeHead(304, {ETag: etag}).end();
    response.writeHead(200, {ETag: etag, 'Content-Type': 'application/json'});
    if (method === 'GET') counts.sent += Buffer.byteLength(content);
    response.end(method === 'GET' ? content : undefined);
  };

  return {
    counts,
    answer: (request, response) => {
      counts[request.method]++;
      if (request.method === 'POST') return store(request, response);
      show(request, response);
      if (request.method === 'HEAD') for (const notify of waiting) notify();
    },
    untilHeads: (count) =>
      new Promise((resolve) => {
        let seen = 0;
        const notify = () => {
          if (++seen < count) return;
          waiting.delete(notify);
          resolve();
        };
        waiting.add(notify);
      }),
  };
};
