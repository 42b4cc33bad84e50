import {describe, expect, it} from 'vitest';
import {call, plain} from '../../test/support/any-input.ts';
import {createStore, type Store} from './index.ts';

const filled = (): Store =>
  createStore().setContent([{t: {r: {a: 1, b: 2}, s: {a: 3}}, u: {q: {a: 4}}}, {v: 1}]);

/** The log of a transaction with these actions, as listeners find it. */
const logOf = (act: (store: Store) => unknown, store = filled()): unknown => {
  let log: unknown;
  store.addDidFinishTransactionListener(() => {
    log = plain(store.getTransactionLog());
  });
  store.transaction(() => act(store));
  return log;
};

const NOTHING = Array.from({length: 8}, () => ({}));

describe('getTransactionLog', () => {
  it('tells what has changed, from what to what, and which ids came and went', () => {
    expect(
      logOf((store) => {
        store.setCell('t', 'r', 'a', 5).delCell('t', 'r', 'b').delRow('t', 's');
        store
          .setRow('w', 'n', {o: {k: 1}})
          .setValue('v', [2])
          .setValue('x', 3);
      }),
    ).toStrictEqual([
      true,
      true,
      {
        t: {r: {a: [1, 5], b: [2, undefined]}, s: {a: [3, undefined]}},
        w: {n: {o: [undefined, {k: 1}]}},
      },
      {},
      {v: [1, [2]], x: [undefined, 3]},
      {},
      {w: 1},
      {t: {s: -1}, w: {n: 1}},
      {t: {r: {b: -1}, s: {a: -1}}, w: {n: {o: 1}}},
      {x: 1},
    ]);
  });

  it('tells which half was touched, though it is as it was in the end', () => {
    const touched = (act: (store: Store) => unknown): unknown =>
      (logOf(act) as unknown[]).slice(0, 2);
    expect(
      touched((store) => store.setCell('t', 'r', 'a', 5).setCell('t', 'r', 'a', 1)),
    ).toStrictEqual([true, false]);
    expect(touched((store) => store.setValue('v', 5).setValue('v', 1))).toStrictEqual([
      false,
      true,
    ]);
    expect(touched((store) => store.setCell('t', 'r', 'a', 1).setValue('v', 1))).toStrictEqual([
      false,
      false,
    ]);
  });

  it('has nothing of what was changed back', () => {
    expect(
      logOf((store) => {
        store.setCell('t', 'r', 'a', 5).delRow('t', 's').delTable('u').delValue('v');
        store.setRow('w', 'n', {c: 1}).delTable('w');
        store.setCell('t', 'r', 'a', 1).setRow('t', 's', {a: 3}).setRow('u', 'q', {a: 4});
        store.setValue('v', 1);
      }),
    ).toStrictEqual([true, true, ...NOTHING]);
  });

  it('has what could not be written, as often as it was tried', () => {
    expect(
      logOf((store) => {
        call(store, 'setCell', 't', 'r', 'a', NaN);
        call(store, 'setCell', 't', 'r', 'a', undefined);
        call(store, 'setValue', 'v', Infinity);
      }),
    ).toStrictEqual([
      false,
      false,
      {},
      {t: {r: {a: [NaN, undefined]}}},
      {},
      {v: [Infinity]},
      {},
      {},
      {},
      {},
    ]);
  });
});

describe('getTransactionChanges', () => {
  it('are what suffices to do the same elsewhere', () => {
    const store = filled();
    let changes: unknown;
    store.addDidFinishTransactionListener(() => {
      changes = plain(store.getTransactionChanges());
    });
    store.transaction(() => {
      store.delRow('t', 's').delTable('u').delValue('v').setCell('t', 'r', 'a', {k: 1});
    });
    expect(changes).toStrictEqual([
      {t: {r: {a: {k: 1}}, s: undefined}, u: undefined},
      {v: undefined},
      1,
    ]);
  });
});
