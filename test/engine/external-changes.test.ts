/** What others write: taken in at once, or after what is being done, and never under what it would undo. */
import {describe, expect, it} from 'vitest';
import type {ExternalChange, PersisterError, StorageAdapter} from '../../src/persisters/index.ts';
import {turn} from '../../src/testing/waiting.ts';
import {type App, openApp, put} from './app.ts';

interface Watched {
  readonly app: App;
  /** Announces a change, whatever is stored. */
  readonly tell: (change?: unknown) => void;
  readonly fail: (error: unknown) => void;
  /** How many watchers have been set up, and called off. */
  readonly counts: {started: number; stopped: number};
}

/** An app whose storage announces what the test tells it to, and nothing else. */
const watched = (
  adapter: Partial<StorageAdapter> = {},
  unwatch: () => Promise<void> = () => Promise.resolve(),
): Watched => {
  const told: {
    onChange?: (change?: ExternalChange) => void;
    onError?: (error: unknown) => void;
  } = {};
  const counts = {started: 0, stopped: 0};
  const app = openApp({
    stored: [{t: {r: {c: 1}}}, {v: 1}],
    adapt: (memory) =>
      Object.assign(memory, {
        watch: (onChange: () => void, onError: () => void) => {
          counts.started++;
          Object.assign(told, {onChange, onError});
          return Promise.resolve(() => {
            counts.stopped++;
            return unwatch();
          });
        },
        ...adapter,
      }),
  });
  return {
    app,
    tell: (change) => told.onChange?.(change as ExternalChange | undefined),
    fail: (error) => told.onError?.(error),
    counts,
  };
};

describe('A change by others', () => {
  it('is taken in at once, without reading, when nothing else is done', async () => {
    const {app, tell} = watched();
    await app.start();
    await app.saved();
    const reads = app.calls('read').length;
    tell([{t: {r: {c: 2}}}, {}, 1]);
    expect(app.content).toEqual([{t: {r: {c: 2}}}, {v: 1}]);
    tell([{}, {whole: 1}]);
    expect(app.content).toEqual([{}, {whole: 1}]);
    await turn();
    expect(app.calls('read')).toHaveLength(reads);
    expect(app.persister.getStats().loads).toBe(3);
    expect(app.persister.getState()).toMatchObject({load: 'loaded', pending: 0});
  });

  it('is taken in after what is being done, without reading, if nothing there is at stake', async () => {
    const {app, tell} = watched();
    await app.start();
    await app.saved();
    const reads = app.calls('read').length;
    const release = app.faults.hold('write');
    app.store.setValue('mine', 1);
    await turn();
    tell([{t: {r: {c: 2}}}, {}, 1]);
    await turn();
    expect(app.content).toEqual([{t: {r: {c: 1}}}, {v: 1, mine: 1}]);
    release();
    await app.saved();
    await app.settled(app.persister.schedule(), 'schedule()');
    expect(app.content).toEqual([{t: {r: {c: 2}}}, {v: 1, mine: 1}]);
    expect(app.calls('read')).toHaveLength(reads);
    expect(app.persister.getStats().loads).toBe(2);
  });

  it('is read if it may be older than what is being written', async () => {
    const {app, tell} = watched();
    await app.start();
    await app.saved();
    const reads = app.calls('read').length;
    const release = app.faults.hold('write');
    app.store.setValue('v', 2);
    await turn();
    tell([{}, {v: 'theirs'}, 1]);
    release();
    await app.saved();
    await app.settled(app.persister.schedule(), 'schedule()');
    expect(app.content).toEqual([{t: {r: {c: 1}}}, {v: 2}]);
    expect(app.calls('read')).toHaveLength(reads + 1);
    expect(app.persister.getStats().loads).toBe(2);
  });

  it('that comes while one reads is read again, not put over what was read', async () => {
    const {app, tell} = watched();
    await app.start();
    await app.saved();
    const release = app.faults.hold('read');
    const loading = app.persister.load();
    await turn();
    tell([{}, {v: 'older'}, 1]);
    put(app.storage, [{}, {v: 'newer'}]);
    release();
    await app.settled(loading, 'load()');
    await app.settled(app.persister.schedule(), 'schedule()');
    expect(app.content).toEqual([{}, {v: 'newer'}]);
  });

  it('is read once, however many come while something is done', async () => {
    const {app, tell} = watched();
    await app.start();
    await app.saved();
    const reads = app.calls('read').length;
    const release = app.faults.hold('write');
    app.store.setValue('mine', 1);
    await turn();
    for (let count = 0; count < 5; count++) tell();
    release();
    await app.saved();
    await app.settled(app.persister.schedule(), 'schedule()');
    expect(app.calls('read')).toHaveLength(reads + 1);
    expect(app.persister.getStats().loads).toBe(2);
    tell();
    await turn();
    expect(app.calls('read')).toHaveLength(reads + 2);
  });

  it('is kept next to rows that have been removed here and not yet saved', async () => {
    const app = openApp({stored: [{t: {r: {c: 1}}}, {}]});
    await app.start();
    await app.saved();
    app.faults.fail('write', {times: Infinity});
    app.store.delRow('t', 'r');
    await turn();
    app.storage.putChanges('a', [{t: {theirs: {c: 2}}}, {}, 1]);
    await turn();
    expect(app.content).toEqual([{t: {theirs: {c: 2}}}, {}]);
    put(app.storage, [{t: {r: {c: 1}, theirs: {c: 3}}}, {}]);
    await turn();
    expect(app.content).toEqual([{t: {theirs: {c: 3}}}, {}]);
    app.faults.heal();
    await app.saved();
    expect(app.storage.getContent('a')).toEqual([{t: {theirs: {c: 3}}}, {}]);
  });

  it('waits for an open transaction', async () => {
    const {app, tell} = watched();
    await app.start();
    await app.saved();
    app.store.startTransaction();
    tell([{}, {theirs: 1}, 1]);
    await turn();
    expect(app.store.getValues()).toEqual({v: 1});
    app.store.finishTransaction();
    await turn();
    expect(app.store.getValues()).toEqual({v: 1, theirs: 1});
  });

  it('of the wrong shape is reported, and changes nothing', async () => {
    const {app, tell} = watched();
    await app.start();
    await app.saved();
    tell([[], {}]);
    tell([{}, 5, 1]);
    expect(app.content).toEqual([{t: {r: {c: 1}}}, {v: 1}]);
    const details = {code: 'INVALID_CONTENT', phase: 'listen', storage: 'memory:a'};
    const message = 'memory:a announced content of the wrong shape';
    expect(app.errors).toMatchObject([
      {...details, message, retriable: false},
      {...details, message, retriable: false},
    ]);
  });

  it('is what a persister that found nothing has loaded', async () => {
    const {app, tell} = watched({read: () => Promise.resolve(undefined)});
    await app.settled(app.persister.startAutoLoad(), 'startAutoLoad()');
    expect(app.persister.getState().load).toBe('empty');
    tell([{}, {theirs: 1}]);
    expect(app.persister.getState().load).toBe('loaded');
    expect(app.content).toEqual([{}, {theirs: 1}]);
  });

  it('is read while what is stored could not be read, as it may not be all', async () => {
    const {app, tell} = watched();
    app.faults.fail('read', {times: Infinity});
    await app.start();
    expect(app.persister.getState().load).toBe('failed');
    app.faults.heal();
    tell([{}, {theirs: 1}, 1]);
    expect(app.content).toEqual([{}, {}]);
    await turn();
    expect(app.content).toEqual([{t: {r: {c: 1}}}, {v: 1}]);
  });
});

describe('Listening', () => {
  it('is no more after stopAutoLoad()', async () => {
    const {app, tell, fail, counts} = watched();
    await app.start();
    await app.saved();
    await app.settled(app.persister.stopAutoLoad(), 'stopAutoLoad()');
    tell([{}, {theirs: 1}]);
    fail(new Error('late'));
    await turn();
    expect(app.content).toEqual([{t: {r: {c: 1}}}, {v: 1}]);
    expect(app.errors).toStrictEqual([]);
    expect(counts).toStrictEqual({started: 1, stopped: 1});
    await app.settled(app.persister.stopAutoLoad(), 'stopAutoLoad() again');
    expect(counts.stopped).toBe(1);
  });

  it('is once, however often it is started', async () => {
    const {app, tell, counts} = watched();
    await app.settled(app.persister.startAutoLoad(), 'startAutoLoad()');
    await app.settled(app.persister.startAutoLoad(), 'startAutoLoad() again');
    expect(counts).toStrictEqual({started: 2, stopped: 1});
    tell([{}, {theirs: 1}]);
    expect(app.content).toEqual([{}, {theirs: 1}]);
    await app.settled(
      Promise.all([app.persister.startAutoLoad(), app.persister.startAutoLoad()]),
      'startAutoLoad() twice at a time',
    );
    expect(app.persister.isAutoLoading()).toBe(true);
    expect(counts.started - counts.stopped).toBe(1);
    await app.settled(app.persister.destroy(), 'destroy()');
    expect(counts.started - counts.stopped).toBe(0);
  });

  it('that is stopped while it starts, is stopped', async () => {
    const {app, tell, counts} = watched();
    const release = app.faults.hold('watch');
    const starting = app.persister.startAutoLoad();
    await turn();
    const stopping = app.persister.stopAutoLoad();
    release();
    await app.settled(Promise.all([starting, stopping]), 'startAutoLoad() and stopAutoLoad()');
    expect(app.persister.isAutoLoading()).toBe(false);
    expect(counts).toStrictEqual({started: 1, stopped: 1});
    tell([{}, {theirs: 1}]);
    await turn();
    expect(app.content).toEqual([{t: {r: {c: 1}}}, {v: 1}]);
  });

  it('that fails in the course of time is reported, until storage answers again', async () => {
    const {app, tell, fail} = watched();
    await app.start();
    await app.saved();
    fail(new Error('EMFILE'));
    expect(app.errors).toMatchObject([{code: 'UNAVAILABLE', phase: 'listen'}]);
    expect(app.persister.getState()).toMatchObject({blocked: false, lastError: {phase: 'listen'}});
    tell();
    await turn();
    expect(app.persister.getState().lastError).toBeUndefined();
  });

  it('that could not be started stays the last error, though storage answers', async () => {
    const {app} = watched();
    app.faults.fail('watch', {error: () => new Error('EMFILE')});
    await app.settled(app.persister.startAutoLoad(), 'startAutoLoad()');
    expect(app.persister.getState()).toMatchObject({load: 'loaded', lastError: {phase: 'listen'}});
    expect(app.persister.isAutoLoading()).toBe(false);
    expect(app.errors).toMatchObject([{code: 'UNAVAILABLE', phase: 'listen'}]);
    await app.settled(app.persister.startAutoLoad(), 'startAutoLoad() again');
    expect(app.persister.getState().lastError).toBeUndefined();
    expect(app.persister.isAutoLoading()).toBe(true);
  });

  it('that does not start in time is reported as such', async () => {
    const {app} = watched();
    app.faults.hold('watch');
    await app.settledWithTimeouts(app.persister.startAutoLoad(), 'startAutoLoad()');
    expect(app.errors).toMatchObject([{code: 'TIMEOUT', phase: 'listen'}]);
  });

  it('that cannot be stopped is reported, and over', async () => {
    const {app} = watched({}, () => Promise.reject(new Error('EIO')));
    await app.settled(app.persister.startAutoLoad(), 'startAutoLoad()');
    await app.settled(app.persister.stopAutoLoad(), 'stopAutoLoad()');
    expect(app.errors).toMatchObject([{code: 'UNAVAILABLE', phase: 'listen'}]);
    expect(app.persister.isAutoLoading()).toBe(false);
  });

  it('whose end hangs is given up', async () => {
    const {app} = watched({}, () => new Promise(() => undefined));
    await app.settled(app.persister.startAutoLoad(), 'startAutoLoad()');
    await app.settledWithTimeouts(app.persister.stopAutoLoad(), 'stopAutoLoad()');
    expect(app.errors).toMatchObject([{code: 'TIMEOUT', phase: 'listen'}]);
  });

  it('is not asked of storage that cannot tell', async () => {
    const app = openApp({
      stored: [{}, {v: 1}],
      adapt: (adapter) => Object.assign(adapter, {watch: undefined}),
    });
    await app.settled(app.persister.startAutoLoad(), 'startAutoLoad()');
    expect(app.content).toEqual([{}, {v: 1}]);
    expect(app.persister.isAutoLoading()).toBe(false);
    expect(app.errors).toStrictEqual([]);
  });
});

describe('A load', () => {
  it('shows what has become of it', async () => {
    const app = openApp({stored: [{}, {v: 1}]});
    const state = (): string => app.persister.getState().load;
    const seen = [state()];
    for (const times of [0, 1]) {
      app.faults.fail('read', {times});
      const release = app.faults.hold('read');
      const loading = app.persister.load();
      await turn();
      seen.push(state());
      release();
      await app.settled(loading, 'load()');
      seen.push(state());
    }
    expect(seen).toStrictEqual(['none', 'loading', 'loaded', 'loading', 'failed']);
  });

  it('says what is wrong with what is stored', async () => {
    const app = openApp();
    put(app.storage, 5);
    await app.settled(app.persister.load(), 'load()');
    const [error] = app.errors as [PersisterError];
    expect(error).toMatchObject({
      code: 'UNREADABLE',
      phase: 'load',
      storage: 'memory:a',
      retriable: false,
      message: 'memory:a holds something that is not content',
    });
  });

  it('says that it was loading when storage fails, or does not answer in time', async () => {
    const app = openApp();
    app.faults.fail('read', {error: () => new Error('EIO')});
    await app.settled(app.persister.load(), 'load()');
    app.faults.hold('read');
    await app.settledWithTimeouts(app.persister.load(), 'load()');
    expect(app.errors).toMatchObject([
      {code: 'UNAVAILABLE', phase: 'load'},
      {code: 'TIMEOUT', phase: 'load'},
    ]);
  });

  it('reports initial content that throws as a function of the app', async () => {
    const app = openApp();
    const throwing = (): never => {
      throw new Error('oops');
    };
    await app.settled(app.persister.load(throwing), 'load()');
    expect(app.errors).toMatchObject([{code: 'HANDLER', phase: 'load', cause: new Error('oops')}]);
  });

  it('reports initial content that is promised rather than there', async () => {
    const app = openApp();
    const promising = (): Promise<object> => Promise.resolve([{}, {v: 1}]);
    await app.settled(app.persister.load(promising as never), 'load()');
    const cause = new TypeError('initialContent: expected content, not a promise');
    expect(app.errors).toMatchObject([{code: 'HANDLER', phase: 'load', cause}]);
    expect(app.content).toEqual([{}, {}]);
  });

  it('puts initial content in place once, not again when it is repeated', async () => {
    const app = openApp();
    let asked = 0;
    app.faults.fail('read', {times: 2});
    const initial = (): [object, object] => {
      asked++;
      return [{}, {asked}];
    };
    await app.settled(app.persister.startAutoLoad(initial as never), 'startAutoLoad()');
    await app.letRetry();
    expect(app.persister.getState().load).toBe('empty');
    expect(app.content).toEqual([{}, {asked: 1}]);
  });
});

describe('An app that does not save automatically and loads', () => {
  it('gets what is stored, not what it has changed', async () => {
    const app = openApp({stored: [{}, {v: 1}]});
    app.store.setValue('v', 2).setValue('w', 2);
    await app.settled(app.persister.load(), 'load()');
    expect(app.content).toEqual([{}, {v: 1}]);
    app.store.setValue('v', 3);
    await app.settled(app.persister.startAutoLoad(), 'startAutoLoad()');
    expect(app.content).toEqual([{}, {v: 1}]);
  });

  it('keeps what it has tried to save in vain', async () => {
    const app = openApp({stored: [{}, {v: 1, theirs: 1}]});
    app.store.setValue('v', 2);
    app.faults.fail('write');
    await app.settled(app.persister.save(), 'save()');
    await app.settled(app.persister.load(), 'load()');
    expect(app.content).toEqual([{}, {v: 2, theirs: 1}]);
    app.faults.fail('write');
    await app.settled(app.persister.save(), 'save()');
    await app.settled(app.persister.startAutoLoad(), 'startAutoLoad()');
    expect(app.content).toEqual([{}, {v: 2, theirs: 1}]);
  });

  it('keeps what it is saving', async () => {
    const app = openApp({stored: [{}, {v: 1}]});
    await app.settled(app.persister.load(), 'load()');
    app.store.setValue('v', 2);
    const release = app.faults.hold('write');
    const saving = app.persister.save();
    await turn();
    app.store.setValue('w', 2);
    const loading = app.persister.load();
    release();
    await app.settled(Promise.all([saving, loading]), 'save() and load()');
    expect(app.content).toEqual([{}, {v: 2, w: 2}]);
  });

  it('does not save over what others have written while that cannot be read', async () => {
    const app = openApp({
      stored: [{}, {v: 1}],
      adapt: (memory) => Object.assign(memory, {setAside: undefined}),
    });
    await app.settled(app.persister.startAutoLoad(), 'startAutoLoad()');
    app.store.setValue('ours', 1);
    // Read by the storage, but not heard by us: it takes us for one that knows.
    app.faults.fail('read', {times: 2, isDone: true});
    put(app.storage, [{}, {v: 1, theirs: 1}]);
    await turn();
    await app.settled(app.persister.save(), 'save()');
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1, theirs: 1}]);
    expect(app.persister.getState()).toMatchObject({load: 'failed', pending: 1});
    await app.settled(app.persister.save(), 'save()');
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1, theirs: 1, ours: 1}]);
  });
});
