import {describe, expect, it} from 'vitest';
import {call, plain} from '../../test/support/any-input.ts';
import {createStore, type Store} from './index.ts';

/** Ids in the path of each kind, in the order in which they fire. */
const KINDS: readonly (readonly [string, number])[] = [
  ['InvalidCell', 3],
  ['HasTables', 0],
  ['TableIds', 0],
  ['HasTable', 1],
  ['TableCellIds', 1],
  ['HasTableCell', 2],
  ['RowCount', 1],
  ['RowIds', 1],
  ['HasRow', 2],
  ['SortedRowIds', 5],
  ['CellIds', 2],
  ['HasCell', 3],
  ['Cell', 3],
  ['Row', 2],
  ['Table', 1],
  ['Tables', 0],
  ['InvalidValue', 1],
  ['HasValues', 0],
  ['ValueIds', 0],
  ['HasValue', 1],
  ['Value', 1],
  ['Values', 0],
];

const wildcards = (kind: string, length: number): unknown[] =>
  kind === 'SortedRowIds' ? ['t', 'c', false, 0, undefined] : Array<null>(length).fill(null);

/** Calls `record` with the arguments but for the store, getters called. */
const listen = (
  store: Store,
  kind: string,
  path: unknown[],
  record: (args: unknown[]) => void,
): unknown =>
  call(store, `add${kind}Listener`, ...path, (given: unknown, ...args: unknown[]) => {
    expect(given).toBe(store);
    record(
      args.map((arg) =>
        typeof arg === 'function' && arg.length === 0
          ? plain(Reflect.apply(arg, undefined, []))
          : arg,
      ),
    );
  });

describe('listeners', () => {
  it('are called in a fixed order: mutators, then the others', () => {
    const store = createStore();
    const log: string[] = [];
    for (const isMutator of [false, true]) {
      for (const [kind, length] of KINDS) {
        const name = isMutator ? `mutator ${kind}` : kind;
        const record = (): void => void log.push(name);
        call(store, `add${kind}Listener`, ...wildcards(kind, length), record, isMutator);
      }
    }
    store.addStartTransactionListener(() => log.push('start'));
    store.addWillFinishTransactionListener(() => log.push('will'));
    store.addDidFinishTransactionListener(() => log.push('did'));
    store.transaction(
      () => {
        store.setCell('t', 'r', 'c', 1).setValue('v', 1);
        call(store, 'setCell', 't', 'r', 'x', NaN);
        call(store, 'setValue', 'x', NaN);
      },
      () => {
        log.push('rollback?');
        return false;
      },
    );
    const kinds = KINDS.map(([kind]) => kind);
    expect(log).toStrictEqual([
      'start',
      ...kinds.map((kind) => `mutator ${kind}`),
      'rollback?',
      'will',
      ...kinds,
      'did',
    ]);
    const stats = Object.entries(store.getListenerStats());
    expect(stats).toHaveLength(KINDS.length + 1);
    expect(stats.filter(([, count]) => count !== 2)).toStrictEqual([['transaction', 3]]);
  });

  it('are called exact id first at each level, depth first', () => {
    const paths = ['t', null].flatMap((tableId) =>
      ['r', null].flatMap((rowId) =>
        ['c', null].map((cellId) => [tableId, rowId, cellId] as const),
      ),
    );
    const store = createStore();
    const log: unknown[] = [];
    for (const path of [...paths].reverse()) store.addCellListener(...path, () => log.push(path));
    store.setCell('t', 'r', 'c', 1);
    expect(log).toStrictEqual(paths);
  });

  it.each<[string, unknown[], (store: Store) => unknown, unknown[]]>([
    ['HasTables', [], (store) => store.delTables(), [[false]]],
    ['HasTables', [], (store) => store.setCell('u', 'r', 'a', 1), []],
    ['TableIds', [], (store) => store.setTables({u: {r: {a: 1}}}), [[{u: 1, t: -1}]]],
    ['HasTable', ['t'], (store) => store.delTable('t'), [['t', false]]],
    ['TableCellIds', ['t'], (store) => store.delRow('t', 'r'), [['t', {b: -1}]]],
    ['HasTableCell', ['t', null], (store) => store.setCell('t', 'r', 'z', 1), [['t', 'z', true]]],
    ['RowCount', ['t'], (store) => store.delRow('t', 'r'), [['t', 1]]],
    ['RowIds', ['t'], (store) => store.setTable('t', {n: {a: 1}}), [['t', {n: 1, r: -1, q: -1}]]],
    ['HasRow', ['t', 'n'], (store) => store.setRow('t', 'n', {a: 1}), [['t', 'n', true]]],
    [
      'CellIds',
      ['t', 'r'],
      (store) => store.setRow('t', 'r', {c: 1, a: 1}),
      [['t', 'r', {c: 1, b: -1}]],
    ],
    ['HasCell', ['t', 'r', 'b'], (store) => store.delCell('t', 'r', 'b'), [['t', 'r', 'b', false]]],
    ['HasValues', [], (store) => store.delValues(), [[false]]],
    ['ValueIds', [], (store) => store.setValues({w: 1}), [[{w: 1, v: -1}]]],
    [
      'HasValue',
      [null],
      (store) => store.setValues({w: 1}),
      [
        ['w', true],
        ['v', false],
      ],
    ],
    ['Row', [1, 'r'], (store) => store.setCell('1', 'r', 'a', 1), []],
    ['Row', [undefined, 'r'], (store) => store.setCell('t', 'r', 'a', 9), []],
  ])('to %s %j hear of the net change', (kind, path, change, calls) => {
    const store = createStore()
      .setTables({t: {r: {a: 1, b: 2}, q: {a: 1}}})
      .setValues({v: 1});
    const log: unknown[] = [];
    listen(store, kind, path, (args) => log.push(args));
    change(store);
    expect(log).toStrictEqual(calls);
  });

  it('get the cells before and after, of a row that was deleted and made again, too', () => {
    const store = createStore().setTables({t: {r: {a: 1, b: {x: 2}}, q: {a: 1}}});
    const log: unknown[] = [];
    listen(store, 'RowIds', ['t'], (args) => log.push(args));
    store.addCellListener(null, null, null, (_, tableId, rowId, cellId, now, old) =>
      log.push([tableId, rowId, cellId, now, old]),
    );
    store.addRowListener('t', null, (_, _tableId, rowId, getCellChange) =>
      log.push([
        rowId,
        getCellChange?.('t', 'r', 'a'),
        getCellChange?.('t', 'q', 'a'),
        getCellChange?.('x', 'y', 'z'),
      ]),
    );
    store.transaction(() => store.delRow('t', 'r').setRow('t', 'r', {a: 5}));
    expect(log).toStrictEqual([
      ['t', 'r', 'a', 5, 1],
      ['t', 'r', 'b', undefined, {x: 2}],
      ['r', [true, 1, 5], [false, 1, 1], [false, undefined, undefined]],
    ]);
  });

  it('hear nothing of what was undone within the transaction', () => {
    const store = createStore().setCell('t', 'r', 'c', 1).setValue('v', 1);
    const log: unknown[] = [];
    for (const [kind, length] of KINDS) {
      call(store, `add${kind}Listener`, ...wildcards(kind, length), () => log.push(kind));
    }
    store.transaction(() => {
      store.setRow('t', 'n', {a: 1}).setCell('t', 'r', 'c', 2).setValue('v', 2);
      store.delRow('t', 'n').setCell('t', 'r', 'c', 1).setValue('v', 1);
    });
    expect(log).toStrictEqual([]);
  });

  it('work on a copy of the changes if they are mutators, those to values after those to cells', () => {
    const store = createStore();
    const log: unknown[] = [];
    const mutate = (cell: unknown): void => {
      log.push(['cell mutator', cell]);
      store.setCell('t', 'r', 'c', 5).setValue('v', 6);
    };
    store.addCellListener(
      't',
      'r',
      'c',
      (_, _tableId, _rowId, _cellId, cell) => mutate(cell),
      true,
    );
    store.addValueListener(
      'v',
      (_, _valueId, value) => {
        log.push(['value mutator', value]);
        store.setCell('t', 'r', 'd', 7);
      },
      true,
    );
    store.addCellListener(null, null, null, (_, _tableId, _rowId, cellId, cell) =>
      log.push([cellId, cell]),
    );
    store.setCell('t', 'r', 'c', 9);
    expect(log).toStrictEqual([
      ['cell mutator', 9],
      ['value mutator', 6],
      ['c', 5],
      ['d', 7],
    ]);
  });

  it('cannot write if they are not mutators, but before the end of the transaction', () => {
    const store = createStore();
    const results: unknown[] = [];
    store.addWillFinishTransactionListener(() => store.setValue('will', 1));
    store.addValuesListener(() => {
      store.setValue('listener', 1);
      results.push(
        store.addRow('t', {c: 1}),
        store.transaction(() => results.push('run')),
      );
    });
    store.addDidFinishTransactionListener(() => store.setValue('did', 1));
    store.setValue('v', 1);
    expect(plain(store.getContent())).toStrictEqual([{}, {v: 1, will: 1}]);
    expect(results).toStrictEqual([undefined, undefined]);
  });

  it('have ids that are used again, the longest free first', () => {
    const store = createStore();
    const add = (): string => store.addTablesListener(() => undefined);
    expect([add(), add(), add()]).toStrictEqual(['0', '1', '2']);
    store.delListener('1').delListener('0').delListener('none').callListener('none');
    expect([add(), add(), add()]).toStrictEqual(['1', '0', '3']);
  });

  it('may be added and removed while others run', () => {
    const store = createStore();
    const log: string[] = [];
    const removed: string[] = [];
    store.addValuesListener(() => {
      log.push('first');
      removed.forEach((id) => store.delListener(id));
      store.addValuesListener(() => log.push('added'));
    });
    removed.push(store.addValuesListener(() => log.push('removed')));
    store.setValue('v', 1);
    expect(log).toStrictEqual(['first', 'added']);
  });

  it.each<[string, unknown[], unknown[]]>([
    [
      'Cell',
      ['t', null, null],
      [
        ['t', 'r', 'a', 1, 1],
        ['t', 'r', 'b', {x: 1}, {x: 1}],
      ],
    ],
    ['Cell', ['n', 'n', 'n'], [['n', 'n', 'n', undefined, undefined]]],
    ['Value', [null], [['v', 1, 1]]],
    ['HasTables', [], [[true]]],
    ['HasTable', ['none'], [['none', false]]],
    [
      'HasTable',
      [null],
      [
        ['t', true],
        ['u', true],
      ],
    ],
    [
      'HasTableCell',
      ['t', null],
      [
        ['t', 'a', true],
        ['t', 'b', true],
      ],
    ],
    ['HasValue', [null], [['v', true]]],
    [
      'Row',
      [null, null],
      [
        ['t', 'r'],
        ['u', 's'],
      ],
    ],
    ['RowCount', [null], [['t'], ['u']]],
    ['RowIds', ['t'], [['t']]],
    ['Tables', [], [[]]],
    ['InvalidCell', ['t', 'r', 'q'], [['t', 'r', 'q']]],
    ['InvalidCell', ['t', null, 'q'], []],
    ['InvalidValue', [null], []],
    ['StartTransaction', [], [[]]],
    ['SortedRowIds', ['t', 'a', false, 0, undefined], []],
  ])('to %s %j can be called for what is there', (kind, path, calls) => {
    const store = createStore()
      .setTables({t: {r: {a: 1, b: {x: 1}}}, u: {s: {a: 2}}})
      .setValues({v: 1});
    const log: unknown[] = [];
    const id = listen(store, kind, path, (args) => log.push(args));
    expect(call(store, 'callListener', id)).toBe(store);
    expect(log).toStrictEqual(calls);
  });
});
