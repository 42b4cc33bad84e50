/** Storage that asks to be left alone, or refuses for good, is: whatever changes, whoever waits. */
import {describe, expect, it} from 'vitest';
import {PersisterError} from '../../src/persisters/index.ts';
import {turn} from '../../src/testing/waiting.ts';
import {type App, openApp, put} from './app.ts';

/** Auto-saving, with everything saved that there was at first. */
const started = async (): Promise<App> => {
  const app = openApp();
  await app.start([{}, {}]);
  await app.saved();
  return app;
};

/** The values that are stored after so many more milliseconds. */
const storedAfter = async (app: App, ms: number): Promise<unknown> => {
  await app.clock.advance(ms);
  return app.storage.getContent('a')?.[1];
};

describe('A failed attempt', () => {
  const TOO_MANY = new PersisterError('UNAVAILABLE', 'no', {
    phase: 'save',
    storage: 'a',
    retriable: true,
    retryAfterMs: 60_000,
  });

  it('is waited for by what changes while it runs', async () => {
    const app = await started();
    const before = app.writes.length;
    app.faults.fail('write', {times: Infinity, error: () => TOO_MANY});
    const release = app.faults.hold('write');
    app.store.setValue('v', 1);
    await turn();
    app.store.setValue('v', 2);
    release();
    await app.clock.advance(59_999);
    expect(app.writes).toHaveLength(before + 1);
    app.faults.heal();
    expect(await storedAfter(app, 1)).toEqual({v: 2});
  });

  it('is waited for by who waits for it', async () => {
    const app = await started();
    app.faults.fail('write', {error: () => TOO_MANY});
    app.store.setValue('v', 1);
    await turn();
    const before = app.writes.length;
    const saved = app.persister.whenSaved();
    await app.clock.advance(59_999);
    expect(app.writes).toHaveLength(before);
    expect(await storedAfter(app, 1)).toEqual({v: 1});
    await app.settled(saved, 'whenSaved()');
  });

  it('for good is not followed by another that changes meanwhile would make', async () => {
    const app = await started();
    const before = app.writes.length;
    const denied = {phase: 'save', storage: 'a', retriable: false} as const;
    const error = (): PersisterError => new PersisterError('DENIED', 'no', denied);
    app.faults.fail('write', {times: Infinity, error});
    const release = app.faults.hold('write');
    app.store.setValue('v', 1);
    await turn();
    app.store.setValue('v', 2);
    release();
    await app.letRetry();
    expect(app.writes).toHaveLength(before + 1);
  });

  it('to read is waited for by who waits for a save', async () => {
    const app = await started();
    app.faults.fail('read', {error: () => TOO_MANY});
    put(app.storage, [{}, {theirs: 1}]);
    await turn();
    app.store.setValue('v', 1);
    const before = app.calls('read').length;
    const saved = app.persister.whenSaved();
    await app.clock.advance(59_999);
    expect(app.calls('read')).toHaveLength(before);
    expect(await storedAfter(app, 1)).toEqual({theirs: 1, v: 1});
    await app.settled(saved, 'whenSaved()');
  });
});
