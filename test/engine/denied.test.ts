/** A storage that refuses some rows for good, and stores all others. */
import {describe, expect, it} from 'vitest';
import {PersisterError, Status, type StorageAdapter} from '../../src/persisters/index.ts';
import type {EncodedChanges, EncodedContent} from '../../src/store/internals.ts';
import {type App, openApp, put} from './app.ts';

type Rows = Record<string, Record<string, unknown> | undefined>;

/** Takes no row with a cell `bad`, nor a value of that name. */
const picky = (adapter: StorageAdapter): StorageAdapter => {
  /** Takes what is refused out of it. */
  const pick = (data: EncodedContent | EncodedChanges): PersisterError[] => {
    const denied: PersisterError[] = [];
    const deny = (place: {tableId: string; rowId: string} | {valueId: string}): void => {
      const details = {phase: 'save', storage: 'a', retriable: false, ...place} as const;
      denied.push(new PersisterError('DENIED', 'bad', details));
    };
    for (const [tableId, rows] of Object.entries(data[0] as Record<string, Rows | undefined>)) {
      for (const [rowId, row] of Object.entries(rows ?? {})) {
        if (row?.['bad'] === undefined) continue;
        delete rows?.[rowId];
        deny({tableId, rowId});
      }
    }
    if (data[1]['bad'] !== undefined) {
      delete data[1]['bad'];
      deny({valueId: 'bad'});
    }
    return denied;
  };
  const tell = (denied: PersisterError[]): void => {
    if (denied.length === 0) return;
    const details = {phase: 'save', storage: 'a', retriable: false, denied} as const;
    throw new PersisterError('DENIED', 'bad', details);
  };
  return {
    ...adapter,
    name: adapter.name,
    write: async (getContent, signal) => {
      let denied: PersisterError[] = [];
      const get = (): EncodedContent => {
        const content = structuredClone(getContent());
        denied = pick(content);
        return content;
      };
      await adapter.write(Object.assign(get, {holdsMore: getContent.holdsMore}), signal);
      tell(denied);
    },
    writeChanges: async (changes, getContent, signal) => {
      const denied = pick(changes);
      await adapter.writeChanges?.(changes, getContent, signal);
      tell(denied);
    },
    read: (signal) => adapter.read(signal),
    watch: (...args) => adapter.watch?.(...args) ?? Promise.resolve(() => undefined),
  };
};

const started = async (stored: EncodedContent = [{}, {}]): Promise<App> => {
  const app = openApp({adapt: picky, stored});
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
    const app = openApp({adapt: picky, options: {strict: true}});
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
