// @vitest-environment happy-dom
/** What is still unsaved when the user leaves the page. */
import {describe, expect, it} from 'vitest';
import {turn} from '../../src/testing/waiting.ts';
import {type App, openApp} from './app.ts';

/** Auto-saving, but not soon. */
const lazy = async (): Promise<App> => {
  const app = openApp({options: {save: {minIntervalMs: 60_000}}});
  await app.start([{}, {}]);
  await app.saved();
  return app;
};

const leave = async (): Promise<void> => {
  dispatchEvent(new Event('pagehide'));
  await turn();
};

describe('When the page is left', () => {
  it('what was to be saved later is saved at once', async () => {
    const app = await lazy();
    app.store.setValue('v', 1);
    await turn();
    expect(app.storage.getContent('a')).toEqual([{}, {}]);
    await leave();
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1}]);
    await app.clock.advance(120_000);
    expect(app.calls('writeChanges')).toHaveLength(1);
  });

  it('nothing is written if nothing has changed', async () => {
    const app = await lazy();
    const before = app.faults.calls.length;
    await leave();
    expect(app.faults.calls).toHaveLength(before);
  });

  it('nothing is written that is not saved automatically', async () => {
    const app = openApp();
    app.store.setValue('v', 1);
    await leave();
    expect(app.writes).toStrictEqual([]);
  });

  it('what is about to be written is written once', async () => {
    const app = await lazy();
    const release = app.faults.hold('write');
    app.store.setValue('v', 1);
    await leave();
    app.store.setValue('w', 1);
    await leave();
    await leave();
    release();
    await app.settled(app.persister.whenSaved(), 'whenSaved()');
    expect(app.calls('writeChanges')).toHaveLength(2);
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1, w: 1}]);
  });

  it('nothing is done by a persister that was destroyed', async () => {
    const app = await lazy();
    await app.settled(app.persister.destroy(), 'destroy()');
    app.store.setValue('v', 1);
    const before = app.faults.calls.length;
    await leave();
    expect(app.faults.calls).toHaveLength(before);
  });
});
