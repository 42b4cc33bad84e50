import {afterEach, beforeEach, describe, it} from 'vitest';
import {type ContentServer, startContentServer} from '../../../test/support/content-server.ts';
import type {Store} from '../../store/index.ts';
import {describePersister, describeStorageAdapter, withFaults} from '../../testing/index.ts';
import {systemClock} from '../engine/clock.ts';
import {JsonText} from '../engine/json-text.ts';
import {createPersister} from '../engine/persister.ts';
import {RemoteStorage} from './remote-storage.ts';

const runner = {describe, it, beforeEach, afterEach};

/** Servers, one for each place. */
class Servers {
  readonly #servers = new Map<string, Promise<ContentServer>>();

  at(place: string): Promise<ContentServer> {
    let server = this.#servers.get(place);
    if (!server) this.#servers.set(place, (server = startContentServer()));
    return server;
  }

  readonly open = async (place: string, store: Store): Promise<RemoteStorage> => {
    const {url} = await this.at(place);
    return new RemoteStorage({
      loadUrl: url,
      saveUrl: url,
      text: new JsonText(store),
      clock: systemClock,
      pollIntervalMs: 1,
      timeoutMs: 30_000,
    });
  };

  readonly put = async (place: string, text: string): Promise<void> => {
    (await this.at(place)).content = text;
  };

  readonly readRaw = async (place: string): Promise<string | undefined> =>
    (await this.at(place)).content;

  readonly cleanUp = async (): Promise<void> => {
    for (const server of this.#servers.values()) await (await server).close();
  };
}

describeStorageAdapter(runner, 'RemoteStorage', ['watch', 'conflicts', 'unreadable'], () => {
  const {open, put, readRaw, cleanUp} = new Servers();
  return {open, readRaw, corrupt: (place) => put(place, '<html>'), cleanUp};
});

describePersister(
  runner,
  'remote',
  ['faults', 'external', 'watch', 'conflicts', 'unreadable'],
  () => {
    const {open, put, readRaw, cleanUp} = new Servers();
    return {
      create: async (store, place, options, faults) =>
        createPersister(store, withFaults(await open(place, store), faults), options),
      readBack: async (place) => {
        const text = await readRaw(place);
        return text === undefined ? undefined : (JSON.parse(text) as unknown);
      },
      writeExternally: (place, content) => put(place, JSON.stringify(content)),
      corrupt: (place) => put(place, '<html>'),
      readRaw,
      cleanUp,
    };
  },
);
