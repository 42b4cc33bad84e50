import {runInNewContext} from 'node:vm';
import {describe, expect, it} from 'vitest';
import {call, recordInvalid} from '../../test/support/any-input.ts';
import {createStore} from './index.ts';
import {internalsOf} from './store-internals.ts';

const PREFIX = '\uFFFD';

/** What a cell is read as, once it has been set; `undefined` if it was not admitted. */
const readBack = (cell: unknown): unknown => {
  const store = createStore();
  const invalid = recordInvalid(store);
  call(store, 'setCell', 't', 'r', 'c', cell);
  expect(invalid).toHaveLength(store.hasCell('t', 'r', 'c') ? 0 : 1);
  return store.getCell('t', 'r', 'c');
};

class Point {
  x = 1;
}

const cyclic = (): object => {
  const thing: Record<string, unknown> = {};
  thing['self'] = thing;
  return thing;
};

describe('A cell', () => {
  it('may be a plain object, wherever it was made, or an array', () => {
    expect(readBack({a: [1, {b: null}]})).toStrictEqual({a: [1, {b: null}]});
    expect(readBack(Object.assign(Object.create(null) as object, {a: 1}))).toStrictEqual({a: 1});
    expect(readBack(runInNewContext('({a: 1})'))).toStrictEqual({a: 1});
    expect(readBack([])).toStrictEqual([]);
    expect(readBack(runInNewContext('[1]'))).toStrictEqual([1]);
  });

  it.each<[name: string, make: () => unknown]>([
    ['an object with a class', () => new Point()],
    ['a date', () => new Date(0)],
    ['a map', () => new Map()],
    ['a symbol', () => Symbol('a')],
    ['a bigint', () => 1n],
    ['not a number', () => NaN],
    ['infinite', () => -Infinity],
    ['an object with a bigint in it', () => ({a: 1n})],
    ['cyclic', cyclic],
    ['an object whose JSON is none', () => ({toJSON: () => undefined})],
    ['an object whose JSON is that of text', () => ({toJSON: () => 'text'})],
    ['an array whose JSON is that of a number', () => Object.assign([1], {toJSON: () => 5})],
    ['an array whose JSON is that of an object', () => Object.assign([1], {toJSON: () => ({})})],
    ['text that stands for an object', () => `${PREFIX}{}`],
    ['text that stands for nothing', () => '\uFFFC'],
  ])('is not %s', (_name, make) => {
    expect(readBack(make())).toBeUndefined();
  });

  it('may be any other text', () => {
    for (const text of ['', 'a', `a${PREFIX}`, '\uFFFCa', '__proto__']) {
      expect(readBack(text)).toBe(text);
    }
  });
});

describe('A stored cell', () => {
  it.each(['null', '5', '"text"', '{', ''])('is no object if its JSON is %j', (json) => {
    const store = createStore();
    const refused: unknown[] = [];
    internalsOf(store).setContent([{t: {r: {c: `${PREFIX}${json}`}}}, {}], {
      row: (...place) => refused.push(place),
      value: () => undefined,
    });
    expect(store.hasTable('t')).toBe(false);
    expect(refused.length).toBeGreaterThan(0);
  });
});

describe('Objects', () => {
  it('are read as objects, whole tables of them too, and made afresh each time', () => {
    const store = createStore()
      .setCell('t', 'r', 'c', {a: [1]})
      .setValue('v', {b: 2});
    const reads: (() => unknown)[] = [
      () => store.getCell('t', 'r', 'c'),
      () => store.getRow('t', 'r')['c'],
      () => store.getTable('t')['r']?.['c'],
      () => store.getTables()['t']?.['r']?.['c'],
      () => store.getContent()[0]['t']?.['r']?.['c'],
    ];
    for (const read of reads) {
      expect(read()).toStrictEqual({a: [1]});
      expect(read()).not.toBe(read());
    }
    expect(store.getValues()).toEqual({v: {b: 2}});
  });
});

describe('Many parts', () => {
  const COUNT = 40;
  const ids = Array.from({length: COUNT}, (_item, index) => `c${String(index)}`);

  it('of a row, changed and some changed back, are told apart', () => {
    const store = createStore().setRow('t', 'r', Object.fromEntries(ids.map((id) => [id, 0])));
    let changes: unknown;
    store.addDidFinishTransactionListener(() => {
      changes = store.getTransactionChanges();
    });
    store.transaction(() => {
      for (const id of ids) store.setCell('t', 'r', id, 1);
      for (const id of ids.slice(5)) store.setCell('t', 'r', id, 0);
      store.setCell('t', 'r', 'c1', 2);
    });
    expect(changes).toEqual([{t: {r: {c0: 1, c1: 2, c2: 1, c3: 1, c4: 1}}}, {}, 1]);
  });

  it('are rows, tables and values, too', () => {
    const store = createStore();
    let changes: unknown;
    store.addDidFinishTransactionListener(() => {
      changes = store.getTransactionChanges();
    });
    store.transaction(() => {
      for (const id of ids) store.setCell('t', id, 'c', 1).setCell(id, 'r', 'c', 1).setValue(id, 1);
      for (const id of ids.slice(1)) store.delRow('t', id).delTable(id).delValue(id);
      store.setCell('t', 'c0', 'd', 2).setCell('c0', 'r', 'd', 2).setValue('c0', 2);
    });
    expect(changes).toEqual([{t: {c0: {c: 1, d: 2}}, c0: {r: {c: 1, d: 2}}}, {c0: 2}, 1]);
  });
});
