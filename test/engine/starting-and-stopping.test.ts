/** Starting and stopping both sides, in either order, and the end of a persister. */
import {describe, expect, it} from 'vitest';
import type {StorageAdapter} from '../../src/persisters/index.ts';
import {turn} from '../../src/testing/waiting.ts';
import {type App, openApp, put} from './app.ts';

const methods = (app: App): string[] => app.faults.calls.map(({method}) => method);

describe('startAutoPersisting()', () => {
  it('loads, then saves', async () => {
    const app = openApp({stored: [{}, {v: 1}]});
    app.store.setValue('mine', 1);
    const starting = app.persister.startAutoPersisting();
    expect(await app.settled(starting, 'startAutoPersisting()')).toBe(app.persister);
    expect(app.content).toEqual([{}, {v: 1}]);
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1}]);
    expect([app.persister.isAutoLoading(), app.persister.isAutoSaving()]).toStrictEqual([
      true,
      true,
    ]);
  });

  it('saves, then loads, if asked to', async () => {
    const app = openApp({stored: [{}, {v: 1}]});
    app.store.setValue('mine', 1);
    await app.settled(app.persister.startAutoPersisting(undefined, true), 'start');
    expect(app.content).toEqual([{}, {mine: 1}]);
    expect(app.storage.getContent('a')).toEqual([{}, {mine: 1}]);
    expect([app.persister.isAutoLoading(), app.persister.isAutoSaving()]).toStrictEqual([
      true,
      true,
    ]);
  });

  it('starts neither if one cannot be started, and `strict`', async () => {
    const app = openApp({stored: [{}, {v: 1}], options: {strict: true}});
    app.faults.fail('read');
    const starting = app.persister.startAutoPersisting();
    await expect(app.settled(starting, 'start')).rejects.toMatchObject({code: 'UNAVAILABLE'});
    expect([app.persister.isAutoLoading(), app.persister.isAutoSaving()]).toStrictEqual([
      false,
      false,
    ]);
    put(app.storage, [{}, {v: 2}]);
    await turn();
    expect(app.content).toEqual([{}, {}]);
  });
});

describe('stopAutoPersisting()', () => {
  /** The order in which the two have stopped. */
  const stopped = async (stopSaveFirst?: boolean): Promise<string[]> => {
    const seen: string[] = [];
    const app = openApp({
      stored: [{}, {}],
      adapt: (adapter) =>
        Object.assign(adapter, {
          watch: () => Promise.resolve(() => void seen.push('loading')),
        }),
    });
    await app.start();
    await app.saved();
    app.faults.fail('write');
    app.store.setValue('v', 1);
    await turn();
    const release = app.faults.hold('write');
    const stopping = app.persister.stopAutoPersisting(stopSaveFirst);
    await turn();
    seen.push('released');
    release();
    expect(await app.settled(stopping, 'stopAutoPersisting()')).toBe(app.persister);
    expect([app.persister.isAutoLoading(), app.persister.isAutoSaving()]).toStrictEqual([
      false,
      false,
    ]);
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1}]);
    return seen;
  };

  it('stops loading, then saves what is unsaved', async () => {
    expect(await stopped()).toStrictEqual(['loading', 'released']);
    expect(await stopped(false)).toStrictEqual(['loading', 'released']);
  });

  it('saves what is unsaved, then stops loading, if asked to', async () => {
    expect(await stopped(true)).toStrictEqual(['released', 'loading']);
  });
});

describe('stopAutoSave()', () => {
  it('writes nothing if nothing is unsaved', async () => {
    const app = openApp({stored: [{}, {v: 1}]});
    await app.start();
    await app.saved();
    app.faults.fail('read', {times: Infinity});
    const before = methods(app);
    await app.settled(app.persister.stopAutoSave(), 'stopAutoSave()');
    expect(methods(app)).toStrictEqual(before);
  });
});

describe('schedule()', () => {
  it('reports what an action throws as a function of the app', async () => {
    const app = openApp();
    const oops = new Error('oops');
    await app.settled(
      app.persister.schedule(() => Promise.reject(oops)),
      'schedule()',
    );
    expect(app.errors).toMatchObject([{code: 'HANDLER', phase: 'save', cause: oops}]);
  });
});

describe('retry()', () => {
  it('reads again what could not be read, and writes nothing, if nothing is to be saved', async () => {
    const app = openApp({stored: [{}, {v: 1}]});
    app.faults.fail('read');
    await app.settled(app.persister.load(), 'load()');
    app.store.setValue('mine', 1);
    await app.settled(app.persister.retry(), 'retry()');
    expect(app.persister.getState().load).toBe('loaded');
    expect(app.writes).toStrictEqual([]);
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1}]);
  });
});

describe('whenLoaded()', () => {
  it('waits for the next attempt while one is planned', async () => {
    const app = openApp({stored: [{}, {v: 1}]});
    app.faults.fail('read', {times: 2});
    await app.settled(app.persister.startAutoLoad(), 'startAutoLoad()');
    const loaded = app.persister.whenLoaded();
    expect(await app.settledWithRetries(loaded, 'whenLoaded()')).toBe(app.persister);
    expect(app.content).toEqual([{}, {v: 1}]);
  });
});

describe('destroy()', () => {
  it('saves, stops listening, and releases the storage last, once', async () => {
    const app = openApp();
    await app.start([{}, {}]);
    app.store.setValue('v', 1);
    expect(await app.settled(app.persister.destroy(), 'destroy()')).toBe(app.persister);
    await app.settled(app.persister.destroy(), 'destroy() again');
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1}]);
    expect(methods(app).at(-1)).toBe('close');
    expect(methods(app).filter((method) => method === 'close')).toHaveLength(1);
    expect(app.persister.isAutoLoading()).toBe(false);
    put(app.storage, [{}, {theirs: 1}]);
    await turn();
    expect(app.content).toEqual([{}, {v: 1}]);
  });

  it('needs no storage that can be released', async () => {
    const app = openApp({adapt: (adapter) => Object.assign(adapter, {close: undefined})});
    await app.settled(app.persister.destroy(), 'destroy()');
    expect(app.errors).toStrictEqual([]);
  });

  it('reports storage that cannot be released', async () => {
    const failing: Partial<StorageAdapter> = {close: () => Promise.reject(new Error('EIO'))};
    const app = openApp({adapt: (adapter) => Object.assign(adapter, failing)});
    await app.settled(app.persister.destroy(), 'destroy()');
    expect(app.errors).toMatchObject([
      {code: 'UNAVAILABLE', phase: 'save', cause: new Error('EIO')},
    ]);
  });

  it('reports storage that hangs while it is released', async () => {
    const hanging: Partial<StorageAdapter> = {close: () => new Promise(() => undefined)};
    const app = openApp({adapt: (adapter) => Object.assign(adapter, hanging)});
    await app.settledWithTimeouts(app.persister.destroy(), 'destroy()');
    expect(app.errors).toMatchObject([{code: 'TIMEOUT', phase: 'save'}]);
  });

  it('does not wait for ever for an action that hangs, and says so', async () => {
    const app = openApp();
    app.persister.schedule(() => new Promise(() => undefined)).catch(() => undefined);
    const destroying = app.persister.destroy();
    await app.clock.advance(3_999);
    expect(app.errors).toStrictEqual([]);
    await app.clock.advance(1);
    await app.settled(destroying, 'destroy()');
    expect(app.errors).toMatchObject([{code: 'TIMEOUT', phase: 'save', storage: 'memory:a'}]);
  });
});
