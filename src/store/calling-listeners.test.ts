import {describe, expect, it} from 'vitest';
import {call} from '../../test/support/any-input.ts';
import {createStore} from './index.ts';

const CONTENT = [
  {t: {r: {a: 1, b: {o: 1}}, s: {a: 2}}, u: {q: {d: 3}}},
  {v: [1], w: 2},
] as const;

/** What a listener of a kind gets, but for the store, when it is called though nothing has changed. */
const called = (kind: string, ...path: unknown[]): unknown[][] => {
  const store = createStore();
  call(store, 'setContent', CONTENT);
  const seen: unknown[][] = [];
  const listener = (_store: unknown, ...args: unknown[]): void => void seen.push(args);
  const id = call(store, `add${kind}Listener`, ...path, listener);
  call(store, 'callListener', id);
  return seen;
};

describe('callListener', () => {
  it.each<[kind: string, path: (string | null)[], calls: unknown[][]]>([
    ['HasTables', [], [[true]]],
    ['Tables', [], [[]]],
    ['TableIds', [], [[]]],
    ['HasTable', ['t'], [['t', true]]],
    ['HasTable', ['none'], [['none', false]]],
    ['Table', [null], [['t'], ['u']]],
    ['TableCellIds', ['t'], [['t']]],
    [
      'HasTableCell',
      ['t', null],
      [
        ['t', 'a', true],
        ['t', 'b', true],
      ],
    ],
    ['HasTableCell', ['none', null], []],
    ['RowCount', [null], [['t'], ['u']]],
    ['RowIds', ['t'], [['t']]],
    [
      'HasRow',
      ['t', null],
      [
        ['t', 'r', true],
        ['t', 's', true],
      ],
    ],
    [
      'Row',
      [null, null],
      [
        ['t', 'r'],
        ['t', 's'],
        ['u', 'q'],
      ],
    ],
    ['Row', ['none', null], []],
    ['CellIds', ['t', 'r'], [['t', 'r']]],
    [
      'HasCell',
      ['t', 'r', null],
      [
        ['t', 'r', 'a', true],
        ['t', 'r', 'b', true],
      ],
    ],
    ['HasCell', ['t', 'r', 'none'], [['t', 'r', 'none', false]]],
    [
      'Cell',
      [null, null, 'a'],
      [
        ['t', 'r', 'a', 1, 1],
        ['t', 's', 'a', 2, 2],
        ['u', 'q', 'a', undefined, undefined],
      ],
    ],
    [
      'Cell',
      ['t', 'r', null],
      [
        ['t', 'r', 'a', 1, 1],
        ['t', 'r', 'b', {o: 1}, {o: 1}],
      ],
    ],
    ['Cell', ['t', 'none', null], []],
    ['HasValues', [], [[true]]],
    ['Values', [], [[]]],
    ['ValueIds', [], [[]]],
    [
      'HasValue',
      [null],
      [
        ['v', true],
        ['w', true],
      ],
    ],
    [
      'Value',
      [null],
      [
        ['v', [1], [1]],
        ['w', 2, 2],
      ],
    ],
    ['Value', ['none'], [['none', undefined, undefined]]],
    ['InvalidCell', ['t', 'r', 'a'], [['t', 'r', 'a']]],
    ['InvalidCell', ['t', 'r', null], []],
    ['InvalidValue', [null], []],
    ['StartTransaction', [], [[]]],
  ])('calls one for %s at %j for what is there', (kind, path, calls) => {
    expect(called(kind, ...path)).toStrictEqual(calls);
  });

  it('calls one for an empty id, and not for what is not there', () => {
    const store = createStore().setRow('', '', {'': 1});
    const seen: unknown[] = [];
    const listener = (_store: unknown, ...args: unknown[]): void => void seen.push(args);
    const id = store.addCellListener('', null, null, listener);
    store.callListener(id);
    expect(seen).toStrictEqual([['', '', '', 1, 1]]);
  });
});

describe('A listener to sorted row ids', () => {
  it('is called when the last row of its page goes', () => {
    const store = createStore().setTable('t', {a: {n: 1}, b: {n: 2}});
    const seen: unknown[] = [];
    store.addSortedRowIdsListener('t', 'n', false, 0, undefined, (_store, ...args) =>
      seen.push(args.at(-1)),
    );
    store.delRow('t', 'b');
    expect(seen).toStrictEqual([['a']]);
    store.delRow('t', 'a');
    expect(seen).toStrictEqual([['a'], []]);
  });

  it('is called once in a transaction, and not for changes that leave its page as it is', () => {
    const store = createStore().setTable('t', {a: {n: 1}, b: {n: 2}});
    let calls = 0;
    store.addSortedRowIdsListener('t', 'n', false, 0, 1, () => calls++);
    store.setRow('t', 'c', {n: 3}).setCell('t', 'b', 'n', 5).setCell('t', 'b', 'x', 0);
    expect(calls).toBe(0);
    store.transaction(() => store.setRow('t', 'd', {n: 0}).setCell('t', 'a', 'n', 9));
    expect(calls).toBe(1);
  });
});

describe('Listeners to transactions', () => {
  it('are no mutators, whatever they are added with', () => {
    const store = createStore();
    const seen: boolean[] = [];
    const listener = (): void => void seen.push(true);
    call(store, 'addStartTransactionListener', listener, true);
    call(store, 'addDidFinishTransactionListener', listener, true);
    store.setValue('v', 1);
    expect(seen).toHaveLength(2);
    expect(store.getListenerStats().transaction).toBe(2);
  });
});
