import {describe, expect, it} from 'vitest';
import {call, plain} from '../../test/support/any-input.ts';
import {createStore, type Store} from './index.ts';

const fail =
  (message = 'x') =>
  (): never => {
    throw new Error(message);
  };
const set = (store: Store): Store => store.setCell('t', 'r', 'c', 1);

describe('a transaction', () => {
  it.each<
    [
      string,
      (store: Store, log: unknown[]) => unknown,
      (store: Store) => unknown,
      number,
      unknown[],
      string?,
    ]
  >([
    ['is committed', () => undefined, set, 1, ['will', 1, 'did']],
    [
      'is rolled back on request, but tells what was invalid',
      () => undefined,
      (store) =>
        store.transaction(
          () => call(set(store), 'setCell', 't', 'r', 'c', NaN),
          (given) => given === store,
        ),
      0,
      ['will', 'invalid', 'did'],
    ],
    [
      'is rolled back if its actions throw',
      () => undefined,
      (store) =>
        store.transaction(() => {
          set(store);
          fail()();
        }),
      0,
      [],
      'x',
    ],
    [
      'is rolled back whole if one inside of it throws, even if that is caught',
      () => undefined,
      (store) =>
        store.transaction(() => {
          set(store);
          expect(() => store.transaction(fail())).toThrow('x');
          store.setCell('t', 'r', 'c', 7);
        }),
      0,
      [],
    ],
    [
      'is rolled back if a mutator throws',
      (store) => store.addCellListener(null, null, null, fail(), true),
      set,
      0,
      [],
      'x',
    ],
    [
      'is rolled back if the decision about that throws',
      () => undefined,
      (store) => store.transaction(() => set(store), fail()),
      0,
      [],
      'x',
    ],
    [
      'is rolled back if a will-finish listener throws, after all of them have run',
      (store, log) => {
        store.addWillFinishTransactionListener(fail());
        store.addWillFinishTransactionListener(() => log.push('will 2'));
      },
      set,
      0,
      ['will', 'will 2', 'did'],
      'x',
    ],
    [
      'stays committed if a listener throws, and the others run',
      (store, log) => {
        store.addRowListener(null, null, fail());
        store.addTableListener(null, fail('y'));
        store.addTablesListener(() => log.push('tables'));
      },
      set,
      1,
      ['will', 1, 'tables', 'did'],
      'x',
    ],
    [
      'stays committed if a did-finish listener throws',
      (store, log) => {
        store.addDidFinishTransactionListener(fail());
        store.addDidFinishTransactionListener(() => log.push('did 2'));
      },
      set,
      1,
      ['will', 1, 'did', 'did 2'],
      'x',
    ],
    [
      'does not begin if a start listener throws',
      (store) => store.addStartTransactionListener(fail()),
      set,
      0,
      [],
      'x',
    ],
  ])('%s', (_, prepare, act, cell, calls, message) => {
    const store = createStore().setCell('t', 'r', 'c', 0);
    const log: unknown[] = [];
    store.addCellListener(null, null, null, (_store, _tableId, _rowId, _cellId, now) =>
      log.push(now),
    );
    store.addInvalidCellListener(null, null, null, () => log.push('invalid'));
    store.addWillFinishTransactionListener(() => log.push('will'));
    store.addDidFinishTransactionListener(() => log.push('did'));
    prepare(store, log);
    if (message === undefined) act(store);
    else expect(() => act(store)).toThrow(message);
    expect(store.getCell('t', 'r', 'c')).toBe(cell);
    expect(log).toStrictEqual(calls);
  });

  it('keeps what a will-finish listener writes after a rollback', () => {
    const store = createStore();
    store.addWillFinishTransactionListener(() => store.setValue('w', 4));
    store.transaction(
      () => store.setValue('v', 1),
      () => true,
    );
    expect(plain(store.getValues())).toStrictEqual({w: 4});
  });

  it('nests, the outermost one deciding, and gives what its actions return', () => {
    let finished = 0;
    const store = createStore();
    store.addDidFinishTransactionListener(() => finished++);
    store.finishTransaction().startTransaction().startTransaction().setValue('a', 1);
    store.finishTransaction(() => true);
    expect(finished).toBe(0);
    store.finishTransaction();
    expect([finished, store.getValue('a')]).toStrictEqual([1, 1]);
    expect(store.transaction(() => 5)).toBe(5);
  });

  it('is not finished by a listener that it calls', () => {
    const store = createStore();
    store.addValueListener('v', () => store.finishTransaction(), true);
    store.setValue('v', 1);
    expect(store.getValue('v')).toBe(1);
  });

  it('restores objects, the order of rows, ids of columns and schemas when rolled back', () => {
    const store = createStore()
      .setTables({t: {a: {c: {x: 1}}, b: {c: 1}, d: {e: [1]}}, u: {a: {c: 1}}})
      .setValue('v', [1])
      .setTablesSchema({
        t: {c: {type: ['object', 'number']}, e: {type: 'array'}},
        u: {c: {type: 'number'}},
      });
    const before = [plain(store.getContent()), store.getRowIds('t'), store.getSchemaJson()];
    store.transaction(
      () => {
        store.setCell('t', 'a', 'c', {x: 2}).delTables().delValues().delTablesSchema();
        store.setRow('t', 'n', {c: 1}).setValuesSchema({v: {type: 'string'}});
      },
      () => true,
    );
    expect([plain(store.getContent()), store.getRowIds('t'), store.getSchemaJson()]).toStrictEqual(
      before,
    );
    expect(store.getTableCellIds('t')).toStrictEqual(['c', 'e']);
  });

  it('is rolled back right however long it is', () => {
    const store = createStore().setTables({t: {r: {a: 1, b: 2}, s: {a: 3}}});
    const before = store.getJson();
    const write = (step: number): void => {
      store.setCell('t', 'r', 'a', step).setRow('t', 'n', {c: step}).delRow('t', 'n');
      if (step % 7 === 0) store.delRow('t', 's').setRow('t', 's', {z: step});
      if (step % 11 === 0) store.delCell('t', 'r', 'b').setCell('t', 'r', 'b', step);
    };
    store.transaction(
      () => {
        for (let step = 0; step < 60_000; step++) write(step);
      },
      () => true,
    );
    expect(store.getJson()).toBe(before);
  });
});

describe('what a transaction has changed', () => {
  const BEFORE = {t: {r: {c: 1, d: 1}}, u: {r: {c: 1}, r2: {c: 1}}};
  const change = (store: Store): void => {
    store.setCell('t', 'r', 'c', 2).delCell('t', 'r', 'd').delRow('u', 'r');
    store.setValue('v', 2).delValue('w').setCell('n', 'r', 'c', {a: 1});
    call(store, 'setCell', 'n', 'r', 'bad', NaN);
    call(store, 'setValue', 'bad', NaN);
    store.setCell('t', 'same', 'x', 1).delRow('t', 'same');
  };
  const CHANGES = [
    {t: {r: {c: 2, d: undefined}}, u: {r: undefined}, n: {r: {c: {a: 1}}}},
    {v: 2, w: undefined},
    1,
  ];

  it('is told during it and to its listeners, and not outside', () => {
    const store = createStore().setTables(BEFORE).setValues({v: 1, w: 1});
    const seen: unknown[] = [];
    store.addDidFinishTransactionListener(() =>
      seen.push(plain(store.getTransactionChanges()), plain(store.getTransactionLog())),
    );
    store.transaction(() => {
      change(store);
      seen.push(plain(store.getTransactionChanges()));
    });
    expect(seen).toStrictEqual([
      CHANGES,
      CHANGES,
      [
        true,
        true,
        {
          t: {r: {c: [1, 2], d: [1, undefined]}},
          u: {r: {c: [1, undefined]}},
          n: {r: {c: [undefined, {a: 1}]}},
        },
        {n: {r: {bad: [NaN]}}},
        {v: [1, 2], w: [1, undefined]},
        {bad: [NaN]},
        {n: 1},
        {u: {r: -1}, n: {r: 1}},
        {t: {r: {d: -1}}, u: {r: {c: -1}}, n: {r: {c: 1}}},
        {w: -1},
      ],
    ]);
    expect(plain(store.getTransactionChanges())).toStrictEqual([{}, {}, 1]);
    expect(plain(store.getTransactionLog())).toStrictEqual([
      false,
      false,
      {},
      {},
      {},
      {},
      {},
      {},
      {},
      {},
    ]);
  });

  it('can be applied to a copy', () => {
    const store = createStore().setTables(BEFORE).setValues({v: 1, w: 1});
    const copy = createStore().setJson(store.getJson());
    store.transaction(
      () => change(store),
      () => {
        copy.applyChanges(store.getTransactionChanges());
        return false;
      },
    );
    expect(plain(copy.getContent())).toStrictEqual(plain(store.getContent()));
  });

  it('shows removed tables, and that something was touched', () => {
    const store = createStore().setCell('t', 'r', 'c', 1);
    const seen: unknown[] = [];
    store.addDidFinishTransactionListener(() =>
      seen.push(plain(store.getTransactionChanges()), store.getTransactionLog()[0]),
    );
    store.delTable('t');
    store.transaction(() => store.setCell('a', 'b', 'c', 1).delCell('a', 'b', 'c'));
    expect(seen).toStrictEqual([[{t: undefined}, {}, 1], true, [{}, {}, 1], true]);
  });
});
