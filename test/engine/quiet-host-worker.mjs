/**
 * Lets each function that an app or an adapter hands to the engine fail, always and in several manners, while a
 * persister lives a whole life: every method is called, others write, what is stored is spoiled. Writes a
 * line of JSON for each case: `{name, calls, problems}`. Problems are promises that do not settle or settle as they
 * must not, and what would have ended a process that does not listen for it.
 *
 * Usage: node quiet-host-worker.mjs [control]   (uses the built package)
 */
import {writeSync} from 'node:fs';
import {setImmediate as turn} from 'node:timers/promises';
import {createCustomPersister, createPersister, PersisterError} from 'cellar/persisters';
import {createStore} from 'cellar/store';
import {memoryStorage, virtualClock} from 'cellar/testing';

const PLACE = 'pets';

/** How a function fails. The last ones fail with what is no error, and cannot even be made a string. */
const MANNERS = {
  throws: () => {
    throw new Error('thrown');
  },
  rejects: () => Promise.reject(new Error('rejected')),
  'throws nothing': () => {
    throw undefined;
  },
  'rejects with a bare object': () => Promise.reject(Object.create(null)),
};

/** One life of a persister; `functions` are those which the app or the adapter would have provided. */
class Life {
  problems = [];
  storage = memoryStorage();
  clock = virtualClock();
  store = createStore();
  options = {
    clock: this.clock,
    timeoutMs: 100,
    retry: {maxDelayMs: 1_000},
    onIgnoredError: () => undefined,
  };
  initial = () => [{}, {initial: true}];
  action = async () => undefined;
  adapter;
  persister;
  #unsettled = new Set();

  constructor() {
    const handle = this.storage.open(PLACE);
    this.adapter = {
      name: 'memory',
      read: (signal) => handle.read(signal),
      write: (getContent, signal) => handle.write(getContent, signal),
      writeChanges: (changes, getContent, signal) =>
        handle.writeChanges(changes, getContent, signal),
      watch: (onChange, onError) => handle.watch(onChange, onError),
      setAside: (signal) => handle.setAside(signal),
      tidy: async () => undefined,
      close: () => handle.close(),
    };
  }

  async live() {
    const {store, storage, clock} = this;
    this.persister ??= createPersister(store, this.adapter, this.options);
    const {persister} = this;
    await this.#resolves('startAutoPersisting', this.initial);
    this.#settles('whenLoaded', persister.whenLoaded());
    store.setRow('pets', 'fido', {age: 1});
    this.#settles('whenSaved', persister.whenSaved());
    await this.#resolves('save');
    storage.putChanges(PLACE, [{pets: {felix: {age: 2}}}, {}, 1]);
    await turn();
    store.setCell('pets', 'fido', 'age', 2);
    await clock.advance(1_000);
    storage.putText(PLACE, JSON.stringify([{pets: {rex: {age: 3}}}, {}]));
    await this.#resolves('load', this.initial);
    await this.#resolves('schedule', this.action);
    storage.putText(PLACE, 'no JSON');
    await this.#resolves('load');
    await this.#resolves('save');
    store.setCell('pets', 'fido', 'age', 3);
    // Until storage is tidied.
    await clock.advance(60_000);
    await this.#resolves('retry');
    await this.#resolves('discardPersisted');
    await this.#resolves('stopAutoPersisting');
    await this.#resolves('startAutoPersisting', this.initial);
    store.setCell('pets', 'fido', 'age', 4);
    this.#settles('whenSaved before the end', persister.whenSaved());
    await this.#resolves('destroy');
    // Rejections that nobody handles are found out between turns.
    await turn();
    for (const name of this.#unsettled) this.problems.push(`${name} does not settle`);
  }

  /** Calls a method that never rejects. Nobody handles it if it does, as in an app that relies on it. */
  async #resolves(method, ...args) {
    let isSettled = false;
    const call = this.persister[method](...args);
    const settled = (async () => {
      await call;
      isSettled = true;
    })();
    for (let pokes = 0; pokes < 100 && !isSettled; pokes++) await this.clock.advance(100);
    if (isSettled) await settled;
    else this.problems.push(`${method}() does not resolve`);
  }

  /** For a promise that may reject, at some time before the end, with the reason. */
  #settles(name, promise) {
    this.#unsettled.add(name);
    const settle = (reason) => {
      this.#unsettled.delete(name);
      if (reason && !(reason instanceof PersisterError)) this.problems.push(`${name}: ${reason}`);
    };
    promise.then(() => settle(), settle);
  }
}

const onAdapter = (method) => (life, fail) => {
  life.adapter[method] = fail;
};

/** Where each function is replaced by one that fails. */
const FUNCTIONS = {
  read: onAdapter('read'),
  write: onAdapter('write'),
  writeChanges: onAdapter('writeChanges'),
  watch: onAdapter('watch'),
  setAside: onAdapter('setAside'),
  tidy: onAdapter('tidy'),
  close: onAdapter('close'),
  'the off switch': (life, fail) => {
    const {watch} = life.adapter;
    life.adapter.watch = async (...args) => {
      await watch(...args);
      return fail;
    };
  },
  onIgnoredError: (life, fail) => {
    life.options.onIgnoredError = fail;
  },
  'a status listener': (life, fail) => {
    life.persister = createPersister(life.store, life.adapter, life.options);
    life.persister.addStatusListener(fail);
  },
  'a state listener': (life, fail) => {
    life.persister = createPersister(life.store, life.adapter, life.options);
    life.persister.addStateListener(fail);
  },
  'initial content': (life, fail) => {
    life.initial = fail;
  },
  'a scheduled action': (life, fail) => {
    life.action = fail;
  },
  ...Object.fromEntries(
    ['getPersisted', 'setPersisted', 'addPersisterListener', 'delPersisterListener'].map(
      (name, index) => [
        name,
        (life, fail) => {
          const {adapter, store, options} = life;
          const functions = [adapter.read, adapter.write, adapter.watch, (stop) => stop()];
          functions[index] = fail;
          life.persister = createCustomPersister(store, ...functions, options);
        },
      ],
    ),
  ),
  'announced content': (life, fail) => {
    const {adapter, store, options} = life;
    const listen = (listener) => adapter.watch(() => listener(fail));
    const functions = [adapter.read, adapter.write, listen, (stop) => stop()];
    life.persister = createCustomPersister(store, ...functions, options);
  },
};

const CASES = Object.entries(FUNCTIONS).flatMap(([name, put]) =>
  Object.entries(MANNERS).map(([manner, fail]) => ({name: `${name} ${manner}`, put, fail})),
);

/** Functions that disturb the host, whatever the engine does: they must be noticed. */
const CONTROL = [
  {
    name: 'a rejection that nobody handles',
    put: onAdapter('tidy'),
    fail: async () => void Promise.reject(new Error('leaked')),
  },
  {
    name: 'an exception out of a timer',
    put: onAdapter('tidy'),
    fail: async () =>
      void setImmediate(() => {
        throw new Error('leaked');
      }),
  },
  {
    name: 'a call that hangs, on a clock that stands still',
    put: (life, fail) => {
      life.options = {...life.options, clock: {...life.clock, delay: () => () => undefined}};
      life.adapter.read = fail;
    },
    fail: () => new Promise(() => undefined),
  },
];

let life;
for (const event of ['unhandledRejection', 'uncaughtException']) {
  process.on(event, (error) => life.problems.push(`${event}: ${error?.message ?? typeof error}`));
}
// Where handlers fail, the console is told.
console.warn = () => undefined;

for (const {name, put, fail} of process.argv[2] === 'control' ? CONTROL : CASES) {
  life = new Life();
  let calls = 0;
  put(life, (...args) => {
    calls++;
    return fail(...args);
  });
  await life.live();
  writeSync(1, `${JSON.stringify({name, calls, problems: [...new Set(life.problems)]})}\n`);
}
