import {describe, expect, it} from 'vitest';
import {call, plain} from '../../test/support/any-input.ts';
import {createStore, type Store} from './index.ts';

const filled = (): Store =>
  createStore().setContent([
    {t: {r: {a: 1, b: {o: 1}}, s: {a: 2}}, u: {q: {d: 3}}},
    {v: [1], w: 2},
  ]);

/** What the function that a `forEach…` method is given gets. */
const eachOf = (store: Store, method: string, ...path: string[]): unknown[][] => {
  const seen: unknown[][] = [];
  call(store, method, ...path, (...args: unknown[]) => void seen.push(args));
  return seen;
};

describe('Reading', () => {
  it.each<[method: string, path: string[], result: unknown]>([
    ['hasTables', [], true],
    ['hasTable', ['t'], true],
    ['hasTable', ['none'], false],
    ['hasTableCell', ['t', 'b'], true],
    ['hasTableCell', ['t', 'd'], false],
    ['hasTableCell', ['none', 'a'], false],
    ['hasRow', ['t', 's'], true],
    ['hasRow', ['t', 'q'], false],
    ['hasRow', ['none', 'r'], false],
    ['hasCell', ['t', 'r', 'b'], true],
    ['hasCell', ['t', 's', 'b'], false],
    ['hasCell', ['t', 'none', 'a'], false],
    ['hasCell', ['none', 'r', 'a'], false],
    ['hasValues', [], true],
    ['hasValue', ['v'], true],
    ['hasValue', ['none'], false],
    ['getTables', [], {t: {r: {a: 1, b: {o: 1}}, s: {a: 2}}, u: {q: {d: 3}}}],
    ['getTableIds', [], ['t', 'u']],
    ['getTable', ['t'], {r: {a: 1, b: {o: 1}}, s: {a: 2}}],
    ['getTable', ['none'], {}],
    ['getTableCellIds', ['t'], ['a', 'b']],
    ['getTableCellIds', ['none'], []],
    ['getRowCount', ['t'], 2],
    ['getRowCount', ['none'], 0],
    ['getRowIds', ['t'], ['r', 's']],
    ['getRowIds', ['none'], []],
    ['getSortedRowIds', ['none'], []],
    ['getRow', ['t', 'r'], {a: 1, b: {o: 1}}],
    ['getRow', ['t', 'none'], {}],
    ['getRow', ['none', 'r'], {}],
    ['getCellIds', ['t', 'r'], ['a', 'b']],
    ['getCellIds', ['t', 'none'], []],
    ['getCellIds', ['none', 'r'], []],
    ['getCell', ['t', 'r', 'b'], {o: 1}],
    ['getCell', ['t', 's', 'b'], undefined],
    ['getCell', ['t', 'none', 'a'], undefined],
    ['getCell', ['none', 'r', 'a'], undefined],
    ['getValues', [], {v: [1], w: 2}],
    ['getValueIds', [], ['v', 'w']],
    ['getValue', ['v'], [1]],
    ['getValue', ['none'], undefined],
  ])('%s%j', (method, path, result) => {
    const given = call(filled(), method, ...path);
    expect(plain(given)).toStrictEqual(result);
    if (method !== 'getCell' && typeof result === 'object' && !Array.isArray(result)) {
      expect(Object.getPrototypeOf(given)).toBeNull();
    }
  });

  it.each<[method: string, path: string[], calls: unknown[][]]>([
    [
      'forEachCell',
      ['t', 'r'],
      [
        ['a', 1],
        ['b', {o: 1}],
      ],
    ],
    ['forEachCell', ['t', 'none'], []],
    ['forEachCell', ['none', 'r'], []],
    [
      'forEachTableCell',
      ['t'],
      [
        ['a', 2],
        ['b', 1],
      ],
    ],
    ['forEachTableCell', ['none'], []],
    [
      'forEachValue',
      [],
      [
        ['v', [1]],
        ['w', 2],
      ],
    ],
    ['forEachRow', ['none'], []],
  ])('%s%j goes through what is there', (method, path, calls) => {
    expect(eachOf(filled(), method, ...path)).toStrictEqual(calls);
  });

  it('forEachTable goes through tables, rows and cells', () => {
    const seen: unknown[] = [];
    filled().forEachTable((tableId, forEachRow) =>
      forEachRow((rowId, forEachCell) =>
        forEachCell((cellId, cell) => seen.push([tableId, rowId, cellId, cell])),
      ),
    );
    expect(seen).toStrictEqual([
      ['t', 'r', 'a', 1],
      ['t', 'r', 'b', {o: 1}],
      ['t', 's', 'a', 2],
      ['u', 'q', 'd', 3],
    ]);
  });

  it('finds nothing in an empty store', () => {
    const store = createStore();
    expect([store.hasTables(), store.hasValues()]).toStrictEqual([false, false]);
    expect(store.getJson()).toBe('[{},{}]');
    expect(eachOf(store, 'forEachTable')).toStrictEqual([]);
    expect(eachOf(store, 'forEachValue')).toStrictEqual([]);
  });

  it('takes numbers for ids', () => {
    const store = createStore().setRow('1', '2', {3: 4}).setValue('5', 6);
    expect(call(store, 'getCell', 1, 2, 3)).toBe(4);
    expect(call(store, 'hasCell', 1, 2, 3)).toBe(true);
    expect(call(store, 'getValue', 5)).toBe(6);
    expect(call(store, 'getSortedRowIds', 1, 3)).toStrictEqual(['2']);
    expect(call(store, 'getSortedRowIds', {tableId: 1, cellId: 3})).toStrictEqual(['2']);
  });
});

describe('A store', () => {
  it('tells what it is, and whether it has schemas', () => {
    const store = createStore();
    const tell = (): boolean[] => [
      store.isMergeable(),
      store.hasTablesSchema(),
      store.hasValuesSchema(),
    ];
    expect(tell()).toStrictEqual([false, false, false]);
    store.setTablesSchema({t: {c: {type: 'number'}}});
    expect(tell()).toStrictEqual([false, true, false]);
    store.setValuesSchema({v: {type: 'number'}}).delTablesSchema();
    expect(tell()).toStrictEqual([false, false, true]);
  });

  it('refuses what is no changes, and goes on as before', () => {
    const store = createStore();
    for (const changes of [
      [null, {}, 1],
      [{}, undefined, 1],
      [{t: null}, {}, 1],
    ]) {
      expect(() => call(store, 'applyChanges', changes)).toThrow(
        new TypeError('changes: expected [tables, values, 1]'),
      );
    }
    call(store, 'setCell', 't', 'r', 'c', '\uFFFD{}');
    expect(store.hasTables()).toBe(false);
  });
});

describe('Deleting', () => {
  it('of what is not there changes nothing, and tells nobody', () => {
    const store = filled();
    const before = store.getJson();
    let calls = 0;
    store.addTablesListener(() => calls++);
    store.addValuesListener(() => calls++);
    store.delCell('none', 'r', 'a').delCell('t', 'none', 'a').delCell('t', 's', 'b');
    store.delCell('t', 'r', 'none').delRow('none', 'r').delRow('t', 'none').delTable('none');
    store.delValue('none');
    expect(store.getJson()).toBe(before);
    expect(calls).toBe(0);
  });

  it('of the last cell takes the row with it, of the last row the table', () => {
    const store = filled();
    store.delCell('t', 's', 'a');
    expect(store.getRowIds('t')).toStrictEqual(['r']);
    expect(store.getTableCellIds('t')).toStrictEqual(['a', 'b']);
    store.delCell('t', 'r', 'b');
    expect(store.getTableCellIds('t')).toStrictEqual(['a']);
    store.delCell('t', 'r', 'a');
    expect(store.getTableIds()).toStrictEqual(['u']);
    store.delRow('u', 'q');
    expect(store.hasTables()).toBe(false);
  });
});

describe('Rows with many cells, and of many shapes', () => {
  const ids = Array.from({length: 150}, (_item, index) => `c${String(index)}`);

  it('keep their cells in the order in which they were added', () => {
    const store = createStore();
    for (const [index, id] of ids.entries()) store.setCell('t', 'r', id, index);
    expect(store.getCellIds('t', 'r')).toStrictEqual(ids);
    store.setRow('t', 's', store.getRow('t', 'r'));
    store.delCell('t', 'r', 'c3').delCell('t', 'r', 'c70').setCell('t', 'r', 'c3', 'last');
    const expected = [...ids.filter((id) => id !== 'c3' && id !== 'c70'), 'c3'];
    expect(store.getCellIds('t', 'r')).toStrictEqual(expected);
    expect(store.getCell('t', 'r', 'c149')).toBe(149);
    expect(store.getCellIds('t', 's')).toStrictEqual(ids);
    store.delRow('t', 'r');
    expect(Object.values(store.getRow('t', 's'))).toStrictEqual(ids.map((_id, index) => index));
  });

  it('do not mix their cells up', () => {
    const store = createStore();
    const rows: Record<string, Record<string, number>> = {};
    for (let index = 0; index < 3_000; index++) {
      const row: Record<string, number> = {};
      for (let bit = 0; bit < 12; bit++) {
        if ((index + 1) & (1 << bit)) row[`c${String(bit)}`] = index;
      }
      rows[`r${String(index)}`] = row;
    }
    store.setTable('t', rows);
    expect(plain(store.getTable('t'))).toStrictEqual(rows);
    expect(store.getRow('t', 'r0')).toEqual({c0: 0});
    for (let index = 0; index < 3_000; index += 2) store.delRow('t', `r${String(index)}`);
    for (let index = 0; index < 3_000; index += 2)
      Reflect.deleteProperty(rows, `r${String(index)}`);
    expect(plain(store.getTable('t'))).toStrictEqual(rows);
    expect(store.getRowIds('t')).toStrictEqual(Object.keys(rows));
    expect(store.getTableCellIds('t')).not.toContain('c0');
    store.setCell('t', 'r1', 'c0', 'new');
    expect(store.getRow('t', 'r1')).toEqual({c1: 1, c0: 'new'});
  });
});

describe('addRow', () => {
  it('counts on, past ids that are taken, and uses freed ones again, if told to', () => {
    const store = createStore().setRow('t', '1', {c: 1});
    expect([1, 2, 3].map(() => store.addRow('t', {c: 1}))).toStrictEqual(['0', '2', '3']);
    store.delRow('t', '0').delRow('t', '2').setRow('t', '0', {c: 1});
    expect(store.addRow('t', {c: 1})).toBe('2');
    store.delRow('t', '3');
    expect(store.addRow('t', {c: 1}, false)).toBe('4');
    expect(store.addRow('t', {c: 1}, true)).toBe('3');
  });

  it('uses no id again that is no number', () => {
    const store = createStore().setRow('t', 'a', {c: 1}).setRow('t', '1x', {c: 1});
    store.setRow('t', 'x1', {c: 1}).setRow('t', 'keep', {c: 1});
    store.delRow('t', 'a').delRow('t', '1x').delRow('t', 'x1');
    expect([1, 2].map(() => store.addRow('t', {c: 1}))).toStrictEqual(['0', '1']);
  });
});
