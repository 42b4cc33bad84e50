import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {
  answer,
  type ContentServer,
  drop,
  dropAnswer,
  startContentServer,
} from '../../../test/support/content-server.ts';
import {withPageEvents} from '../../../test/support/page-events.ts';
import type {EncodedContent} from '../../store/internals.ts';
import {type Clock, systemClock} from '../engine/clock.ts';
import type {GetContent} from '../engine/storage-adapter.ts';
import {RemoteStorage, type RemoteStorageSettings} from './remote-storage.ts';

const DOG: EncodedContent = [{pets: {fido: {species: 'dog'}}}, {}];
const CAT: EncodedContent = [{pets: {felix: {species: 'cat', tags: '\uFFFD["a"]'}}}, {open: true}];

const getter = (content: EncodedContent): GetContent =>
  Object.assign(() => content, {holdsMore: false});

let server: ContentServer;
beforeEach(async () => {
  server = await startContentServer();
});
afterEach(() => server.close());

const open = (settings: Partial<RemoteStorageSettings> = {}): RemoteStorage =>
  new RemoteStorage({
    loadUrl: server.url,
    saveUrl: server.url,
    text: {parts: (getContent) => [JSON.stringify(getContent())]},
    clock: systemClock,
    pollIntervalMs: 1,
    timeoutMs: 30_000,
    ...settings,
  });

/** A limit is here to end what hangs. */
const PATIENTLY = {timeout: 30_000, interval: 5};

const {signal} = new AbortController();

describe('RemoteStorage.read', () => {
  it('gets what the server holds', async () => {
    server.content = JSON.stringify(CAT);
    expect(await open().read(signal)).toStrictEqual(CAT);
  });

  it.each([
    ['404', answer(404, {}, 'not found')],
    ['410', answer(410)],
    ['204', answer(204)],
    ['an empty body', answer(200, {}, '')],
  ])('takes %s for nothing stored', async (_, intercept) => {
    server.intercepts.push(intercept);
    expect(await open().read(signal)).toBeUndefined();
  });

  it('transfers nothing that it has already, and gives it as new', async () => {
    server.content = JSON.stringify(CAT);
    const storage = open();
    const first = await storage.read(signal);
    const second = await storage.read(signal);
    expect(second).toStrictEqual(CAT);
    expect(second).not.toBe(first);
    expect(server.trace()).toStrictEqual(['GET 200', 'GET 304']);
  });

  it('does not get again what it has written', async () => {
    const storage = open();
    await storage.write(getter(CAT), signal);
    expect(await storage.read(signal)).toStrictEqual(CAT);
    expect(server.trace()).toStrictEqual(['POST 201', 'GET 304']);
  });

  it.each(['<html>', '[{"pets":', '\u0000'])('finds %j UNREADABLE', async (text) => {
    server.content = text;
    await expect(open().read(signal)).rejects.toMatchObject({
      code: 'UNREADABLE',
      phase: 'load',
      retriable: false,
    });
  });

  it('finds text UNREADABLE again that it has not been sent again', async () => {
    server.content = '<html>';
    const storage = open();
    await expect(storage.read(signal)).rejects.toMatchObject({code: 'UNREADABLE'});
    await expect(storage.read(signal)).rejects.toMatchObject({code: 'UNREADABLE'});
    expect(server.trace()).toStrictEqual(['GET 200', 'GET 304']);
  });

  it.each([
    [400, 'DENIED', false],
    [401, 'DENIED', false],
    [403, 'DENIED', false],
    [405, 'DENIED', false],
    [408, 'UNAVAILABLE', true],
    [413, 'QUOTA', false],
    [425, 'UNAVAILABLE', true],
    [429, 'UNAVAILABLE', true],
    [500, 'UNAVAILABLE', true],
    [503, 'UNAVAILABLE', true],
    [507, 'QUOTA', true],
    [304, 'UNAVAILABLE', false], // not asked for
  ])('fails on %i with %s, retriable: %s', async (status, code, retriable) => {
    server.intercepts.push(answer(status), answer(status));
    const expected = {code, retriable, storage: `remote:${server.url}`};
    await expect(open().read(signal)).rejects.toMatchObject({...expected, phase: 'load'});
    await expect(open().write(getter(DOG), signal)).rejects.toMatchObject({
      ...expected,
      phase: 'save',
    });
  });

  it('says in the cause what the server answered', async () => {
    server.intercepts.push(answer(401));
    const error: unknown = await open()
      .read(signal)
      .catch((reason: unknown) => reason);
    expect((error as {cause: Response}).cause.status).toBe(401);
  });

  it.each([
    ['120', 120_000],
    ['Wed, 21 Oct 2015 07:28:30 GMT', 30_000],
    ['Wed, 21 Oct 2015 07:27:00 GMT', undefined],
    ['99999999', 2 ** 31 - 1], // more would make timers fire at once
    ['soon', undefined],
    [undefined, undefined],
  ])('understands Retry-After: %s', async (value, retryAfterMs) => {
    const clock = {...systemClock, now: () => Date.UTC(2015, 9, 21, 7, 28)};
    server.intercepts.push(answer(503, value === undefined ? {} : {'Retry-After': value}));
    const error: unknown = await open({clock})
      .read(signal)
      .catch((reason: unknown) => reason);
    expect((error as {retryAfterMs?: number}).retryAfterMs).toBe(retryAfterMs);
  });

  it('is UNAVAILABLE, retriable, if the connection breaks', async () => {
    server.intercepts.push(drop);
    await expect(open().read(signal)).rejects.toMatchObject({code: 'UNAVAILABLE', retriable: true});
  });

  it('is UNAVAILABLE, retriable, if the connection breaks within the content', async () => {
    server.intercepts.push((request, response) => {
      response.writeHead(200, {'Content-Length': 100});
      response.write('[{}', () => request.socket.destroy());
    });
    await expect(open().read(signal)).rejects.toMatchObject({code: 'UNAVAILABLE', retriable: true});
  });

  it('breaks off when told to', async () => {
    const broken = new Promise((resolve) => {
      server.intercepts.push((request) => request.socket.on('close', resolve));
    });
    const controller = new AbortController();
    const reading = open().read(controller.signal);
    await expect.poll(() => server.requests, PATIENTLY).toHaveLength(1);
    controller.abort();
    await expect(reading).rejects.toMatchObject({code: 'UNAVAILABLE'});
    await broken;
  });
});

describe('RemoteStorage.write', () => {
  it('posts JSON', async () => {
    await open().write(getter(CAT), signal);
    expect(server.content).toBe(JSON.stringify(CAT));
    expect(server.requests[0]?.headers['content-type']).toBe('application/json');
  });

  it('lets pass what getContent throws', async () => {
    const error = new Error('busy');
    const getContent = Object.assign(
      () => {
        throw error;
      },
      {holdsMore: false},
    );
    await expect(open().write(getContent, signal)).rejects.toBe(error);
    expect(server.requests).toHaveLength(0);
  });

  it('is done when the server has answered, whatever becomes of the rest of its answer', async () => {
    server.intercepts.push((request, response) => {
      response.writeHead(200, {'Content-Length': 100});
      response.write('stored', () => request.socket.destroy());
    });
    await expect(open().write(getter(CAT), signal)).resolves.toBeUndefined();
  });

  it('changes nothing in what is known if it comes too late', async () => {
    server.content = JSON.stringify(DOG);
    const controller = new AbortController();
    // Of those who do not listen to signals.
    const deaf: typeof fetch = (url, init) => fetch(url, {...init, signal: null});
    const storage = open({fetch: deaf});
    let release: (() => void) | undefined;
    server.intercepts.push((_request, response) => {
      release = () => response.writeHead(200, {ETag: '"1"'}).end();
    });
    const late = storage.write(getter(CAT), controller.signal);
    await expect.poll(() => release, PATIENTLY).toBeDefined();
    controller.abort();
    release?.();
    await expect(late).rejects.toThrow('aborted');
    expect(await storage.read(signal)).toStrictEqual(DOG);
  });
});

/** How the writes so far have been made conditional. */
const conditions = (): unknown[] =>
  server.requests
    .filter(({method}) => method === 'POST')
    .map(({headers}) => headers['if-match'] ?? headers['if-none-match']);

describe('The condition of a write', () => {
  it('is that nothing is there, where nothing was', async () => {
    const storage = open();
    await storage.read(signal);
    server.content = JSON.stringify(DOG);
    await expect(storage.write(getter(CAT), signal)).rejects.toMatchObject({
      code: 'CONFLICT',
      phase: 'save',
      retriable: true,
    });
    expect(server.content).toBe(JSON.stringify(DOG));
    expect(conditions()).toStrictEqual(['*']);
  });

  it('is what was read, and then what was written', async () => {
    server.content = JSON.stringify(DOG);
    const storage = open();
    await storage.read(signal);
    await storage.write(getter(CAT), signal);
    await storage.write(getter(DOG), signal);
    server.content = JSON.stringify(CAT);
    await expect(storage.write(getter(DOG), signal)).rejects.toMatchObject({code: 'CONFLICT'});
    expect(server.content).toBe(JSON.stringify(CAT));
    const [first, second, third] = conditions();
    expect(first).toMatch(/^"/);
    expect(second).toMatch(/^"/);
    expect(second).not.toBe(first);
    expect(third).toBe(first); // the same text again
    expect(server.trace()).toStrictEqual(['GET 200', 'POST 200', 'POST 200', 'POST 412']);
  });

  it('is met again once the content of others has been read', async () => {
    const storage = open();
    await storage.read(signal);
    server.content = JSON.stringify(DOG);
    await expect(storage.write(getter(CAT), signal)).rejects.toMatchObject({code: 'CONFLICT'});
    expect(await storage.read(signal)).toStrictEqual(DOG);
    await storage.write(getter(CAT), signal);
    expect(server.content).toBe(JSON.stringify(CAT));
  });

  it.each([
    ['nothing has been read', (): void => undefined, 0],
    ['a read has failed', (): void => void server.intercepts.push(answer(500)), 1],
    ['the ETag is weak', (): void => void (server.rewriteEtag = (etag) => `W/${etag}`), 1],
    ['there is no ETag', (): void => void (server.etagMethods = []), 1],
    ['it is there, but empty', (): void => void server.intercepts.push(answer(204)), 1],
  ])('is none if %s', async (_, prepare, reads) => {
    server.content = JSON.stringify(DOG);
    const storage = open();
    prepare();
    for (let read = 0; read < reads; read++) await storage.read(signal).catch(() => undefined);
    await storage.write(getter(CAT), signal);
    expect(conditions()).toStrictEqual([undefined]);
    expect(server.content).toBe(JSON.stringify(CAT));
  });

  it('may be ignored by the server', async () => {
    server.hasPreconditions = false;
    const storage = open();
    await storage.read(signal);
    server.content = JSON.stringify(DOG);
    await storage.write(getter(CAT), signal);
    expect(server.content).toBe(JSON.stringify(CAT));
  });

  it('is found out by a GET if a POST has no ETag', async () => {
    server.etagMethods = ['GET', 'HEAD'];
    server.content = JSON.stringify(DOG);
    const storage = open();
    await storage.read(signal);
    await storage.write(getter(CAT), signal);
    await storage.write(getter(DOG), signal);
    expect(server.trace()).toStrictEqual(['GET 200', 'POST 200', 'GET 200', 'POST 200']);
    expect(conditions()).not.toContain(undefined);
    server.content = JSON.stringify(CAT);
    for (let attempt = 0; attempt < 2; attempt++) {
      const writing = storage.write(getter(DOG), signal);
      await expect(writing).rejects.toMatchObject({code: 'CONFLICT'});
    }
    expect(server.content).toBe(JSON.stringify(CAT));
  });

  it('is not met according to 409, too; where nothing is written, both are DENIED', async () => {
    const storage = open();
    server.intercepts.push(answer(409), answer(409), answer(412));
    await expect(storage.write(getter(CAT), signal)).rejects.toMatchObject({code: 'CONFLICT'});
    await expect(storage.read(signal)).rejects.toMatchObject({code: 'DENIED'});
    await expect(storage.read(signal)).rejects.toMatchObject({code: 'DENIED'});
  });
});

describe('A write whose answer is lost', () => {
  it('is found by the next read, and not repeated', async () => {
    const storage = open();
    await storage.read(signal);
    server.intercepts.push(dropAnswer);
    await expect(storage.write(getter(CAT), signal)).rejects.toMatchObject({code: 'UNAVAILABLE'});
    await expect(storage.write(getter(CAT), signal)).rejects.toMatchObject({code: 'CONFLICT'});
    expect(await storage.read(signal)).toStrictEqual(CAT);
    await storage.write(getter(CAT), signal);
    expect(server.trace()).toStrictEqual(['GET 404', 'POST -', 'POST 412', 'GET 200']);
    await storage.write(getter(DOG), signal);
    expect(server.content).toBe(JSON.stringify(DOG));
  });

  it('is repeated if others have written since', async () => {
    const storage = open();
    await storage.read(signal);
    server.intercepts.push(dropAnswer);
    await expect(storage.write(getter(CAT), signal)).rejects.toMatchObject({code: 'UNAVAILABLE'});
    await expect(storage.write(getter(CAT), signal)).rejects.toMatchObject({code: 'CONFLICT'});
    await storage.read(signal);
    server.content = JSON.stringify(DOG);
    await storage.read(signal);
    await storage.write(getter(CAT), signal);
    expect(server.content).toBe(JSON.stringify(CAT));
  });
});

describe('The requests of a RemoteStorage', () => {
  it.each([
    ['hidden', 100, true],
    ['hidden', 60_000, undefined],
    ['visible', 100, undefined],
  ])(
    'outlive a page that is %s with %i bytes or more: %s',
    async (visibilityState, size, expected) => {
      const inits: RequestInit[] = [];
      const recording: typeof fetch = (url, init = {}) => {
        inits.push(init);
        return fetch(url, init);
      };
      const storage = open({fetch: recording});
      Object.assign(globalThis, {document: {visibilityState}});
      try {
        await storage.read(signal);
        await storage.write(getter([{}, {long: 'x'.repeat(size)}]), signal);
      } finally {
        Reflect.deleteProperty(globalThis, 'document');
      }
      expect(inits.map(({keepalive}) => keepalive)).toStrictEqual([undefined, expected]);
    },
  );

  it('call fetch as a function, not as a method', async () => {
    const seen: unknown[] = [];
    const strict = function (this: unknown, ...args: Parameters<typeof fetch>): Promise<Response> {
      seen.push(this);
      return fetch(...args);
    };
    await open({fetch: strict}).read(signal);
    expect(seen).toStrictEqual([undefined]);
  });

  it('have the headers and credentials that the app wants', async () => {
    let count = 0;
    const inits: RequestInit[] = [];
    const storage = open({
      headers: () => Promise.resolve({Authorization: `Bearer ${++count}`}),
      credentials: 'include',
      fetch: (url, init = {}) => {
        inits.push(init);
        return fetch(url, init);
      },
    });
    await storage.read(signal);
    await storage.write(getter(CAT), signal);
    expect(server.requests.map(({headers}) => headers.authorization)).toStrictEqual([
      'Bearer 1',
      'Bearer 2',
    ]);
    expect(inits.map(({credentials, cache}) => [credentials, cache])).toStrictEqual([
      ['include', 'no-store'],
      ['include', 'no-store'],
    ]);
  });

  it('may have the same headers each time', async () => {
    await open({headers: {'X-App': 'pets'}}).read(signal);
    expect(server.requests[0]?.headers['x-app']).toBe('pets');
  });

  it('fail with HANDLER, retriable, if the headers cannot be had', async () => {
    const headers = (): never => {
      throw new Error('no token');
    };
    await expect(open({headers}).read(signal)).rejects.toMatchObject({
      code: 'HANDLER',
      retriable: true,
      cause: new Error('no token'),
    });
  });

  it('do not give away secrets by the name of the storage', () => {
    const loadUrl = 'https://me:secret@app.example/@store?token=secret#secret';
    expect(open({loadUrl}).name).toBe('remote:https://app.example/@store');
    expect(open({loadUrl: '/store?token=secret'}).name).toBe('remote:/store');
  });
});

/** A clock, and how long each delay is that has neither ended nor been called off. */
const trackDelays = (): {clock: Clock; pending: Map<unknown, number>} => {
  const pending = new Map<unknown, number>();
  const delay: Clock['delay'] = (delayMs, action, background) => {
    const callOff = systemClock.delay(
      delayMs,
      () => {
        pending.delete(callOff);
        action();
      },
      background,
    );
    pending.set(callOff, delayMs);
    return () => {
      pending.delete(callOff);
      callOff();
    };
  };
  return {clock: {...systemClock, delay}, pending};
};

describe('RemoteStorage.watch', () => {
  /** Watches until the end of the test, and takes down what it is told. */
  const watch = async (
    storage: RemoteStorage,
  ): Promise<{seen: unknown[]; errors: unknown[]; stop: () => void}> => {
    const seen: unknown[] = [];
    const errors: unknown[] = [];
    const stop = await storage.watch(
      (change) => seen.push(change),
      (error) => errors.push(error),
    );
    stops.push(stop);
    return {seen, errors, stop};
  };
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  /** Resolves when so many further requests of a kind have been answered. */
  const further = async (count: number, kind: string): Promise<void> => {
    const answered = (): number => server.trace().filter((entry) => entry === kind).length;
    const before = answered();
    await expect.poll(answered, PATIENTLY).toBeGreaterThanOrEqual(before + count);
  };

  it('tells once that somebody else has written, and transfers it only to whoever reads it', async () => {
    server.content = JSON.stringify(DOG);
    const storage = open();
    await storage.read(signal);
    const {seen, errors} = await watch(storage);
    await further(2, 'HEAD 304');
    expect(seen).toStrictEqual([]);
    server.content = JSON.stringify(CAT);
    await further(3, 'HEAD 200');
    expect(seen).toStrictEqual([undefined]);
    expect(await storage.read(signal)).toStrictEqual(CAT);
    await further(2, 'HEAD 304');
    expect(seen).toStrictEqual([undefined]);
    expect(errors).toStrictEqual([]);
    expect(server.trace().filter((entry) => entry.startsWith('GET'))).toHaveLength(2);
  });

  it('does not let a write take the place of what it has told, before that is read', async () => {
    server.content = JSON.stringify(DOG);
    const storage = open();
    await storage.read(signal);
    const {seen} = await watch(storage);
    server.content = JSON.stringify(CAT);
    await expect.poll(() => seen, PATIENTLY).toHaveLength(1);
    await expect(storage.write(getter(DOG), signal)).rejects.toMatchObject({code: 'CONFLICT'});
    expect(server.content).toBe(JSON.stringify(CAT));
  });

  it('does not tell what we have written, and does not get it', async () => {
    const storage = open();
    await storage.write(getter(CAT), signal);
    const {seen} = await watch(storage);
    await further(2, 'HEAD 304');
    expect(seen).toStrictEqual([]);
    expect(server.trace().filter((entry) => entry.startsWith('GET'))).toStrictEqual([]);
  });

  it('gets what we have written once, but does not tell, if the POST had no ETag', async () => {
    server.etagMethods = ['GET', 'HEAD'];
    const storage = open();
    await storage.write(getter(CAT), signal);
    const {seen} = await watch(storage);
    await further(3, 'HEAD 304');
    expect(seen).toStrictEqual([]);
    expect(server.trace().slice(0, 4)).toStrictEqual([
      'POST 201',
      'HEAD 200',
      'GET 200',
      'HEAD 304',
    ]);
  });

  it('tells what came after we have written, if the POST had no ETag', async () => {
    server.etagMethods = ['GET', 'HEAD'];
    const storage = open();
    await storage.write(getter(CAT), signal);
    server.content = JSON.stringify(DOG);
    const {seen} = await watch(storage);
    await further(3, 'HEAD 200');
    expect(seen).toStrictEqual([undefined]);
  });

  it('compares content if there are no ETags, or no HEAD', async () => {
    server.etagMethods = [];
    server.content = JSON.stringify(DOG);
    const storage = open();
    await storage.read(signal);
    const {seen, errors} = await watch(storage);
    await further(2, 'HEAD 200');
    expect(seen).toStrictEqual([]);
    server.hasHead = false;
    server.content = JSON.stringify(CAT);
    await further(2, 'HEAD 405');
    expect(seen).toStrictEqual([CAT]);
    expect(errors).toStrictEqual([]);
  });

  it('asks for a read once if content disappears, or cannot be read', async () => {
    server.content = JSON.stringify(DOG);
    const storage = open();
    await storage.read(signal);
    const {seen} = await watch(storage);
    server.content = undefined;
    await further(2, 'HEAD 404');
    expect(seen).toStrictEqual([undefined]);
    await storage.read(signal);
    server.content = '<html>';
    await further(3, 'HEAD 200');
    expect(seen).toStrictEqual([undefined, undefined]);
  });

  it('reports failures, and goes on', async () => {
    server.content = JSON.stringify(DOG);
    const storage = open();
    await storage.read(signal);
    server.intercepts.push(answer(500), drop, answer(400));
    const {seen, errors} = await watch(storage);
    await further(1, 'HEAD 304');
    expect(errors).toMatchObject([
      {code: 'UNAVAILABLE', phase: 'listen', retriable: true},
      {code: 'UNAVAILABLE', phase: 'listen', retriable: true},
      {code: 'DENIED', phase: 'listen', retriable: false},
    ]);
    expect(seen).toStrictEqual([]);
  });

  it.each([401, 403])(
    'stops at %i until something succeeds, or somebody watches anew',
    async (status) => {
      let polls = 0;
      const delay: Clock['delay'] = (delayMs, action, background) => {
        if (delayMs === 1) polls++;
        return systemClock.delay(delayMs, action, background);
      };
      const storage = open({clock: {...systemClock, delay}});
      const morePolls = (): Promise<void> => {
        const before = polls;
        return expect.poll(() => polls, PATIENTLY).toBeGreaterThan(before + 5);
      };
      const heads = (): number => server.requests.filter(({method}) => method === 'HEAD').length;
      server.content = JSON.stringify(DOG);
      await storage.read(signal);
      server.intercepts.push(answer(status));
      const {errors, stop} = await watch(storage);
      await expect
        .poll(() => errors, PATIENTLY)
        .toMatchObject([{code: 'DENIED', awaitsRetry: true}]);
      await morePolls();
      expect(heads()).toBe(1);
      await storage.write(getter(CAT), signal);
      await further(2, 'HEAD 304');
      server.intercepts.push(answer(status));
      await expect.poll(() => errors, PATIENTLY).toHaveLength(2);
      stop();
      await watch(storage);
      await further(2, 'HEAD 304');
    },
  );

  it('goes on if we may read, but not write', async () => {
    server.content = JSON.stringify(DOG);
    const storage = open();
    await storage.read(signal);
    server.intercepts.push(answer(403));
    await expect(storage.write(getter(CAT), signal)).rejects.toMatchObject({code: 'DENIED'});
    await watch(storage);
    await further(2, 'HEAD 304');
  });

  it('does not ask while the host is offline', async () => {
    let polls = 0;
    const delay: Clock['delay'] = (delayMs, action, background) => {
      if (delayMs === 1) polls++;
      return systemClock.delay(delayMs, action, background);
    };
    vi.stubGlobal('navigator', {onLine: false});
    try {
      await watch(open({clock: {...systemClock, delay}}));
      await expect.poll(() => polls, PATIENTLY).toBeGreaterThan(5);
      expect(server.requests).toHaveLength(0);
    } finally {
      vi.unstubAllGlobals();
    }
    await further(1, 'HEAD 404');
  });

  it('waits for as long as the server wants, and no shorter than the interval', async () => {
    const delays: number[] = [];
    const delay: typeof systemClock.delay = (delayMs, action, background) => {
      delays.push(delayMs);
      return systemClock.delay(Math.min(delayMs, 30_000), action, background);
    };
    const storage = open({clock: {...systemClock, delay}, pollIntervalMs: 2, timeoutMs: 29_999});
    server.intercepts.push(answer(503, {'Retry-After': '90'}));
    const {errors} = await watch(storage);
    await expect.poll(() => delays, PATIENTLY).toStrictEqual([2, 29_999, 90_000]);
    expect(errors).toMatchObject([{retryAfterMs: 90_000}]);
  });

  it('gives up waiting for an answer, breaks off, and asks again', async () => {
    server.content = JSON.stringify(DOG);
    const storage = open({timeoutMs: 100});
    const broken = new Promise((resolve) => {
      server.intercepts.push((request) => request.socket.on('close', resolve));
    });
    const {seen, errors} = await watch(storage);
    await broken;
    await expect.poll(() => seen, PATIENTLY).toStrictEqual([undefined]);
    expect(errors).toMatchObject([{code: 'TIMEOUT', phase: 'listen'}]);
  });

  it('never asks while it waits for an answer', async () => {
    const storage = open();
    let isAsked = false;
    server.intercepts.push((_request, response) => {
      isAsked = true;
      setImmediate(() => setImmediate(() => response.writeHead(404).end()));
    });
    await watch(storage);
    await expect.poll(() => isAsked, PATIENTLY).toBe(true);
    await further(1, 'HEAD 404');
    const unanswered = server.requests.slice(0, -1).filter(({status}) => status === undefined);
    expect(unanswered).toStrictEqual([]);
  });

  it('stops at once, in the middle of a request', async () => {
    const {clock, pending} = trackDelays();
    const storage = open({clock, timeoutMs: 2 ** 31 - 1});
    const broken = new Promise((resolve) => {
      server.intercepts.push((request) => request.socket.on('close', resolve));
    });
    const {seen, errors, stop} = await watch(storage);
    await expect.poll(() => server.requests, PATIENTLY).toHaveLength(1);
    stop();
    await broken;
    server.content = JSON.stringify(DOG);
    expect(await storage.read(signal)).toStrictEqual(DOG);
    expect(server.trace()).toStrictEqual(['HEAD -', 'GET 200']);
    expect([seen, errors]).toStrictEqual([[], []]);
    expect(pending.size).toBe(0);
  });

  it('ignores what it has seen while a write was going on', async () => {
    server.etagMethods = ['GET', 'HEAD'];
    const storage = open();
    await storage.write(getter(DOG), signal);
    let answerGet: (() => void) | undefined;
    server.intercepts.push(answer(200, {ETag: '"theirs"'}), (_request, response) => {
      answerGet = () => response.writeHead(200, {ETag: '"theirs"'}).end('[{},{"theirs":1}]');
    });
    const {seen} = await watch(storage);
    await expect.poll(() => answerGet, PATIENTLY).toBeDefined();
    await storage.write(getter(CAT), signal);
    answerGet?.();
    await further(2, 'HEAD 304');
    expect(seen).toStrictEqual([]);
    expect(await storage.read(signal)).toStrictEqual(CAT);
  });

  it('does not ask while a write is going on', async () => {
    const delays: number[] = [];
    const delay: typeof systemClock.delay = (delayMs, ...rest) => {
      delays.push(delayMs);
      return systemClock.delay(delayMs, ...rest);
    };
    const storage = open({clock: {...systemClock, delay}});
    let answerPost: (() => void) | undefined;
    server.intercepts.push((_request, response) => {
      answerPost = () => response.writeHead(200, {ETag: '"1"'}).end();
    });
    const writing = storage.write(getter(CAT), signal);
    await expect.poll(() => answerPost, PATIENTLY).toBeDefined();
    await watch(storage);
    await expect.poll(() => delays.length, PATIENTLY).toBeGreaterThan(5);
    expect(server.requests.map(({method}) => method)).toStrictEqual(['POST']);
    answerPost?.();
    await writing;
    await further(1, 'HEAD 404');
  });

  it('asks at once when the browser goes online', async () => {
    await withPageEvents(async (page) => {
      const {clock, pending} = trackDelays();
      const storage = open({clock, pollIntervalMs: 2 ** 31 - 1});
      await storage.read(signal);
      const {stop} = await watch(storage);
      page.dispatchEvent(new Event('online'));
      page.dispatchEvent(new Event('online'));
      await further(1, 'HEAD 404');
      await expect.poll(() => [...pending.values()], PATIENTLY).toStrictEqual([2 ** 31 - 1]);
      stop();
      expect(pending.size).toBe(0);
      page.dispatchEvent(new Event('online'));
      await storage.read(signal);
      expect(server.trace()).toStrictEqual(['GET 404', 'HEAD 404', 'GET 404']);
    });
  });
});
