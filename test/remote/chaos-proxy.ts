/**
 * Stands between clients and a server, on real sockets, and does to their requests what networks and
 * overloaded servers do: a seeded random generator decides what happens to which.
 */
import {
  Agent,
  createServer,
  type IncomingMessage,
  request as sendRequest,
  type ServerResponse,
} from 'node:http';
import type {AddressInfo} from 'node:net';
import {buffer} from 'node:stream/consumers';

/** What can happen to a request, and how often, as a share of all. The rest is passed on. */
const CHAOS = {
  /** The connection ends before the server has seen the request. */
  dropBefore: 0.05,
  /** The server has done its work, but the connection ends instead of an answer. */
  dropAfter: 0.07,
  /** The same with a reset (RST), as of a process that was killed. */
  resetBefore: 0.03,
  resetAfter: 0.05,
  /** The connection ends in the middle of the answer. */
  tearAnswer: 0.04,
  error500Before: 0.04,
  /** The server has done its work, and fails then. */
  error500After: 0.04,
  error503: 0.04,
  /** The server gets it twice, one after the other; the first or the second answer is passed on. */
  duplicate: 0.05,
  /** It never is answered, and reaches the server only when the client has given up. */
  lateDelivery: 0.01,
  /** It is done at once, but not answered before the client has given up. */
  neverAnswer: 0.01,
  slow: 0.1,
};
type Fault = keyof typeof CHAOS;
const MAX_SLOW_MS = 20;

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface ChaosProxy {
  readonly url: string;
  /** How many requests of each method there have been. */
  readonly requests: ReadonlyMap<string, number>;
  /** How often each fault has been made. */
  readonly faults: ReadonlyMap<Fault, number>;
  /** From now on, everything is passed on. */
  calm(): void;
  close(): Promise<void>;
}

const count = <Key>(counts: Map<Key, number>, key: Key): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1);

/** Resolves when the client has gone. */
const gone = (request: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    if (request.socket.destroyed) resolve();
    else request.socket.once('close', () => resolve());
  });

/**
 * @param target The origin of the server, e.g. `http://127.0.0.1:8080`.
 * @param random Uniformly distributed in [0, 1).
 */
export const startChaosProxy = async (
  target: string,
  random: () => number,
): Promise<ChaosProxy> => {
  const requests = new Map<string, number>();
  const faults = new Map<Fault, number>();
  const agent = new Agent({keepAlive: true});
  let isCalm = false;

  const chooseFault = (): Fault | undefined => {
    let left = isCalm ? 1 : random();
    return (Object.keys(CHAOS) as Fault[]).find((fault) => (left -= CHAOS[fault]) < 0);
  };

  const deliver = ({method, url, headers}: IncomingMessage, body: Buffer): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const options = {method: method ?? '', headers, agent};
      const upstream = sendRequest(`${target}${url ?? ''}`, options, (response) => {
        buffer(response).then(
          (received) =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: received,
            }),
          reject,
        );
      });
      upstream.on('error', reject);
      upstream.end(body);
    });

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const {socket} = request;
    count(requests, request.method ?? '');
    const fault = chooseFault();
    if (fault) count(faults, fault);
    const body = await buffer(request);
    const pass = ({status, headers, body: answer}: Answer): void => {
      response.writeHead(status, headers).end(answer);
    };
    switch (fault) {
      case undefined:
        pass(await deliver(request, body));
        break;
      case 'dropBefore':
        socket.destroy();
        break;
      case 'dropAfter':
        await deliver(request, body);
        socket.destroy();
        break;
      case 'resetBefore':
        socket.resetAndDestroy();
        break;
      case 'resetAfter':
        await deliver(request, body);
        socket.resetAndDestroy();
        break;
      case 'tearAnswer': {
        const {status, headers, body: answer} = await deliver(request, body);
        response.writeHead(status, {...headers, 'content-length': answer.length + 1});
        response.write(answer.subarray(0, answer.length >> 1));
        response.write('', () => socket.destroy());
        break;
      }
      case 'error500Before':
        response.writeHead(500).end();
        break;
      case 'error500After':
        await deliver(request, body);
        response.writeHead(500).end();
        break;
      case 'error503':
        response.writeHead(503, {'Retry-After': random() < 0.1 ? '1' : '0'}).end();
        break;
      case 'duplicate': {
        const answers = [await deliver(request, body), await deliver(request, body)] as const;
        pass(answers[random() < 0.5 ? 0 : 1]);
        break;
      }
      case 'lateDelivery':
        await gone(request);
        await deliver(request, body);
        break;
      case 'neverAnswer':
        await deliver(request, body);
        await gone(request);
        break;
      case 'slow': {
        const answer = await deliver(request, body);
        setTimeout(() => pass(answer), random() * MAX_SLOW_MS);
        break;
      }
    }
  };

  const http = createServer((request, response) => {
    // A client that goes while it is sending takes its request with it.
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const {port} = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    faults,
    calm: () => {
      isCalm = true;
    },
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
        agent.destroy();
      }),
  };
};

/** The names of all faults. */
export const FAULTS: readonly Fault[] = Object.keys(CHAOS) as Fault[];
