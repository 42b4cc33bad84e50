/** What is written: everything, or only what has changed; and what happens to what lies there. */
import {describe, expect, it} from 'vitest';
import {PersisterError, type StorageAdapter} from '../../src/persisters/index.ts';
import {turn} from '../../src/testing/waiting.ts';
import {type App, openApp, put} from './app.ts';

const kinds = (app: App): string[] => app.writes.map(({method}) => method);

/** Auto-saving, with this stored. */
const saving = async (adapt?: (adapter: StorageAdapter) => StorageAdapter): Promise<App> => {
  const app = openApp({stored: [{}, {v: 0}], ...(adapt ? {adapt} : {})});
  await app.start();
  await app.saved();
  return app;
};

const expectBoth = (app: App, content: unknown): void => {
  expect({memory: app.content, stored: app.storage.getContent('a')}).toEqual({
    memory: content,
    stored: content,
  });
};

const conflict = (changes?: readonly unknown[]) => (): PersisterError =>
  new PersisterError('CONFLICT', 'somebody else wrote', {
    phase: 'save',
    storage: 'a',
    retriable: true,
    ...(changes ? {changes} : {}),
  });

describe('A save', () => {
  it('is of changes once what is stored is known', async () => {
    const app = await saving();
    app.store.setValue('v', 1);
    await app.saved();
    expect(app.writes).toMatchObject([{method: 'writeChanges', changes: [{}, {v: 1}, 1]}]);
  });

  it('is of everything when the app says save()', async () => {
    const app = await saving();
    await app.settled(app.persister.save(), 'save()');
    app.store.setValue('w', 1);
    await app.settled(app.persister.save(), 'save()');
    expect(kinds(app).slice(0, 1)).toStrictEqual(['write']);
    expect(kinds(app).at(-1)).toBe('write');
    expect(app.storage.getContent('a')).toEqual([{}, {v: 0, w: 1}]);
  });

  it('is of everything for storage that takes nothing else', async () => {
    const app = await saving((adapter) => ({
      name: adapter.name,
      read: adapter.read.bind(adapter),
      write: adapter.write.bind(adapter),
    }));
    app.store.setValue('v', 1);
    await app.saved();
    expect(kinds(app)).toStrictEqual(['write']);
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1}]);
  });

  it('replaces what the app has never loaded', async () => {
    const app = openApp({stored: [{t: {r: {c: 1}}}, {}]});
    app.store.setValue('v', 1);
    await app.settled(app.persister.startAutoSave(), 'startAutoSave()');
    expect(app.content).toEqual([{}, {v: 1}]);
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1}]);
    expect(app.calls('read')).toHaveLength(1);
    expect(app.persister.getState().load).toBe('none');
  });

  it('of nothing new is none', async () => {
    const app = await saving();
    await app.settled(app.persister.stopAutoSave(), 'stopAutoSave()');
    await app.settled(app.persister.startAutoSave(), 'startAutoSave()');
    expect(app.writes).toStrictEqual([]);
  });

  it('waits for a transaction that opens while it runs, and reports nothing', async () => {
    const app = await saving((adapter) => Object.assign(adapter, {writeChanges: undefined}));
    const release = app.faults.hold('write');
    app.store.setValue('v', 1);
    await turn();
    app.store.startTransaction().setValue('w', 1);
    release();
    await turn();
    expect(app.storage.getContent('a')).toEqual([{}, {v: 0}]);
    app.store.setValue('w', 2).finishTransaction();
    await app.saved();
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1, w: 2}]);
    expect(app.errors).toStrictEqual([]);
    expect(app.clock.planned).toBe(0);
  });
});

describe('A save that finds changes by others', () => {
  it('takes in those that it is told, and reads nothing', async () => {
    const app = await saving();
    await app.settled(app.persister.stopAutoLoad(), 'stopAutoLoad()');
    const reads = app.calls('read').length;
    app.storage.putChanges('a', [{}, {theirs: 1}, 1]);
    app.store.setValue('v', 1);
    await app.saved();
    expectBoth(app, [{}, {v: 1, theirs: 1}]);
    expect(app.calls('read')).toHaveLength(reads);
    expect(app.errors).toStrictEqual([]);
  });

  it('reads if it is not told', async () => {
    const app = await saving();
    await app.settled(app.persister.stopAutoLoad(), 'stopAutoLoad()');
    put(app.storage, [{}, {theirs: 1}]);
    app.store.setValue('v', 1);
    await app.saved();
    expectBoth(app, [{}, {theirs: 1, v: 1}]);
  });

  it('waits if they cannot be read', async () => {
    const app = await saving();
    await app.settled(app.persister.stopAutoLoad(), 'stopAutoLoad()');
    put(app.storage, [{}, {theirs: 1}]);
    app.faults.fail('read', {times: Infinity});
    app.store.setValue('v', 1);
    await app.letRetry();
    expect(app.storage.getContent('a')).toEqual([{}, {theirs: 1}]);
    expect(app.persister.getState()).toMatchObject({blocked: true, load: 'failed', pending: 1});
    app.faults.heal();
    await app.saved();
    expectBoth(app, [{}, {theirs: 1, v: 1}]);
  });

  it('does not take them in when it is to replace what is stored', async () => {
    const app = await saving();
    await app.settled(app.persister.stopAutoPersisting(), 'stopAutoPersisting()');
    put(app.storage, [{}, {theirs: 1}]);
    app.store.setValue('v', 1);
    await app.settled(app.persister.discardPersisted(), 'discardPersisted()');
    expectBoth(app, [{}, {v: 1}]);
  });

  it('reports what it is told if that is of the wrong shape, and tries again', async () => {
    const app = await saving();
    app.faults.fail('write', {error: conflict(['nonsense'])});
    app.store.setValue('v', 1);
    await app.saved();
    expectBoth(app, [{}, {v: 1}]);
    const [error] = app.errors as [PersisterError];
    expect(error).toMatchObject({code: 'INVALID_CONTENT', storage: 'memory:a', phase: 'listen'});
    expect(error.message).toBe('memory:a announced changes of the wrong shape');
  });

  it('stands back after 20 in a row', async () => {
    const app = await saving();
    app.faults.fail('write', {times: Infinity, error: conflict()});
    app.store.setValue('v', 1);
    for (let round = 0; round < 50; round++) await turn();
    expect(app.writes).toHaveLength(21);
    expect(app.errorCodes).toStrictEqual(['CONFLICT']);
    expect(app.persister.getState().nextRetryAt).toBeGreaterThan(app.clock.now());
    app.faults.heal();
    await app.saved();
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1}]);
  });

  it('counts them anew for the next save', async () => {
    const app = await saving();
    for (const v of [1, 2]) {
      app.faults.fail('write', {times: 15, error: conflict()});
      app.store.setValue('v', v);
      await app.saved();
    }
    expect(app.errors).toStrictEqual([]);
  });
});

describe('save() over what cannot be read', () => {
  const torn = (options: Parameters<typeof openApp>[0] = {}): App => {
    const app = openApp(options);
    app.storage.putText('a', '[{');
    app.store.setValue('v', 1);
    return app;
  };

  it('moves it aside first, and says where to', async () => {
    const app = torn();
    await app.settled(app.persister.save(), 'save()');
    expect(app.storage.getSetAside('a')).toStrictEqual(['[{']);
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1}]);
    const [unread, aside] = app.errors as [PersisterError, PersisterError];
    expect(unread).toMatchObject({code: 'UNREADABLE', phase: 'load'});
    expect(aside).toMatchObject({
      code: 'UNREADABLE',
      phase: 'save',
      storage: 'memory:a',
      retriable: false,
      cause: unread,
    });
    expect(aside.setAsideAs).toMatch(/^memory:a\.unreadable-\d{4}-/);
    expect(aside.message).toBe(
      `What memory:a held could not be read and is now in ${String(aside.setAsideAs)}`,
    );
    expect(app.persister.getState()).toMatchObject({blocked: false, pending: 0});
    expect(app.persister.getState().lastError).toBeUndefined();
  });

  it('writes nothing if it cannot be moved', async () => {
    const app = torn({options: {strict: true}});
    app.faults.fail('setAside', {error: () => new Error('EACCES')});
    const saved = app.persister.save();
    await expect(app.settled(saved, 'save()')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      phase: 'save',
    });
    expect(app.storage.getText('a')).toBe('[{');
    expect(app.writes).toStrictEqual([]);
    expect(app.persister.getState()).toMatchObject({pending: 1, lastError: {phase: 'save'}});
  });

  it('is given up if moving it hangs', async () => {
    const app = torn({options: {strict: true}});
    app.faults.hold('setAside');
    const saved = app.persister.save();
    await expect(app.settledWithTimeouts(saved, 'save()')).rejects.toMatchObject({
      code: 'TIMEOUT',
      phase: 'save',
    });
  });

  it('looks first whether it can be read by now, and takes it in then', async () => {
    const app = torn();
    await app.settled(app.persister.load(), 'load()');
    app.store.setValue('v', 2);
    put(app.storage, [{}, {theirs: 1}]);
    await app.settled(app.persister.save(), 'save()');
    expectBoth(app, [{}, {theirs: 1, v: 2}]);
    expect(app.storage.getSetAside('a')).toStrictEqual([]);
  });

  it('moves nothing that can be read, and reads it once', async () => {
    const app = openApp({stored: [{}, {theirs: 1}]});
    app.store.setValue('v', 1);
    await app.settled(app.persister.save(), 'save()');
    await app.settled(app.persister.save(), 'save()');
    expect(app.calls('read')).toHaveLength(1);
    expect(app.calls('setAside')).toStrictEqual([]);
    expectBoth(app, [{}, {v: 1}]);
  });

  it('replaces it where nothing can be moved, without reading', async () => {
    const app = torn({
      adapt: (adapter) => Object.assign(adapter, {setAside: undefined}),
    });
    await app.settled(app.persister.save(), 'save()');
    expect(app.calls('read')).toStrictEqual([]);
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1}]);
  });
});

describe('discardPersisted()', () => {
  it('gives up what is stored, even if it can be read by now', async () => {
    const app = openApp();
    app.storage.putText('a', '[{');
    await app.start([{}, {initial: true}]);
    app.store.setValue('v', 1);
    await app.settled(app.persister.stopAutoLoad(), 'stopAutoLoad()');
    put(app.storage, [{}, {theirs: 1}]);
    await app.settled(app.persister.discardPersisted(), 'discardPersisted()');
    expectBoth(app, [{}, {initial: true, v: 1}]);
  });

  it('is counted as a save', async () => {
    const app = openApp();
    await app.settled(app.persister.discardPersisted(), 'discardPersisted()');
    expect(app.persister.getStats()).toStrictEqual({loads: 0, saves: 1});
  });
});
