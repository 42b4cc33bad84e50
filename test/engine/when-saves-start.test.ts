/** When automatic saves start: not too often, not too late, and at once for who waits. */
import {describe, expect, it} from 'vitest';
import {turn} from '../../src/testing/waiting.ts';
import {type App, openApp, put} from './app.ts';

/** Auto-saving, with everything saved that there was at first. */
const started = async (save: {minIntervalMs?: number; maxWaitMs?: number}): Promise<App> => {
  const app = openApp({options: {save}});
  await app.start([{}, {}]);
  await app.saved();
  return app;
};

/** The values that are stored after so many more milliseconds. */
const storedAfter = async (app: App, ms: number): Promise<unknown> => {
  await app.clock.advance(ms);
  return app.storage.getContent('a')?.[1];
};

describe('save.minIntervalMs', () => {
  it('keeps the starts of saves apart', async () => {
    const app = await started({minIntervalMs: 1_000});
    app.store.setValue('v', 1);
    expect(await storedAfter(app, 999)).toEqual({});
    expect(await storedAfter(app, 1)).toEqual({v: 1});
    app.store.setValue('v', 2);
    expect(await storedAfter(app, 600)).toEqual({v: 1});
    app.store.setValue('v', 3);
    expect(await storedAfter(app, 399)).toEqual({v: 1});
    expect(await storedAfter(app, 1)).toEqual({v: 3});
    expect(app.calls('writeChanges')).toHaveLength(2);
  });

  it('keeps nobody waiting after a pause', async () => {
    const app = await started({minIntervalMs: 1_000});
    await app.clock.advance(1_000);
    app.store.setValue('v', 1);
    expect(await storedAfter(app, 0)).toEqual({v: 1});
  });

  it('keeps nobody waiting who asks for it', async () => {
    const app = await started({minIntervalMs: 1_000});
    app.store.setValue('v', 1);
    await app.settled(app.persister.whenSaved(), 'whenSaved()');
    expect(await storedAfter(app, 0)).toEqual({v: 1});
    await app.clock.advance(10_000);
    expect(app.calls('writeChanges')).toHaveLength(1);
  });

  it('is 0 by default: what changes is saved at once', async () => {
    const app = await started({});
    for (const v of [1, 2, 3]) {
      app.store.setValue('v', v);
      expect(await storedAfter(app, 0)).toEqual({v});
    }
  });
});

describe('save.maxWaitMs', () => {
  it('lets no change wait for longer than that', async () => {
    const app = await started({minIntervalMs: 10_000, maxWaitMs: 300});
    app.store.setValue('v', 1);
    await app.clock.advance(200);
    app.store.setValue('v', 2);
    expect(await storedAfter(app, 99)).toEqual({});
    expect(await storedAfter(app, 1)).toEqual({v: 2});
    app.store.setValue('v', 3);
    expect(await storedAfter(app, 299)).toEqual({v: 2});
    expect(await storedAfter(app, 1)).toEqual({v: 3});
  });

  it('counts from the change, also while nothing can be written', async () => {
    const app = await started({minIntervalMs: 1_000_000, maxWaitMs: 300});
    app.faults.fail('read', {times: Infinity});
    put(app.storage, [{}, {theirs: 1}]);
    await turn();
    expect(app.persister.getState()).toMatchObject({load: 'failed', blocked: true});
    app.store.setValue('v', 1);
    await app.clock.advance(10_000);
    expect(app.storage.getContent('a')).toEqual([{}, {theirs: 1}]);
    app.faults.heal();
    await app.settled(app.persister.retry(), 'retry()');
    expect(await storedAfter(app, 0)).toEqual({theirs: 1, v: 1});
  });
});

describe('stopAutoSave()', () => {
  it('saves at once what was to be saved later, and plans nothing any more', async () => {
    const app = await started({minIntervalMs: 1_000});
    app.store.setValue('v', 1);
    await app.settled(app.persister.stopAutoSave(), 'stopAutoSave()');
    expect(app.persister.isAutoSaving()).toBe(false);
    expect(await storedAfter(app, 0)).toEqual({v: 1});
    app.store.setValue('v', 2);
    expect(await storedAfter(app, 10_000)).toEqual({v: 1});
    expect(app.clock.planned).toBe(0);
  });

  it('makes one last attempt of what has failed, and none after that', async () => {
    const app = await started({});
    app.faults.fail('write', {times: Infinity});
    app.store.setValue('v', 1);
    await turn();
    const attempts = app.writes.length;
    await app.settled(app.persister.stopAutoSave(), 'stopAutoSave()');
    expect(app.writes).toHaveLength(attempts + 1);
    expect(app.clock.planned).toBe(0);
    expect(app.persister.getState()).toMatchObject({blocked: false, pending: 1});
  });

  it('does nothing if nothing is saved automatically', async () => {
    const app = openApp();
    app.store.setValue('v', 1);
    await app.settled(app.persister.stopAutoSave(), 'stopAutoSave()');
    expect(app.writes).toStrictEqual([]);
  });
});
