/** Storage may put work off; it is done when nothing else is to be done, and never in the way. */
import {describe, expect, it} from 'vitest';
import {PersisterError, type StorageAdapter} from '../../src/persisters/index.ts';
import {turn} from '../../src/testing/waiting.ts';
import {type App, openApp, put} from './app.ts';

const TIDY_AFTER_MS = 30_000;

/** An app whose storage keeps what it is given to tidy up, and what is stored by then. */
const tidying = (
  tidy: NonNullable<StorageAdapter['tidy']> = () => Promise.resolve(),
): {app: App; tidied: unknown[]} => {
  const tidied: unknown[] = [];
  const app = openApp({
    adapt: (adapter) =>
      Object.assign(adapter, {
        tidy: (...args: Parameters<typeof tidy>) => {
          tidied.push(args[0]());
          return tidy(...args);
        },
      }),
  });
  return {app, tidied};
};

const failing = (code: 'CONFLICT' | 'UNAVAILABLE') => (): Promise<void> =>
  Promise.reject(new PersisterError(code, 'no', {phase: 'save', storage: 'a', retriable: true}));

describe('Storage is tidied', () => {
  it('half a minute after the last write, once', async () => {
    const {app, tidied} = tidying();
    await app.start([{}, {v: 1}]);
    await app.saved();
    await app.clock.advance(TIDY_AFTER_MS - 1);
    expect(tidied).toStrictEqual([]);
    await app.clock.advance(1);
    expect(tidied).toEqual([[{}, {v: 1}]]);
    await app.clock.advance(10 * TIDY_AFTER_MS);
    expect(tidied).toHaveLength(1);
  });

  it('later, if there is another write meanwhile', async () => {
    const {app, tidied} = tidying();
    await app.start([{}, {}]);
    await app.saved();
    await app.clock.advance(TIDY_AFTER_MS - 1);
    app.store.setValue('v', 1);
    await app.clock.advance(TIDY_AFTER_MS - 1);
    expect(tidied).toStrictEqual([]);
    await app.clock.advance(1);
    expect(tidied).toEqual([[{}, {v: 1}]]);
  });

  it('when the persister is destroyed, and then no more', async () => {
    const {app, tidied} = tidying();
    await app.start([{}, {}]);
    app.store.setValue('v', 1);
    await app.settled(app.persister.destroy(), 'destroy()');
    expect(tidied).toEqual([[{}, {v: 1}]]);
    expect(app.clock.planned).toBe(0);
    expect(app.calls('tidy', 'close').map(({method}) => method)).toStrictEqual(['tidy', 'close']);
  });

  it('not, if nothing has been stored or loaded', async () => {
    const {app, tidied} = tidying();
    await app.settled(app.persister.destroy(), 'destroy()');
    expect(tidied).toStrictEqual([]);
  });

  it('not, while what is stored cannot be read', async () => {
    const {app, tidied} = tidying();
    await app.start([{}, {}]);
    await app.saved();
    app.faults.fail('read', {times: Infinity});
    put(app.storage, [{}, {theirs: 1}]);
    await turn();
    expect(app.persister.getState().load).toBe('failed');
    await app.settled(app.persister.destroy(), 'destroy()');
    expect(tidied).toStrictEqual([]);
  });

  it('not, while something is to be written', async () => {
    const {app, tidied} = tidying();
    await app.start([{}, {}]);
    await app.saved();
    app.faults.fail('write', {times: Infinity});
    app.store.setValue('v', 1);
    await app.letRetry();
    await app.settled(app.persister.destroy(), 'destroy()');
    expect(tidied).toStrictEqual([]);
  });
});

describe('Storage that fails to be tidied', () => {
  it('is reported', async () => {
    const {app} = tidying(failing('UNAVAILABLE'));
    await app.start([{}, {}]);
    await app.saved();
    await app.clock.advance(TIDY_AFTER_MS);
    expect(app.errors).toMatchObject([{code: 'UNAVAILABLE', phase: 'save'}]);
    expect(app.persister.getState().lastError).toBeUndefined();
  });

  it('is reported as a failure to save when it throws just anything', async () => {
    const {app} = tidying(() => Promise.reject(new Error('EIO')));
    await app.start([{}, {}]);
    await app.saved();
    await app.clock.advance(TIDY_AFTER_MS);
    expect(app.errors).toMatchObject([
      {code: 'UNAVAILABLE', phase: 'save', cause: new Error('EIO')},
    ]);
  });

  it('is left to others who have written meanwhile', async () => {
    const {app} = tidying(failing('CONFLICT'));
    await app.start([{}, {}]);
    await app.saved();
    await app.clock.advance(TIDY_AFTER_MS);
    expect(app.errors).toStrictEqual([]);
  });

  it('is given up when it hangs', async () => {
    const {app} = tidying(() => new Promise(() => undefined));
    await app.start([{}, {}]);
    await app.saved();
    await app.clock.advance(TIDY_AFTER_MS);
    await app.clock.advance(1_000);
    expect(app.errors).toMatchObject([{code: 'TIMEOUT', phase: 'save'}]);
    app.store.setValue('v', 1);
    await app.saved();
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1}]);
  });

  it('because a transaction is open, is tidied after a later write', async () => {
    const {app, tidied} = tidying();
    await app.start([{}, {}]);
    await app.saved();
    app.store.startTransaction();
    await app.clock.advance(TIDY_AFTER_MS);
    expect([tidied, app.errors]).toStrictEqual([[], []]);
    app.store.setValue('v', 1).finishTransaction();
    await app.saved();
    await app.clock.advance(TIDY_AFTER_MS);
    expect(tidied).toEqual([[{}, {v: 1}]]);
  });
});
