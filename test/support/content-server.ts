/**
 * A server that keeps one text: GET and HEAD answer with it, 404 if there is none, POST replaces it.
 * Every request is recorded, and the next ones can be answered otherwise.
 */
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {text as readText} from 'node:stream/consumers';

export interface RecordedRequest {
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  /** `undefined` as long as it has not been answered. */
  status: number | undefined;
}

/** Answers a request in place of the server. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => void;

export interface ContentServer {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** What is stored; setting it is somebody else's write. */
  content: string | undefined;
  /** With which methods' answers an ETag is sent. Default: all. */
  etagMethods: readonly string[];
  /** Whether HEAD is known to it. Default: yes. */
  hasHead: boolean;
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

/** Never answers. */
export const hang: Intercept = () => undefined;

export const startContentServer = async (): Promise<ContentServer> => {
  const requests: RecordedRequest[] = [];
  const intercepts: Intercept[] = [];
  let content: string | undefined;
  let version = 0;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const {method = ''} = request;
    if (method === 'POST') {
      server.content = await readText(request);
      setEtag(method, response);
      response.writeHead(200).end('stored');
      return;
    }
    if (content === undefined || (method === 'HEAD' && !server.hasHead)) {
      response.writeHead(content === undefined ? 404 : 405).end();
      return;
    }
    setEtag(method, response);
    const isKnown =
      response.hasHeader('ETag') && request.headers['if-none-match'] === `"${version}"`;
    response.writeHead(isKnown ? 304 : 200).end(isKnown || method === 'HEAD' ? undefined : content);
  };

  const setEtag = (method: string, response: ServerResponse): void => {
    if (server.etagMethods.includes(method)) response.setHeader('ETag', `"${version}"`);
  };

  const http = createServer((request, response) => {
    const {method = '', headers} = request;
    const recorded: RecordedRequest = {method, headers, status: undefined};
    requests.push(recorded);
    response.on('finish', () => (recorded.status = response.statusCode));
    const intercept = intercepts.shift();
    if (intercept) {
      intercept(request, response);
    } else {
      serve(request, response).catch((error: unknown) => response.destroy(error as Error));
    }
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const {port} = http.address() as AddressInfo;

  const server: ContentServer = {
    url: `http://127.0.0.1:${port}/store`,
    requests,
    intercepts,
    hasHead: true,
    etagMethods: ['GET', 'HEAD', 'POST'],
    get content() {
      return content;
    },
    set content(newContent) {
      content = newContent;
      version++;
    },
    trace: () => requests.map(({method, status}) => `${method} ${status ?? '-'}`),
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
};
