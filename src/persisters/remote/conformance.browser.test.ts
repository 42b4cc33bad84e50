/** In a real browser, against a server of another origin. */
import {afterEach, beforeEach, describe, it, inject} from 'vitest';
import type {Store} from '../../store/index.ts';
import {describePersister, describeStorageAdapter, withFaults} from '../../testing/index.ts';
import {systemClock} from '../engine/clock.ts';
import {JsonText} from '../engine/json-text.ts';
import {createPersister} from '../engine/persister.ts';
import {RemoteStorage} from './remote-storage.ts';

const runner = {describe, it, beforeEach, afterEach};

/** Stores on the server that no other test has used. */
class Places {
  readonly #prefix = `${inject('storeServer')}/${crypto.randomUUID()}-`;

  readonly open = (place: string, store: Store): RemoteStorage =>
    new RemoteStorage({
      loadUrl: this.#url(place),
      saveUrl: this.#url(place),
      text: new JsonText(store),
      clock: systemClock,
      pollIntervalMs: 1,
      timeoutMs: 30_000,
    });

  readonly put = async (place: string, body: string): Promise<void> => {
    await fetch(this.#url(place), {method: 'PUT', body});
  };

  readonly readRaw = async (place: string): Promise<string | undefined> => {
    const response = await fetch(this.#url(place), {cache: 'no-store'});
    return response.ok ? response.text() : undefined;
  };

  #url(place: string): string {
    return `${this.#prefix}${place}`;
  }
}

const cleanUp = (): Promise<void> => Promise.resolve();

describeStorageAdapter(runner, 'RemoteStorage', ['watch', 'conflicts', 'unreadable'], () => {
  const {open, put, readRaw} = new Places();
  return {open, readRaw, corrupt: (place) => put(place, '<html>'), cleanUp};
});

describePersister(
  runner,
  'remote',
  ['faults', 'external', 'watch', 'conflicts', 'unreadable'],
  () => {
    const {open, put, readRaw} = new Places();
    return {
      create: (store, place, options, faults) =>
        createPersister(store, withFaults(open(place, store), faults), options),
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
