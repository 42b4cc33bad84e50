/**
 * The server of `examples/server` with one store, as tests want it: every request is recorded, the next ones
 * can be answered otherwise, and it can be made to know less of HTTP than it does.
 */
import {mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createStoreHandler} from '../../examples/server/store-server.mjs';

export interface RecordedRequest {
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  /** `undefined` as long as it has not been answered. */
  status: number | undefined;
}

/** Answers a request in place of the server, which can still be made to `serve` it. */
export type Intercept = (
  request: IncomingMessage,
  response: ServerResponse,
  serve: () => void,
) => void;

export interface ContentServer {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** What is stored; setting it is somebody else's write. */
  content: string | undefined;
  /** With which methods' answers an ETag is sent. Default: all. */
  etagMethods: readonly string[];
  /** What becomes of the ETags that it sends. Default: they stay as they are. */
  rewriteEtag: (etag: string) => string;
  /** Whether HEAD is known to it. Default: yes. */
  hasHead: boolean;
  /** Whether it knows `If-Match` and `If-None-Match` of writes. Default: yes. */
  hasPreconditions: boolean;
  /** Takes over the next requests, one each. */
  readonly intercepts: Intercept[];
  /** Methods and statuses of the requests so far, e.g. `GET 200`. */
  trace(): string[];
  close(): Promise<void>;
}

/** Answers with a status, headers and a body. */
export const answer =
  (status: number, headers: Record<string, string> = {}, body?: string): Intercept =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };

/** Breaks the connection instead of answering. */
export const drop: Intercept = (request) => request.socket.destroy();

/** Breaks the connection when the request has been served, just before the answer. */
export const dropAnswer: Intercept = (request, response, serve) => {
  // Until then, even the head is held back.
  response.end = () => {
    request.socket.destroy();
    return response;
  };
  serve();
};

/** Never answers. */
export const hang: Intercept = () => undefined;

export const startContentServer = async (): Promise<ContentServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'cellar-server-'));
  const path = join(folder, 'store.json');
  const requests: RecordedRequest[] = [];
  const intercepts: Intercept[] = [];
  const handle = createStoreHandler(folder);

  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const {method = '', headers} = request;
    if (method === 'HEAD' && !server.hasHead && server.content !== undefined) {
      response.writeHead(405).end();
      return;
    }
    const knowsEtag = server.etagMethods.includes(method);
    if (method === 'POST' ? !server.hasPreconditions : !knowsEtag) delete headers['if-none-match'];
    if (!server.hasPreconditions) delete headers['if-match'];
    const writeHead = response.writeHead.bind(response);
    // The handler calls it in one way only.
    response.writeHead = ((status: number, given: Record<string, string>) => {
      const {ETag: etag, ...others} = given;
      const shown = etag !== undefined && knowsEtag ? {ETag: server.rewriteEtag(etag)} : {};
      return writeHead(status, {...others, ...shown});
    }) as typeof writeHead;
    handle(request, response);
  };

  const http = createServer((request, response) => {
    const {method = '', headers} = request;
    const recorded: RecordedRequest = {method, headers: {...headers}, status: undefined};
    requests.push(recorded);
    response.on('finish', () => (recorded.status = response.statusCode));
    const intercept = intercepts.shift();
    if (intercept) intercept(request, response, () => serve(request, response));
    else serve(request, response);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const {port} = http.address() as AddressInfo;

  const server: ContentServer = {
    url: `http://127.0.0.1:${port}/store`,
    requests,
    intercepts,
    hasHead: true,
    hasPreconditions: true,
    etagMethods: ['GET', 'HEAD', 'POST'],
    rewriteEtag: (etag) => etag,
    get content() {
      try {
        return readFileSync(path, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    set content(newContent) {
      if (newContent === undefined) {
        rmSync(path, {force: true});
      } else {
        writeFileSync(`${path}.draft`, newContent);
        renameSync(`${path}.draft`, path);
      }
    },
    trace: () => requests.map(({method, status}) => `${method} ${status ?? '-'}`),
    close: () =>
      new Promise((resolve) => {
        http.close(() => {
          rmSync(folder, {recursive: true, force: true});
          resolve();
        });
        http.closeAllConnections();
      }),
  };
  return server;
};
