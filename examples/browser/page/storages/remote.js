/** The server of the page, which keeps the store in a file: `examples/server`. */
import {createRemotePersister} from 'cellar/persisters/persister-remote';
import {unmetered} from '../platform.js';

const STORE = '/stores/cities';
const POLL_SECONDS = 1;

let isOffline = false;
let isFull = false;

/** The option by which an app brings a `fetch` of its own; ours has a switch. */
const fetchUnlessOffline = (...args) =>
  isOffline ? Promise.reject(new TypeError('This tab is offline')) : fetch(...args);

/** What this server does to its own stores when it is asked to. */
const ask = async (method, path) => {
  const response = await unmetered(() => fetch(path, {method}));
  if (!response.ok) throw new Error(`The server answered ${response.status} to ${method} ${path}`);
};

export const remoteDemo = {
  id: 'server',
  label: 'Server',
  subject: 'The server',
  about: 'A file on the server of this page. Tabs ask each second whether it has changed.',
  setsAside: false,
  createPersister: async (store, options) => {
    ({isFull} = await (await fetch('/faults')).json());
    return createRemotePersister(store, STORE, STORE, POLL_SECONDS, {
      ...options,
      fetch: fetchUnlessOffline,
    });
  },
  canGoOffline: 'Cuts this tab off, and no other. Edit here and there, and go online again.',
  /** Announced as browsers announce it, as it should not take until the next attempt to be noticed. */
  setOffline: (offline) => {
    isOffline = offline;
    dispatchEvent(new Event(offline ? 'offline' : 'online'));
  },
  isOffline: () => isOffline,
  canFill: 'The server answers that it has no room left: 507 Insufficient Storage.',
  setFull: async (full) => {
    await ask(full ? 'PUT' : 'DELETE', '/faults/full');
    isFull = full;
  },
  isFull: () => isFull,
  damages: 'Cuts the file on the server in half, as a program does that crashes, and reads it.',
  damage: () => ask('PUT', '/faults/damage'),
  mend: () => ask('DELETE', '/faults/damage'),
  clear: () => ask('DELETE', STORE),
};
