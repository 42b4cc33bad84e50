/** A storage that refuses some rows for good, and stores all others. */
import {describe, expect, it} from 'vitest';
import {type PersisterError, Status, type StorageAdapter} from '../../src/persisters/index.ts';
import type {EncodedContent} from '../../src/store/internals.ts';
import {type App, openApp, put} from './app.ts';
import {picky} from './picky.ts';

/** A storage that takes no row with a cell `bad`, nor a value of that name. */
const isBad = (adapter: StorageAdapter): StorageAdapter =>
  picky(adapter, (_id, cells) => cells['bad'] !== undefined);

const started = async (stored: EncodedContent = [{}, {}]): Promise<App> => {
  const app = openApp({adapt: isBad, stored});
  await app.start([{}, {}]);
  await app.saved();
  return app;
};

const placesOf = ({errors}: App): unknown[] =>
  errors.map((error) => {
    const {code, tableId, rowId, valueId} = error as PersisterError;
    return [code, tableId ?? valueId, rowId];
  });

const saving = (app: App): Promise<unknown> =>
  app.settled(
    app.persister.whenSaved().then(
      () => 'saved',
      (error: unknown) => error,
    ),
    'whenSaved()',
  );

describe('rows that the storage refuses', () => {
  it('stay pending, are told of once, and hold up nothing else', async () => {
    const app = await started();
    app.store.setTables({t: {a: {n: 1}, b: {n: 2, bad: true}}}).setValues({v: 1, bad: 1});
    expect(await saving(app)).toMatchObject({code: 'DENIED'});
    expect(app.storage.getContent('a')).toEqual([{t: {a: {n: 1}}}, {v: 1}]);
    expect(placesOf(app)).toEqual([
      ['DENIED', 't', 'b'],
      ['DENIED', 'bad', undefined],
    ]);
    expect(app.persister.getState()).toMatchObject({pending: 3, blocked: true});

    app.store.setCell('t', 'a', 'n', 3);
    expect(app.persister.getState()).toMatchObject({pending: 4, blocked: false});
    expect(await saving(app)).toMatchObject({code: 'DENIED'});
    expect(app.storage.getContent('a')).toEqual([{t: {a: {n: 3}}}, {v: 1}]);
    const writes = app.writes.length;
    await app.letRetry();
    expect(app.writes).toHaveLength(writes);
    expect(app.errors).toHaveLength(2);
    expect(app.persister.getState().nextRetryAt).toBeUndefined();
  });

  it('are saved when they have changed, all that had not been', async () => {
    const app = await started([{t: {b: {n: 1}}}, {}]);
    app.store.setPartialRow('t', 'b', {n: 2, bad: true});
    await saving(app);
    expect(app.storage.getContent('a')).toEqual([{t: {b: {n: 1}}}, {}]);
    app.store.delCell('t', 'b', 'bad');
    expect(await saving(app)).toBe('saved');
    expect(app.storage.getContent('a')).toEqual([{t: {b: {n: 2}}}, {}]);
    expect(app.persister.getState()).toMatchObject({pending: 0, blocked: false});
    expect(app.persister.getState().lastError).toBeUndefined();
  });

  it('are tried again with retry(), and told of again when the reason is gone and comes back', async () => {
    const app = await started();
    app.store.setRow('t', 'b', {bad: true});
    await saving(app);
    const writes = app.writes.length;
    await app.settled(app.persister.retry(), 'retry()');
    expect(app.writes).toHaveLength(writes + 1);
    expect(app.errors).toHaveLength(1);
    app.store.delRow('t', 'b');
    expect(await saving(app)).toBe('saved');
    app.store.setRow('t', 'b', {bad: true});
    await saving(app);
    expect(app.errors).toHaveLength(2);
  });

  it('are tried again with retry(), also if they are refused while it waits for its turn', async () => {
    const app = await started();
    const release = app.faults.hold('write');
    app.store.setRow('t', 'b', {bad: true});
    await app.clock.advance(0);
    expect(app.writes).toHaveLength(1);
    const retried = app.persister.retry();
    release();
    await app.settled(retried, 'retry()');
    expect(app.writes).toHaveLength(2);
  });

  it('are being saved, by the status, when others have made it try again', async () => {
    const app = await started();
    app.store.setRow('t', 'b', {bad: true});
    await saving(app);
    const release = app.faults.hold('write');
    app.storage.putChanges('a', [{t: {b: {n: 1}}}, {}, 1]);
    await app.clock.advance(0);
    expect(app.writes).toHaveLength(2);
    expect(app.persister.getState().saving).toBe(true);
    expect(app.persister.getStatus()).toBe(Status.Saving);
    release();
    await saving(app);
    expect(app.persister.getState().saving).toBe(false);
    expect(app.persister.getStatus()).toBe(Status.Idle);
  });

  it('are not loaded over, and tried again when others have written', async () => {
    const app = await started([{t: {b: {n: 1}}}, {}]);
    app.store.setPartialRow('t', 'b', {n: 2, bad: true});
    await saving(app);
    const writes = app.writes.length;
    put(app.storage, [{t: {b: {n: 5, m: 5}, c: {n: 6}}}, {}]);
    await saving(app);
    expect(app.store.getTables()).toEqual({t: {b: {n: 2, m: 5, bad: true}, c: {n: 6}}});
    expect(app.writes.length).toBeGreaterThan(writes);
    expect(app.storage.getContent('a')).toEqual([{t: {b: {n: 5, m: 5}, c: {n: 6}}}, {}]);
    app.storage.putChanges('a', [{t: {c: {n: 7}}}, {}, 1]);
    await saving(app);
    expect(app.store.getCell('t', 'c', 'n')).toBe(7);
    expect(app.errors).toHaveLength(1);
  });

  it('make a strict save() reject, and are in the next one', async () => {
    const app = openApp({adapt: isBad, options: {strict: true}});
    app.store.setTables({t: {a: {n: 1}, b: {bad: true}}});
    const error = await app.settled(
      app.persister.save().catch((reason: unknown) => reason),
      'save()',
    );
    expect(error).toMatchObject({code: 'DENIED', rowId: 'b'});
    expect(app.storage.getContent('a')).toEqual([{t: {a: {n: 1}}}, {}]);
    app.store.delCell('t', 'b', 'bad').setRow('t', 'b', {n: 2});
    await app.settled(app.persister.save(), 'save()');
    expect(app.storage.getContent('a')).toEqual([{t: {a: {n: 1}, b: {n: 2}}}, {}]);
  });
});
