import {describe, expect, it} from 'vitest';
import {createStore, defaultSorter} from './index.ts';

const tied = () => createStore().setTables({t: {a: {x: 1}, b: {x: 1}, c: {x: 1}, d: {x: 0}}});

describe('getSortedRowIds', () => {
  it('sorts by a cell, missing and null ones being 0, or by the row id', () => {
    const store = createStore().setTables({
      t: {
        r2: {c: 2},
        r1: {c: 10},
        r3: {d: 1},
        r4: {c: 'b'},
        r5: {c: null},
        r6: {c: true},
        10: {c: 2},
      },
    });
    expect(store.getSortedRowIds('t')).toStrictEqual(['10', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6']);
    expect(store.getSortedRowIds('t', 'c')).toStrictEqual([
      'r3',
      'r5',
      'r6',
      '10',
      'r2',
      'r1',
      'r4',
    ]);
  });

  type SortArgs = [string, string?, boolean?, number?, number?];

  it.each<[SortArgs, string[]]>([
    [
      ['t', 'x'],
      ['d', 'a', 'b', 'c'],
    ],
    [
      ['t', 'x', true],
      ['c', 'b', 'a', 'd'],
    ],
    [
      ['t', 'x', false, 1, 2],
      ['a', 'b'],
    ],
    [
      ['t', 'x', true, 1, 2],
      ['b', 'a'],
    ],
    [['t', 'x', false, 0, 0], []],
    [
      ['t', 'x', false, -2],
      ['b', 'c'],
    ],
    [
      ['t', 'x', false, -3, 2],
      ['a', 'b'],
    ],
    [
      ['t', 'x', false, 0, -1],
      ['d', 'a', 'b'],
    ],
    [['t', 'x', false, 9, 1], []],
    [['none'], []],
  ])('of %j, in one pass and from the index', (args, rowIds) => {
    const store = tied();
    for (let times = 0; times < 3; times++) {
      expect(store.getSortedRowIds(...args)).toStrictEqual(rowIds);
    }
  });

  it('takes an object, and a sorter that sees what is missing', () => {
    const store = tied().setRow('t', 'm', {y: 1});
    const sorter = (one: unknown, other: unknown): number => Number(other ?? 9) - Number(one ?? 9);
    expect(store.getSortedRowIds({tableId: 't', cellId: 'x', sorter})).toStrictEqual([
      'm',
      'a',
      'b',
      'c',
      'd',
    ]);
    expect(
      store.getSortedRowIds({tableId: 't', cellId: 'x', descending: true, limit: 1}),
    ).toStrictEqual(['c']);
  });

  it('keeps its index up to date with every kind of change', () => {
    const store = createStore();
    let state = 7;
    const random = (below: number): number => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return Math.floor((state / 2147483648) * below);
    };
    const isSorted = (one: string, other: string): boolean =>
      Number(store.getCell('t', one, 'x') ?? 0) <= Number(store.getCell('t', other, 'x') ?? 0);
    for (let step = 0; step < 4000; step++) {
      const rowId = `r${String(random(1500))}`;
      if (random(5) === 0) store.delRow('t', rowId);
      else if (random(9) === 0) store.setPartialRow('t', rowId, {y: 1}).delCell('t', rowId, 'x');
      else store.setCell('t', rowId, 'x', random(300));
      if (step % 50 > 0) continue;
      const rowIds = store.getSortedRowIds('t', 'x');
      expect([...rowIds].sort()).toStrictEqual([...store.getRowIds('t')].sort());
      expect(rowIds.every((id, at) => at === 0 || isSorted(rowIds[at - 1] ?? '', id))).toBe(true);
      expect(store.getSortedRowIds('t', 'x', true, 10, 20)).toStrictEqual(
        [...rowIds].reverse().slice(10, 30),
      );
    }
  });
});

describe('sorted row ids listeners', () => {
  it('are called when their page has changed', () => {
    const store = createStore().setTables({t: {a: {c: 3}, b: {c: 1}}});
    const log: unknown[] = [];
    store.addSortedRowIdsListener('t', 'c', true, 0, 1, (_, ...args) => log.push(args));
    store.addSortedRowIdsListener({tableId: 't', cellId: 'c'}, (given, ...args) =>
      log.push([given === store, ...args]),
    );
    store.addSortedRowIdsListener('t', undefined, false, 0, undefined, (_, ...args) =>
      log.push(args),
    );
    store.setCell('t', 'b', 'c', 5);
    expect(log).toStrictEqual([
      ['t', 'c', true, 0, 1, ['b']],
      [true, 't', 'c', false, 0, undefined, ['a', 'b']],
    ]);
    store.setCell('t', 'b', 'c', 6).setCell('t', 'a', 'd', 6);
    expect(log).toHaveLength(2);
    store.setRow('t', 'A', {c: 10});
    expect(log.slice(2)).toStrictEqual([
      ['t', 'c', true, 0, 1, ['A']],
      [true, 't', 'c', false, 0, undefined, ['a', 'b', 'A']],
      ['t', undefined, false, 0, undefined, ['A', 'a', 'b']],
    ]);
  });
});

describe('defaultSorter', () => {
  it('tells ties', () => {
    const results = [
      defaultSorter(1, 1),
      defaultSorter(0, 1),
      defaultSorter(1, 0),
      defaultSorter(undefined, null),
    ];
    expect(results).toStrictEqual([0, -1, 1, 0]);
  });
});
