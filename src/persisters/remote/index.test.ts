import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {
  answer,
  type ContentServer,
  drop,
  dropAnswer,
  hang,
  type Intercept,
  startContentServer,
} from '../../../test/support/content-server.ts';
import type {PersisterError} from '../../errors.ts';
import {createStore, type Store} from '../../store/index.ts';
import {systemClock} from '../engine/clock.ts';
import {createRemotePersister, type RemotePersister, type RemotePersisterOptions} from './index.ts';

/** A limit is here to end what hangs. */
const PATIENTLY = {timeout: 30_000, interval: 5};
const OFTEN_SECONDS = 0.002;
const DOG = '[{"pets":{"fido":{"species":"dog"}}},{"employees":3}]';

let server: ContentServer;
let errors: PersisterError[];
const persisters: RemotePersister<[never, never]>[] = [];

beforeEach(async () => {
  server = await startContentServer();
  errors = [];
});
afterEach(async () => {
  await Promise.all(persisters.splice(0).map((persister) => persister.destroy()));
  await server.close();
});

const create = (
  store: Store,
  options: RemotePersisterOptions = {},
): ReturnType<typeof createRemotePersister> => {
  const persister = createRemotePersister(store, server.url, server.url, OFTEN_SECONDS, {
    retry: {minDelayMs: 1, maxDelayMs: 2},
    onIgnoredError: (error) => errors.push(error as PersisterError),
    ...options,
  });
  persisters.push(persister as never);
  return persister;
};

/** The server has written, but nobody gets to know. */
const lostIfPost: Intercept = (request, response, serve) => {
  if (request.method === 'POST') {
    server.intercepts.length = 0;
    dropAnswer(request, response, serve);
  } else {
    serve();
  }
};

const posts = (): string[] => server.trace().filter((entry) => entry.startsWith('POST'));

describe('createRemotePersister', () => {
  it('loads and saves', async () => {
    server.content = DOG;
    const store = createStore();
    const persister = create(store, {strict: true});
    await persister.load();
    expect(store.getContent()).toEqual([{pets: {fido: {species: 'dog'}}}, {employees: 3}]);
    store.setCell('pets', 'fido', 'tags', ['good']);
    await persister.save();
    expect(server.content).toBe(
      '[{"pets":{"fido":{"species":"dog","tags":"\uFFFD[\\"good\\"]"}}},{"employees":3}]',
    );
    expect(server.trace()).toStrictEqual(['GET 200', 'POST 200']);
  });

  it('may be given a handler of errors, or no last arguments at all', async () => {
    const seen: unknown[] = [];
    const handler = (error: unknown): void => void seen.push(error);
    const persister = createRemotePersister(createStore(), server.url, '/save', 7, handler);
    server.intercepts.push(answer(401));
    await persister.load();
    expect(seen).toMatchObject([{code: 'DENIED'}]);
    expect(createRemotePersister(createStore(), '/load', '/save').getUrls()).toStrictEqual([
      '/load',
      '/save',
    ]);
    await persister.destroy();
  });

  it.each([
    [undefined, '/', 5, undefined],
    ['/', undefined, 5, undefined],
    ['/', '/', NaN, undefined],
    ['/', '/', -1, undefined],
    ['/', '/', '5', undefined],
    ['/', '/', 5, 'options'],
  ])('refuses (store, %j, %j, %j, %j)', (loadUrl, saveUrl, seconds, options) => {
    expect(() =>
      createRemotePersister(
        createStore(),
        loadUrl as string,
        saveUrl as string,
        seconds as number,
        options as never,
      ),
    ).toThrow(TypeError);
  });

  it('starts with the initial content if the server has none', async () => {
    const persister = create(createStore());
    await persister.startAutoPersisting([{pets: {felix: {species: 'cat'}}}, {}]);
    expect(server.content).toBe('[{"pets":{"felix":{"species":"cat"}}},{}]');
    expect(errors).toStrictEqual([]);
  });

  it.each([
    ['answers 503', answer(503)],
    ['answers 500', answer(500, {}, 'oops')],
    ['answers 401', answer(401)],
    ['breaks the connection', drop],
    ['answers with a web page', answer(200, {}, '<html>')],
    ['answers with something else', answer(200, {}, '"hello"')],
  ])('leaves what is stored as it is if the server %s at first', async (_, intercept) => {
    server.content = DOG;
    server.intercepts.push(intercept);
    const store = createStore();
    const persister = create(store);
    await persister.startAutoPersisting([{pets: {felix: {species: 'cat'}}}, {}]);
    await persister.whenLoaded().catch(() => persister.retry());
    expect(store.getContent()).toEqual([{pets: {fido: {species: 'dog'}}}, {employees: 3}]);
    expect(server.content).toBe(DOG);
    expect(posts()).toStrictEqual([]);
  });

  it('keeps what was changed until the server could be read, and adds it to what is there', async () => {
    server.content = DOG;
    server.intercepts.push(answer(503), answer(503));
    const store = createStore();
    const persister = create(store);
    await persister.startAutoPersisting();
    store.setCell('pets', 'felix', 'species', 'cat');
    await persister.whenSaved();
    expect(JSON.parse(server.content)).toStrictEqual([
      {pets: {fido: {species: 'dog'}, felix: {species: 'cat'}}},
      {employees: 3},
    ]);
  });

  it('saves again what could not be saved', async () => {
    server.content = DOG;
    const store = createStore();
    const persister = create(store);
    await persister.load();
    await persister.startAutoSave();
    server.intercepts.push(answer(500), drop, answer(503, {'Retry-After': '0'}));
    store.setValue('employees', 4);
    await persister.whenSaved();
    expect(server.content).toBe('[{"pets":{"fido":{"species":"dog"}}},{"employees":4}]');
    expect(errors.map(({code, phase}) => `${phase} ${code}`)).toStrictEqual([
      'save UNAVAILABLE',
      'save UNAVAILABLE',
      'save UNAVAILABLE',
    ]);
    expect(persister.getState()).toMatchObject({pending: 0, blocked: false});
  });

  it('does not insist where the server refuses, until it is told to', async () => {
    const store = createStore();
    const persister = create(store);
    await persister.startAutoSave();
    server.intercepts.push(answer(403));
    store.setValue('employees', 4);
    await expect(persister.whenSaved()).rejects.toMatchObject({code: 'DENIED', phase: 'save'});
    expect(persister.getState()).toMatchObject({pending: 1, blocked: true});
    expect(server.content).toBe('[{},{}]');
    await persister.retry();
    expect(server.content).toBe('[{},{"employees":4}]');
  });

  it.each([401, 403])('asks no more after %i, until retry()', async (status) => {
    server.content = DOG;
    let isLoggedIn = false;
    let polls = 0;
    const store = createStore();
    const persister = create(store, {
      clock: {
        ...systemClock,
        delay: (delayMs, action, background) => {
          if (delayMs === OFTEN_SECONDS * 1_000) polls++;
          return systemClock.delay(delayMs, action, background);
        },
      },
      headers: () => ({Authorization: isLoggedIn ? 'yes' : 'no'}),
    });
    const guard: Intercept = (request, response, serve) => {
      server.intercepts.push(guard);
      if (request.headers.authorization === 'yes') serve();
      else response.writeHead(status).end();
    };
    server.intercepts.push(guard);
    await persister.startAutoPersisting();
    store.setValue('employees', 4);
    await expect(persister.whenLoaded()).rejects.toMatchObject({code: 'DENIED'});
    const requests = server.requests.length;
    await expect.poll(() => polls, PATIENTLY).toBeGreaterThan(20);
    expect(server.requests).toHaveLength(requests);
    expect(persister.getState()).toMatchObject({blocked: true, pending: 1});
    isLoggedIn = true;
    await persister.retry();
    await persister.whenSaved();
    expect(server.content).toBe('[{"pets":{"fido":{"species":"dog"}}},{"employees":4}]');
    server.content = '[{},{"employees":5}]';
    await expect.poll(() => store.getValue('employees'), PATIENTLY).toBe(5);
  });

  it('keeps what two apps change at the same time', async () => {
    server.content = DOG;
    const [here, there] = [createStore(), createStore()];
    const [persister, other] = [create(here), create(there)];
    await Promise.all([persister.startAutoPersisting(), other.startAutoPersisting()]);
    here.setCell('pets', 'fido', 'age', 3);
    there.setCell('pets', 'felix', 'species', 'cat');
    await Promise.all([persister.whenSaved(), other.whenSaved()]);
    const expected = [
      {pets: {fido: {species: 'dog', age: 3}, felix: {species: 'cat'}}},
      {employees: 3},
    ];
    expect(JSON.parse(server.content)).toStrictEqual(expected);
    await expect.poll(() => here.getContent(), PATIENTLY).toEqual(expected);
    await expect.poll(() => there.getContent(), PATIENTLY).toEqual(expected);
    expect(errors).toStrictEqual([]);
  });

  it('does not take its own write for that of somebody else if the answer was lost', async () => {
    server.content = DOG;
    const store = createStore();
    const persister = create(store);
    await persister.startAutoPersisting();
    server.intercepts.push(...Array.from({length: 4}, () => lostIfPost));
    store.setValue('employees', 4);
    await persister.whenSaved();
    expect(server.content).toBe('[{"pets":{"fido":{"species":"dog"}}},{"employees":4}]');
    expect(posts()).toStrictEqual(['POST -', 'POST 412']);
    expect(errors).toMatchObject([{code: 'UNAVAILABLE', phase: 'save'}]);
  });

  it('serializes a changed part only, and gets nothing of its own', async () => {
    const store = createStore();
    store.transaction(() => {
      for (let row = 0; row < 5_000; row++) store.setRow('t', `r${row}`, {row});
    });
    const persister = create(store);
    const stringify = vi.spyOn(JSON, 'stringify');
    await persister.startAutoPersisting();
    await persister.whenSaved();
    const calls = stringify.mock.calls.length;
    store.setCell('t', 'r2500', 'row', -1);
    await persister.whenSaved();
    const furtherCalls = stringify.mock.calls.length - calls;
    stringify.mockRestore();
    expect(calls).toBeGreaterThan(10 * furtherCalls);
    const [{t: stored}] = JSON.parse(server.content ?? '') as [{t: unknown}];
    expect(stored).toEqual(store.getTable('t'));
    const polls = server.requests.length;
    await expect.poll(() => server.requests.length, PATIENTLY).toBeGreaterThan(polls + 3);
    expect(server.trace().filter((entry) => entry.startsWith('GET'))).toStrictEqual(['GET 404']);
    expect(server.trace()).not.toContain('HEAD 200');
  });

  it('gives up waiting for an answer, and tries again', async () => {
    const store = createStore();
    const persister = create(store, {timeoutMs: 1_000});
    await persister.startAutoSave();
    server.intercepts.push(hang);
    store.setValue('employees', 4);
    await persister.whenSaved();
    expect(server.content).toBe('[{},{"employees":4}]');
    expect(errors).toMatchObject([{code: 'TIMEOUT', phase: 'save'}]);
  });

  it('sends few requests for many changes', async () => {
    const store = createStore();
    const persister = create(store);
    await persister.startAutoSave();
    for (let employees = 1; employees <= 100; employees++) store.setValue('employees', employees);
    await persister.whenSaved();
    expect(server.content).toBe('[{},{"employees":100}]');
    expect(posts().length).toBeLessThanOrEqual(3);
  });

  it.each([
    ['with ETags', ['GET', 'HEAD', 'POST']],
    ['without an ETag for what is posted', ['GET', 'HEAD']],
    ['without ETags', []],
  ])('brings two stores together, %s, and loads nothing of its own', async (_, etagMethods) => {
    server.etagMethods = etagMethods;
    const here = createStore();
    const there = createStore();
    const persister = create(here);
    const other = create(there);
    await persister.startAutoPersisting();
    await other.startAutoLoad();
    here.setCell('pets', 'fido', 'species', 'dog');
    await expect.poll(() => there.getCell('pets', 'fido', 'species'), PATIENTLY).toBe('dog');
    here.setCell('pets', 'fido', 'species', 'wolf');
    await expect.poll(() => there.getCell('pets', 'fido', 'species'), PATIENTLY).toBe('wolf');
    const polls = server.requests.length;
    await expect.poll(() => server.requests.length, PATIENTLY).toBeGreaterThan(polls + 10);
    expect(persister.getStats().loads).toBe(1);
    expect(errors).toStrictEqual([]);
  });

  it('asks no more when it has been destroyed', async () => {
    const askedBy = (name: string): number =>
      server.requests.filter(({headers}) => headers['x-name'] === name).length;
    const persister = create(createStore(), {headers: {'X-Name': 'first'}});
    const other = create(createStore(), {headers: {'X-Name': 'second'}});
    await persister.startAutoPersisting();
    await other.startAutoLoad();
    await expect.poll(() => askedBy('first'), PATIENTLY).toBeGreaterThan(5);
    await persister.destroy();
    const counts = {first: askedBy('first'), second: askedBy('second')};
    await expect.poll(() => askedBy('second'), PATIENTLY).toBeGreaterThan(counts.second + 10);
    expect(askedBy('first')).toBe(counts.first);
  });
});
