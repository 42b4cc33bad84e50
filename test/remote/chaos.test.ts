/** Three apps and a server, between them a network that loses, repeats, delays and tears. */
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {createRemotePersister} from '../../src/persisters/remote/index.ts';
import {createStore, type Store} from '../../src/store/index.ts';
import {answer, type ContentServer, startContentServer} from '../support/content-server.ts';
import {type ChaosProxy, FAULTS, startChaosProxy} from './chaos-proxy.ts';

/** A limit is here to end what hangs. */
const PATIENTLY = {timeout: 100_000, interval: 10};
const CLIENTS = ['ann', 'bob', 'cid'];
const EDITS = 200;
const SEED = Number(process.env['CELLAR_CHAOS_SEED'] ?? 20_260_401);

/** Mulberry32: small, and good enough to choose faults. */
const seededRandom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

let server: ContentServer;
let proxy: ChaosProxy | undefined;
const persisters: ReturnType<typeof createRemotePersister>[] = [];

beforeEach(async () => {
  server = await startContentServer();
});
afterEach(async () => {
  proxy?.calm();
  await Promise.all(persisters.splice(0).map((persister) => persister.destroy()));
  await proxy?.close();
  proxy = undefined;
  await server.close();
});

const create = (store: Store, url: string): ReturnType<typeof createRemotePersister> => {
  const persister = createRemotePersister(store, url, url, 0.02, {
    retry: {minDelayMs: 1, maxDelayMs: 20},
    timeoutMs: 1_000,
    onIgnoredError: () => undefined,
  });
  persisters.push(persister);
  return persister;
};

/** One edit: a row of its own; now and then it takes an earlier one away, or changes what all share. */
const edit = (store: Store, client: string, number: number): void => {
  store.setRow('edits', `${client}-${number}`, {client, number});
  if (number % 10 === 9) store.delRow('edits', `${client}-${number - 5}`);
  if (number % 7 === 0) store.setCell('shared', 'latest', client, number);
  store.setValue(client, number);
};

const expectedContent = (): unknown => {
  const expected = createStore();
  for (const client of CLIENTS) {
    for (let number = 0; number < EDITS; number++) edit(expected, client, number);
  }
  return expected.getContent();
};

describe('Three clients of one server', () => {
  it(`keep all edits, each once, whatever becomes of their requests (seed ${SEED})`, async () => {
    const random = seededRandom(SEED);
    const {origin, pathname} = new URL(server.url);
    const chaos = (proxy = await startChaosProxy(origin, random));
    const apps = CLIENTS.map((client) => {
      const store = createStore();
      return {client, store, persister: create(store, `${chaos.url}${pathname}`)};
    });
    const run = async ({client, store, persister}: (typeof apps)[number]): Promise<void> => {
      await persister.startAutoPersisting();
      for (let number = 0; number < EDITS; number++) {
        edit(store, client, number);
        // Some wait until they are safe, others come in bursts.
        if (random() < 0.4) await persister.whenSaved();
      }
      await persister.whenSaved();
    };
    await Promise.all(apps.map(run));

    const expected = expectedContent();
    expect(JSON.parse(server.content ?? '')).toEqual(expected);
    // Beside polling, which costs the same if nothing happens.
    const requests = (chaos.requests.get('POST') ?? 0) + (chaos.requests.get('GET') ?? 0);
    expect(requests).toBeLessThan(3 * CLIENTS.length * EDITS);
    chaos.calm();
    for (const {store, persister} of apps) {
      await expect.poll(() => store.getContent(), PATIENTLY).toEqual(expected);
      expect(persister.getState()).toMatchObject({pending: 0, blocked: false});
    }
    expect([...chaos.faults.keys()].sort()).toStrictEqual([...FAULTS].sort());
  }, 120_000);

  it('leave what is stored byte by byte as it is if the first GET is answered with 500', async () => {
    const stored = ' [ {"pets": {"fido": {"age": 3}}},\n{} ]\n';
    server.content = stored;
    server.intercepts.push(...CLIENTS.map(() => answer(500)));
    const apps = CLIENTS.map(() => {
      const store = createStore();
      return {store, persister: create(store, server.url)};
    });
    await Promise.all(
      apps.map(({persister}) => persister.startAutoPersisting([{pets: {rex: {age: 1}}}, {}])),
    );
    for (const {store, persister} of apps) {
      await persister.whenLoaded();
      await persister.whenSaved();
      expect(store.getContent()).toEqual([{pets: {fido: {age: 3}}}, {}]);
    }
    expect(server.content).toBe(stored);
    expect(server.requests.filter(({method}) => method === 'POST')).toStrictEqual([]);
  });
});
