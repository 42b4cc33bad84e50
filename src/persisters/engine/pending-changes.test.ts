import {describe, expect, it} from 'vitest';
import {createStore} from '../../store/index.ts';
import type {EncodedChanges, EncodedContent, StoreInternals} from '../../store/internals.ts';
import {internalsOf} from '../../store/store-internals.ts';
import type {Store} from '../../store/types.ts';
import {PendingChanges} from './pending-changes.ts';

interface Subject {
  readonly store: Store;
  readonly door: StoreInternals;
  readonly pending: PendingChanges;
  readonly changes: () => EncodedChanges;
}

/** What is pending while the store, which holds this, is changed. */
const subject = (content: EncodedContent = [{}, {}]): Subject => {
  const store = createStore();
  const door = internalsOf(store);
  door.setContent(content);
  const pending = new PendingChanges();
  door.observe((summary) => pending.addTransaction(summary));
  return {
    store,
    door,
    pending,
    changes: () => pending.toChanges(door, (tableId) => !store.hasTable(tableId)),
  };
};

const two = (): EncodedContent => [{t: {r: {a: 1, b: 2}, s: {a: 3}}}, {v: 1}];

describe('PendingChanges', () => {
  it('are none at first', () => {
    const {door, pending, changes} = subject();
    expect(pending.isEmpty).toBe(true);
    expect(pending.count(door)).toBe(0);
    expect(changes()).toStrictEqual([{}, {}, 1]);
  });

  it('are what the store holds now, of what has changed', () => {
    const {store, pending, changes} = subject(two());
    store.setCell('t', 'r', 'a', 2).setCell('t', 'r', 'a', 3).setValue('v', 2);
    store.delCell('t', 'r', 'b').setValue('w', [1]).delValue('w');
    store.setRow('u', 'n', {x: {y: 1}});
    expect(pending.isEmpty).toBe(false);
    expect(changes()).toStrictEqual([
      {t: {r: {a: 3, b: undefined}}, u: {n: {x: '\uFFFD{"y":1}'}}},
      {v: 2, w: undefined},
      1,
    ]);
  });

  it('delete rows and tables as such', () => {
    const {store, changes} = subject(two());
    store.delRow('t', 's');
    expect(changes()).toStrictEqual([{t: {s: undefined}}, {}, 1]);
    store.delTable('t');
    expect(changes()).toStrictEqual([{t: undefined}, {}, 1]);
  });

  it('delete row by row a table of which other rows may be stored', () => {
    const {store, door, pending} = subject(two());
    store.delTable('t');
    expect(pending.toChanges(door, () => false)).toStrictEqual([
      {t: {r: undefined, s: undefined}},
      {},
      1,
    ]);
  });

  it('delete cells only, not the table, where others have removed it while cells changed here', () => {
    const {store, door} = subject();
    const pending = new PendingChanges();
    pending.addRow('t', 'r', false, ['a']);
    pending.addRow('t', 's', true, []);
    const isTableGone = (tableId: string): boolean => !store.hasTable(tableId);
    expect(pending.toChanges(door, isTableGone)).toStrictEqual([
      {t: {r: {a: undefined}, s: undefined}},
      {},
      1,
    ]);
  });

  it('write a row that was removed and added again with what it no longer has', () => {
    const {store, changes} = subject(two());
    store.delRow('t', 'r');
    store.setRow('t', 'r', {c: 1});
    expect(changes()).toStrictEqual([{t: {r: {a: undefined, b: undefined, c: 1}}}, {}, 1]);
  });

  it('have all cells of a row that was added, and those it has lost since', () => {
    const {store, changes} = subject();
    store.setRow('t', 'r', {a: 1, b: 2});
    store.delCell('t', 'r', 'b').setCell('t', 'r', 'c', 3);
    expect(changes()).toStrictEqual([{t: {r: {a: 1, b: undefined, c: 3}}}, {}, 1]);
  });

  it('do not mix up two rows that were added', () => {
    const {store, door, pending, changes} = subject();
    store.setRow('t', 'r', {a: 1, b: 2}).setRow('t', 's', {a: 1});
    store.delCell('t', 'r', 'b');
    expect(changes()).toStrictEqual([{t: {r: {a: 1, b: undefined}, s: {a: 1}}}, {}, 1]);
    expect(pending.count(door)).toBe(3);
    expect(pending.hasCell('t', 's', 'anything')).toBe(true);
  });

  it('have all cells that one transaction has changed, also of a row that was pending before', () => {
    const {store, changes} = subject(two());
    store.setPartialRow('t', 'r', {a: 5, b: 6});
    expect(changes()).toStrictEqual([{t: {r: {a: 5, b: 6}}}, {}, 1]);
    store.setPartialRow('t', 'r', {b: 7, c: 8});
    expect(changes()).toStrictEqual([{t: {r: {a: 5, b: 7, c: 8}}}, {}, 1]);
  });

  it('do not mix up two rows of which the same cell has changed', () => {
    const {store, changes} = subject(two());
    store.setCell('t', 'r', 'a', 5).setCell('t', 's', 'a', 6);
    store.setCell('t', 'r', 'b', 7);
    expect(changes()).toStrictEqual([{t: {r: {a: 5, b: 7}, s: {a: 6}}}, {}, 1]);
  });

  it('do not mix up a row of which two cells have changed with one of which one has', () => {
    const {store, changes} = subject([{t: {r: {a: 1, b: 2}, s: {a: 3, b: 4}}}, {}]);
    store.setPartialRow('t', 'r', {a: 5, b: 6}).setCell('t', 's', 'a', 7);
    expect(changes()).toStrictEqual([{t: {r: {a: 5, b: 6}, s: {a: 7}}}, {}, 1]);
  });

  it('remove a row of which all cells had changed before', () => {
    const {store, door, pending} = subject(two());
    store.setCell('t', 's', 'a', 5).delRow('t', 's');
    expect(pending.toChanges(door, () => false)).toStrictEqual([{t: {s: undefined}}, {}, 1]);
  });

  it('count each cell and value once', () => {
    const {store, door, pending} = subject(two());
    store.setCell('t', 'r', 'a', 2).setCell('t', 'r', 'a', 3).setCell('t', 'r', 'c', 3);
    expect(pending.count(door)).toBe(2);
    store.setValue('v', 2).setValue('v', 3);
    expect(pending.count(door)).toBe(3);
    store.setRow('t', 'n', {a: 1, b: 2, c: 3});
    expect(pending.count(door)).toBe(6);
    store.setCell('t', 'n', 'a', 2);
    expect(pending.count(door)).toBe(6);
    store.delRow('t', 's');
    expect(pending.count(door)).toBe(7);
  });

  it('count a row that is neither here nor has had cells as one', () => {
    const {door, pending} = subject();
    pending.addRow('t', 'r', true, []);
    expect(pending.count(door)).toBe(1);
  });

  it('know which cells and values they hold', () => {
    const {store, pending} = subject(two());
    store.setCell('t', 'r', 'a', 2).setRow('t', 'n', {a: 1}).setValue('w', 1);
    const has = (rowId: string, cellId: string): boolean => pending.hasCell('t', rowId, cellId);
    expect([has('r', 'a'), has('r', 'b'), has('s', 'a')]).toStrictEqual([true, false, false]);
    expect([has('n', 'a'), has('n', 'b')]).toStrictEqual([true, true]);
    expect(pending.hasCell('none', 'r', 'a')).toBe(false);
    expect([pending.hasValue('w'), pending.hasValue('v')]).toStrictEqual([true, false]);
  });

  it('are touched by changes to the same row, table or value, and by no others', () => {
    const {store, pending} = subject(two());
    store.setCell('t', 'r', 'a', 2).setValue('v', 2);
    const touches = (...[tables, values = {}]: [object, object?]): boolean =>
      pending.touches([tables, values, 1] as EncodedChanges);
    expect(touches({t: {r: {b: 1}}})).toBe(true);
    expect(touches({t: {n: {a: 1}, r: undefined}})).toBe(true);
    expect(touches({t: undefined})).toBe(true);
    expect(touches({n: {}, t: undefined})).toBe(true);
    expect(touches({}, {w: 1, v: 1})).toBe(true);
    expect(touches({t: {s: {a: 1}}})).toBe(false);
    expect(touches({t: {}, u: undefined, n: {r: {a: 1}}}, {w: undefined})).toBe(false);
    expect(touches({})).toBe(false);
  });

  it('take in newer ones, and hold then what either held', () => {
    const {store, door, pending} = subject(two());
    store.setCell('t', 'r', 'a', 2).setRow('t', 'n', {a: 1}).setValue('v', 2);
    const newer = new PendingChanges();
    newer.addRow('t', 'r', false, ['c']);
    newer.addRow('t', 's', true, ['a']);
    newer.addValue('w');
    pending.addAll(newer);
    expect(pending.toChanges(door, () => false)).toStrictEqual([
      {t: {r: {a: 2, c: undefined}, n: {a: 1}, s: {a: 3}}},
      {v: 2, w: undefined},
      1,
    ]);
    expect(newer.count(door)).toBe(3);
  });

  it('have __proto__ as an ordinary id', () => {
    const {store, changes} = subject();
    store.setRow('__proto__', '__proto__', JSON.parse('{"__proto__":1}') as Record<string, number>);
    store.setValue('__proto__', 2);
    expect(JSON.stringify(changes())).toBe(
      '[{"__proto__":{"__proto__":{"__proto__":1}}},{"__proto__":2},1]',
    );
  });
});

describe('PendingChanges.settleRows', () => {
  it('makes the cells that an added row has ours, and no others', () => {
    const {store, door, pending} = subject();
    store.setRow('t', 'r', {a: 1});
    pending.settleRows(door, [{t: {r: {b: 2}}}, {}]);
    expect(pending.hasCell('t', 'r', 'a')).toBe(true);
    expect(pending.hasCell('t', 'r', 'b')).toBe(false);
    expect(pending.toChanges(door, () => false)).toStrictEqual([{t: {r: {a: 1}}}, {}, 1]);
  });

  it('has the cells gone that others stored of a row which was removed', () => {
    const {store, door, pending} = subject(two());
    store.delRow('t', 's');
    pending.settleRows(door, [{t: {s: {z: 1}}}, {}]);
    door.applyChanges([{t: {s: {z: 1}}}, {}, 1]);
    pending.addRow('t', 's', false, []);
    expect(pending.hasCell('t', 's', 'z')).toBe(true);
    store.delRow('t', 's');
    expect(pending.toChanges(door, () => false)).toStrictEqual([{t: {s: undefined}}, {}, 1]);
  });

  it('leaves alone rows of which only cells have changed', () => {
    const {store, door, pending} = subject(two());
    store.setCell('t', 'r', 'a', 5);
    pending.settleRows(door, [{}, {}]);
    expect(pending.hasCell('t', 'r', 'b')).toBe(false);
    expect(pending.toChanges(door, () => false)).toStrictEqual([{t: {r: {a: 5}}}, {}, 1]);
  });
});
