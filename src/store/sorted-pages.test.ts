/** Pages of sorted rows, held against sorting everything each time. */
import {describe, expect, it} from 'vitest';
import {createStore, type Store} from './index.ts';

type Key = string | number | null;

const ROW_COUNT = 700;

/** The same numbers in each run, in [0, below). */
const randomNumbers = (): ((below: number) => number) => {
  let state = 42;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
};

const sortedByHand = (
  store: Store,
  cellId: string | undefined,
  isDescending: boolean,
): string[] => {
  const keyed = store
    .getRowIds('t')
    .map((rowId) => [rowId, cellId ? (store.getCell('t', rowId, cellId) ?? 0) : rowId] as const);
  keyed.sort(([, one], [, other]) => (one < other ? -1 : one > other ? 1 : 0));
  const rowIds = keyed.map(([rowId]) => rowId);
  return isDescending ? rowIds.reverse() : rowIds;
};

/** Where pages begin, and how long they are: near the front, in the middle, at the end, and all. */
const PAGES: readonly (readonly [offset: number, limit: number | undefined])[] = [
  [0, 1],
  [0, 7],
  [3, 40],
  [45, 10],
  [95, 10],
  [ROW_COUNT - 20, 15],
  [0, undefined],
];

const expectPage = (
  store: Store,
  cellId: string | undefined,
  isDescending: boolean,
  [offset, limit]: readonly [number, number | undefined],
): void => {
  const end = limit === undefined ? undefined : offset + limit;
  expect(store.getSortedRowIds('t', cellId, isDescending, offset, limit)).toStrictEqual(
    sortedByHand(store, cellId, isDescending).slice(offset, end),
  );
};

const filled = (keyOf: (random: (below: number) => number) => Key): Store => {
  const random = randomNumbers();
  const store = createStore();
  store.transaction(() => {
    for (let index = 0; index < ROW_COUNT; index++) {
      store.setRow('t', `r${String(index * 7919)}`, {k: keyOf(random), other: index});
    }
  });
  return store;
};

const KINDS: [name: string, keyOf: (random: (below: number) => number) => Key][] = [
  ['numbers with many ties', (random) => random(40)],
  ['numbers with few ties', (random) => random(1e9) - 5e8],
  ['numbers, some of them null', (random) => (random(3) === 0 ? null : random(20) - 10)],
  ['text', (random) => `k${String(random(300))}`],
];

describe.each(KINDS)('Pages of rows sorted by %s', (_name, keyOf) => {
  it.each(PAGES)('are right when asked for once, from %j', (...page) => {
    const store = filled(keyOf);
    for (const isDescending of [false, true]) expectPage(store, 'k', isDescending, page);
  });

  it('stay right while rows come, change and go', () => {
    const random = randomNumbers();
    const store = filled(keyOf);
    for (let step = 0; step < 250; step++) {
      const rowIds = store.getRowIds('t');
      const rowId = rowIds[random(rowIds.length)] ?? '';
      const kind = random(5);
      if (kind === 0) store.delRow('t', rowId);
      else if (kind === 1) store.setRow('t', `n${String(step)}`, {k: keyOf(random)});
      else if (kind === 2) store.setCell('t', rowId, 'other', step);
      else store.setCell('t', rowId, 'k', keyOf(random));
      expectPage(store, 'k', random(2) === 0, PAGES[random(PAGES.length - 1)] ?? [0, 1]);
      if (step % 50 === 0) expectPage(store, 'k', random(2) === 0, [0, undefined]);
    }
  });

  it('stay right while the first rows go, one after the other', () => {
    for (const isDescending of [false, true]) {
      const store = filled(keyOf);
      for (let count = 0; count < 250; count++) {
        const page = store.getSortedRowIds('t', 'k', isDescending, 0, 4);
        if (count % 10 === 0) expectPage(store, 'k', isDescending, [0, 4]);
        store.delRow('t', page[0] ?? '');
      }
      expectPage(store, 'k', isDescending, [0, 4]);
    }
  });

  it('stay right when most rows change at once', () => {
    const random = randomNumbers();
    const store = filled(keyOf);
    expectPage(store, 'k', false, [0, 10]);
    store.transaction(() => {
      for (const rowId of store.getRowIds('t')) store.setCell('t', rowId, 'k', keyOf(random));
    });
    expectPage(store, 'k', false, [0, 10]);
    expectPage(store, 'k', true, [0, 10]);
  });
});

describe('Pages of rows sorted by their ids', () => {
  it('stay right while rows come and go', () => {
    const random = randomNumbers();
    const store = filled(() => 1);
    for (let step = 0; step < 100; step++) {
      const rowIds = store.getRowIds('t');
      if (random(2) === 0) store.delRow('t', rowIds[random(rowIds.length)] ?? '');
      else store.setRow('t', `a${String(random(1e6))}`, {k: 1});
      expectPage(store, undefined, random(2) === 0, PAGES[random(PAGES.length)] ?? [0, 1]);
    }
  });
});

describe('Pages of rows sorted by a cell', () => {
  it('are right again once all of it is of one kind', () => {
    const store = filled((random) => random(100));
    const [rowId = ''] = store.getRowIds('t');
    expectPage(store, 'k', false, [0, 10]);
    store.setCell('t', rowId, 'k', 'text');
    expect(store.getSortedRowIds('t', 'k')).toHaveLength(ROW_COUNT);
    store.setCell('t', rowId, 'k', -1);
    expect(store.getSortedRowIds('t', 'k', false, 0, 1)).toStrictEqual([rowId]);
    expectPage(store, 'k', false, [0, 10]);
    expectPage(store, 'k', true, [0, 10]);
  });

  it('put objects where their text belongs', () => {
    const store = createStore().setTable('t', {a: {k: 'z'}, b: {k: ['m']}, c: {k: 'a'}});
    expect(store.getSortedRowIds('t', 'k')).toStrictEqual(['c', 'b', 'a']);
    expect(store.getSortedRowIds('t', 'k', true)).toStrictEqual(['a', 'b', 'c']);
  });

  it('are all rows, in their order, where no row has it', () => {
    const store = filled(() => 1);
    expect(store.getSortedRowIds('t', 'none', false, 0, 5)).toStrictEqual(
      store.getRowIds('t').slice(0, 5),
    );
    expect(store.getSortedRowIds('t', 'none', true, 0, 5)).toStrictEqual(
      store.getRowIds('t').slice(-5).reverse(),
    );
  });
});
