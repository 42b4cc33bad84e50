/** How often failed work is tried, who is told that there is no hope, and what begins anew. */
import {describe, expect, it} from 'vitest';
import {PersisterError} from '../../src/persisters/index.ts';
import {turn} from '../../src/testing/waiting.ts';
import {type App, openApp, put} from './app.ts';

const denied = (): PersisterError =>
  new PersisterError('DENIED', 'no', {phase: 'save', storage: 'a', retriable: false});

/** What becomes of a promise that a test does not wait for yet. */
const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'resolved',
    (reason: unknown) => (reason instanceof PersisterError ? reason.code : reason),
  );

const started = async (maxAttempts: number): Promise<App> => {
  const app = openApp({options: {retry: {maxAttempts}}});
  await app.start([{}, {}]);
  await app.saved();
  return app;
};

describe('retry.maxAttempts', () => {
  it('is how often a save is tried; then it stops until retry()', async () => {
    const app = await started(3);
    const before = app.writes.length;
    app.faults.fail('write', {times: Infinity});
    app.store.setValue('v', 1);
    const saved = outcome(app.persister.whenSaved());
    await app.letRetry(10);
    expect(app.writes).toHaveLength(before + 3);
    expect(await saved).toBe('UNAVAILABLE');
    expect(app.persister.getState()).toMatchObject({blocked: true, pending: 1});
    expect(app.persister.getState().nextRetryAt).toBeUndefined();
    expect(await outcome(app.persister.whenSaved())).toBe('UNAVAILABLE');

    app.faults.heal();
    app.store.setValue('v', 2);
    await app.letRetry();
    expect(app.writes).toHaveLength(before + 3);
    await app.settled(app.persister.retry(), 'retry()');
    expect(app.storage.getContent('a')).toEqual([{}, {v: 2}]);
    expect(app.persister.getState()).toMatchObject({blocked: false, pending: 0});
  });

  it('is counted from the last success', async () => {
    const app = await started(3);
    for (const v of [1, 2, 3]) {
      app.faults.fail('write', {times: 2});
      app.store.setValue('v', v);
      await app.saved();
      expect(app.storage.getContent('a')).toEqual([{}, {v}]);
    }
  });

  it('is counted anew after retry()', async () => {
    const app = await started(2);
    app.faults.fail('write', {times: Infinity});
    app.store.setValue('v', 1);
    await app.letRetry();
    const before = app.writes.length;
    await app.settled(app.persister.retry(), 'retry()');
    await app.letRetry();
    expect(app.writes).toHaveLength(before + 2);
  });

  it('is how often a load is tried', async () => {
    const app = openApp({stored: [{}, {v: 1}], options: {retry: {maxAttempts: 3}}});
    app.faults.fail('read', {times: Infinity});
    await app.settled(app.persister.startAutoLoad(), 'startAutoLoad()');
    await app.letRetry(10);
    expect(app.calls('read')).toHaveLength(3);
    expect(app.clock.planned).toBe(0);
    expect(await outcome(app.persister.whenLoaded())).toBe('UNAVAILABLE');
    app.faults.heal();
    await app.settled(app.persister.retry(), 'retry()');
    expect(app.content).toEqual([{}, {v: 1}]);
    expect(await outcome(app.persister.whenLoaded())).toBe('resolved');
  });

  it('of 1 tries nothing again', async () => {
    const app = await started(1);
    app.faults.fail('write');
    app.store.setValue('v', 1);
    await turn();
    expect(app.clock.planned).toBe(0);
    expect(app.persister.getState().blocked).toBe(true);
  });
});

describe('What is asked for once is tried once', () => {
  it('be it load()', async () => {
    const app = openApp();
    app.faults.fail('read');
    await app.settled(app.persister.load(), 'load()');
    expect(app.clock.planned).toBe(0);
    expect(app.persister.getState()).toMatchObject({load: 'failed', blocked: false});
    expect(await outcome(app.persister.whenLoaded())).toBe('UNAVAILABLE');
  });

  it('be it save()', async () => {
    const app = openApp();
    app.store.setValue('v', 1);
    app.faults.fail('write');
    await app.settled(app.persister.save(), 'save()');
    expect(app.clock.planned).toBe(0);
    expect(app.persister.getState()).toMatchObject({blocked: false, pending: 1});
  });

  it('but again with retry()', async () => {
    const app = openApp();
    app.store.setValue('v', 1);
    app.faults.fail('write');
    await app.settled(app.persister.save(), 'save()');
    await app.settled(app.persister.retry(), 'retry()');
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1}]);
    expect(app.persister.getState().lastError).toBeUndefined();
  });
});

describe('whenSaved()', () => {
  it('rejects as soon as there is no hope of reading what is stored', async () => {
    const app = openApp({stored: [{}, {}]});
    await app.start();
    await app.saved();
    app.faults.fail('read', {times: Infinity, error: denied});
    put(app.storage, [{}, {theirs: 1}]);
    app.store.setValue('v', 1);
    const saved = outcome(app.persister.whenSaved());
    await app.letRetry();
    expect(await saved).toBe('DENIED');
    expect(await outcome(app.persister.whenSaved())).toBe('DENIED');
  });

  it('goes on waiting while what is stored may be read again', async () => {
    const app = openApp({stored: [{}, {}]});
    app.faults.fail('read', {times: 3});
    await app.start();
    app.store.setValue('v', 1);
    const saved = outcome(app.persister.whenSaved());
    await app.letRetry(10);
    expect(await saved).toBe('resolved');
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1}]);
  });

  it('rejects when the persister is destroyed before storage answers', async () => {
    const app = openApp();
    await app.start([{}, {}]);
    await app.saved();
    app.faults.hold('write');
    app.store.setValue('v', 1);
    const saved = outcome(app.persister.whenSaved());
    await app.settledWithTimeouts(app.persister.destroy(), 'destroy()');
    expect(await saved).toBe('TIMEOUT');
    expect(await outcome(app.persister.whenSaved())).toBe('DESTROYED');
  });

  it('waits for a write that is running', async () => {
    const app = await started(Infinity);
    const release = app.faults.hold('write');
    app.store.setValue('v', 1);
    await turn();
    let isSaved = false;
    const saved = app.persister.whenSaved().then(() => {
      isSaved = true;
    });
    for (let count = 0; count < 5; count++) await turn();
    expect(isSaved).toBe(false);
    release();
    await app.settled(saved, 'whenSaved()');
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1}]);
    expect(app.calls('writeChanges')).toHaveLength(1);
  });

  it('saves, once, if nothing else would', async () => {
    const app = openApp();
    app.store.setValue('v', 1);
    await app.settled(app.persister.whenSaved(), 'whenSaved()');
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1}]);
    await app.settled(app.persister.whenSaved(), 'whenSaved() again');
    expect(app.writes).toHaveLength(1);
  });
});

describe('whenLoaded()', () => {
  it('resolves at once when a load has succeeded, or found nothing', async () => {
    for (const stored of [[{}, {v: 1}], undefined] as const) {
      const app = openApp(stored ? {stored: [{}, {v: 1}]} : {});
      await app.settled(app.persister.load(), 'load()');
      expect(await outcome(app.persister.whenLoaded())).toBe('resolved');
    }
  });

  it('waits for a load that is still to be asked for', async () => {
    const app = openApp({stored: [{}, {v: 1}]});
    const loaded = app.persister.whenLoaded().then(() => app.content);
    await turn();
    await app.settled(app.persister.load(), 'load()');
    expect(await loaded).toEqual([{}, {v: 1}]);
  });

  it('waits for an attempt that is being made after others have failed', async () => {
    const app = openApp({stored: [{}, {v: 1}]});
    app.faults.fail('read');
    await app.settled(app.persister.startAutoLoad(), 'startAutoLoad()');
    const release = app.faults.hold('read');
    await app.letRetry();
    expect(app.persister.getState()).toMatchObject({load: 'loading'});
    const loaded = outcome(app.persister.whenLoaded());
    release();
    expect(await loaded).toBe('resolved');
    expect(app.content).toEqual([{}, {v: 1}]);
  });

  it('rejects when the persister is destroyed', async () => {
    const app = openApp();
    const loaded = outcome(app.persister.whenLoaded());
    await app.settled(app.persister.destroy(), 'destroy()');
    expect(await loaded).toBe('DESTROYED');
    expect(await outcome(app.persister.whenLoaded())).toBe('DESTROYED');
  });
});
