/** What a persister says of itself: its state, its status, and who is told of both. */
import {describe, expect, it} from 'vitest';
import {PersisterError, type PersisterState, Status} from '../../src/persisters/index.ts';
import {turn} from '../../src/testing/waiting.ts';
import {openApp, put} from './app.ts';

describe('getState()', () => {
  it('has nothing to tell at first', () => {
    expect(openApp().persister.getState()).toStrictEqual({
      load: 'none',
      pending: 0,
      saving: false,
      blocked: false,
    });
  });

  it('tells when storage last acknowledged a save', async () => {
    const app = openApp();
    app.faults.fail('write');
    await app.settled(app.persister.save(), 'save()');
    expect(app.persister.getState()).not.toHaveProperty('lastSavedAt');
    await app.clock.advance(500);
    await app.settled(app.persister.save(), 'save()');
    const savedAt = app.clock.now();
    await app.clock.advance(500);
    expect(app.persister.getState()).toStrictEqual({
      load: 'none',
      pending: 0,
      saving: false,
      lastSavedAt: savedAt,
      blocked: false,
    });
  });

  it('tells the latest failure, and when there will be another attempt', async () => {
    const app = openApp({options: {retry: {minDelayMs: 1_000}}});
    await app.start([{}, {}]);
    await app.saved();
    app.faults.fail('write', {times: 2});
    app.store.setValue('v', 1);
    await turn();
    const {lastError, nextRetryAt} = app.persister.getState();
    expect(lastError).toBe(app.errors[0]);
    expect(nextRetryAt).toBe(app.clock.now() + 500);
    await app.clock.advance(500);
    expect(app.persister.getState()).toMatchObject({
      lastError: app.errors[1],
      nextRetryAt: app.clock.now() + 1_000,
    });
    await app.clock.advance(1_000);
    expect(app.persister.getState()).not.toHaveProperty('lastError');
    expect(app.persister.getState()).not.toHaveProperty('nextRetryAt');
  });

  it('tells a failure to load, and its next attempt', async () => {
    const app = openApp({stored: [{}, {v: 1}], options: {retry: {minDelayMs: 1_000}}});
    app.faults.fail('read', {times: 1});
    await app.settled(app.persister.startAutoLoad(), 'startAutoLoad()');
    expect(app.persister.getState()).toStrictEqual({
      load: 'failed',
      pending: 0,
      saving: false,
      lastError: app.errors[0],
      nextRetryAt: app.clock.now() + 500,
      blocked: false,
    });
  });

  it('shows that a save is running, or waiting', async () => {
    const app = openApp();
    const release = app.faults.hold('read');
    const loading = app.persister.load();
    const saving = app.persister.save();
    await turn();
    expect(app.persister.getState()).toMatchObject({load: 'loading', saving: true});
    release();
    await app.settled(Promise.all([loading, saving]), 'load() and save()');
    expect(app.persister.getState().saving).toBe(false);
  });
});

describe('A state listener', () => {
  const states = (
    options: Parameters<typeof openApp>[0] = {},
  ): {app: ReturnType<typeof openApp>; seen: PersisterState[]; id: string} => {
    const app = openApp(options);
    const seen: PersisterState[] = [];
    const id = app.persister.addStateListener((persister, state) => {
      expect(persister).toBe(app.persister);
      seen.push(state);
    });
    return {app, seen, id};
  };

  it('is told the new state, once a turn', async () => {
    const {app, seen} = states();
    await app.start([{}, {}]);
    await app.saved();
    seen.length = 0;
    app.store.setValue('v', 1).setValue('w', 1);
    app.store.setValue('v', 2);
    expect(seen).toStrictEqual([]);
    await Promise.resolve();
    expect(seen).toMatchObject([{pending: 2, saving: true}]);
    await turn();
    expect(seen.at(-1)).toStrictEqual(app.persister.getState());
    expect(seen.at(-1)).toMatchObject({pending: 0, saving: false});
  });

  it('is told of changes that are not saved automatically, too', async () => {
    const {app, seen} = states();
    app.store.setValue('v', 1);
    await turn();
    app.store.setValue('w', 1);
    await turn();
    expect(seen.map(({pending}) => pending)).toStrictEqual([1, 2]);
  });

  it('is told that saving starts, and stops, automatically', async () => {
    const {app, seen} = states({stored: [{}, {}]});
    app.faults.fail('read', {times: Infinity});
    await app.settled(app.persister.startAutoSave(), 'startAutoSave()');
    expect(seen.at(-1)).toMatchObject({blocked: true});
    await app.settled(app.persister.stopAutoSave(), 'stopAutoSave()');
    await turn();
    expect(seen.at(-1)).toMatchObject({blocked: false});
  });

  it('is told of what fails, and of the end of that', async () => {
    const {app, seen} = states();
    await app.start([{}, {}]);
    await app.saved();
    seen.length = 0;
    app.faults.fail('write');
    app.store.setValue('v', 1);
    await turn();
    expect(seen.at(-1)).toMatchObject({saving: false, lastError: {code: 'UNAVAILABLE'}});
    await app.saved();
    await turn();
    expect(seen.at(-1)).toStrictEqual(app.persister.getState());
    expect(seen.at(-1)).not.toHaveProperty('lastError');
  });

  it('is told of a load, from its beginning to its end', async () => {
    const {app, seen} = states({stored: [{}, {v: 1}]});
    const release = app.faults.hold('read');
    const loading = app.persister.load();
    await turn();
    expect(seen.at(-1)).toMatchObject({load: 'loading'});
    release();
    await app.settled(loading, 'load()');
    await turn();
    expect(seen.at(-1)).toMatchObject({load: 'loaded'});
    put(app.storage, 5);
    await app.settled(app.persister.load(), 'load()');
    await turn();
    expect(seen.at(-1)).toMatchObject({load: 'failed'});
  });

  it('is told nothing any more when it is removed, or the persister is destroyed', async () => {
    const {app, seen, id} = states();
    const others: PersisterState[] = [];
    app.persister.addStateListener((_persister, state) => others.push(state));
    expect(app.persister.delListener(id)).toBe(app.persister);
    app.store.setValue('v', 1);
    await turn();
    expect(seen).toStrictEqual([]);
    expect(others).toHaveLength(1);
    await app.settled(app.persister.destroy(), 'destroy()');
    others.length = 0;
    app.store.setValue('v', 2);
    await turn();
    expect(others).toStrictEqual([]);
  });

  it('that throws is reported, and does not keep others from being told', async () => {
    const app = openApp();
    const oops = new Error('oops');
    app.persister.addStateListener(() => {
      throw oops;
    });
    let times = 0;
    app.persister.addStateListener(() => times++);
    app.store.setValue('v', 1);
    await turn();
    expect(times).toBe(1);
    expect(app.errors).toMatchObject([{code: 'HANDLER', phase: 'listen', cause: oops}]);
  });
});

describe('A status listener', () => {
  it('is told of each status, with the persister, until it is removed', async () => {
    const app = openApp();
    const seen: unknown[] = [];
    const others: unknown[] = [];
    const id = app.persister.addStatusListener((...args) => seen.push(args));
    const otherId = app.persister.addStatusListener((_persister, status) => others.push(status));
    expect(id).not.toBe(otherId);
    await app.settled(app.persister.load(), 'load()');
    expect(seen).toStrictEqual([
      [app.persister, Status.Loading],
      [app.persister, Status.Idle],
    ]);
    app.persister.delListener(id);
    await app.settled(app.persister.save(), 'save()');
    expect(seen).toHaveLength(2);
    expect(others).toStrictEqual([Status.Loading, Status.Idle, Status.Saving, Status.Idle]);
  });

  it('has an id of its own, also among listeners to the state', () => {
    const {persister} = openApp();
    const nothing = (): void => undefined;
    const ids = [
      persister.addStatusListener(nothing),
      persister.addStateListener(nothing),
      persister.addStatusListener(nothing),
      persister.addStateListener(nothing),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  it('that throws is reported', async () => {
    const app = openApp();
    const oops = new Error('oops');
    app.persister.addStatusListener(() => {
      throw oops;
    });
    await app.settled(app.persister.save(), 'save()');
    const report = {code: 'HANDLER', phase: 'listen', cause: oops};
    expect(app.errors).toMatchObject([report, report]);
  });

  it('is told nothing any more once the persister is destroyed', async () => {
    const app = openApp();
    await app.settled(app.persister.destroy(), 'destroy()');
    const seen: unknown[] = [];
    app.persister.addStatusListener((_persister, status) => seen.push(status));
    await app.settled(
      app.persister.save().catch(() => undefined),
      'save()',
    );
    expect(seen).toStrictEqual([]);
  });
});

describe('A persister that was destroyed', () => {
  it('says so', async () => {
    const app = openApp();
    await app.settled(app.persister.destroy(), 'destroy()');
    const {persister} = app;
    const error = await app.settled(
      persister.save().catch((reason: unknown) => reason),
      'save()',
    );
    expect(error).toBeInstanceOf(PersisterError);
    expect(error).toMatchObject({
      code: 'DESTROYED',
      phase: 'save',
      storage: 'memory:a',
      retriable: false,
      message: 'The persister of memory:a has been destroyed',
    });
  });
});
