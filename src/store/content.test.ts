import {describe, expect, it} from 'vitest';
import {call, plain} from '../../test/support/any-input.ts';
import {createStore} from './index.ts';

const PREFIX = '\uFFFD';

describe('the data model', () => {
  it('is frozen, and hands out objects without a prototype', () => {
    const store = createStore();
    const things = [
      store.getTables(),
      store.getTable('x'),
      store.getRow('x', 'y'),
      store.getValues(),
    ];
    expect(Object.isFrozen(store)).toBe(true);
    expect(things.map((thing) => Object.getPrototypeOf(thing) as unknown)).toStrictEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('keeps ids in the order in which they were added, and objects in the order of their keys', () => {
    const store = createStore().setRow('t', '10', {a: 1}).setRow('t', '2', {a: 1});
    expect(store.getRowIds('t')).toStrictEqual(['10', '2']);
    expect(store.getTablesJson()).toBe('{"t":{"2":{"a":1},"10":{"a":1}}}');
    store.delRow('t', '10').setRow('t', '10', {a: 1, b: 1, c: 1});
    expect(store.getRowIds('t')).toStrictEqual(['2', '10']);
    store.delCell('t', '10', 'a').setCell('t', '10', 'a', 3);
    expect(store.getCellIds('t', '10')).toStrictEqual(['b', 'c', 'a']);
  });

  it('removes a row with its last cell, and a table with its last row', () => {
    const store = createStore().setTables({t: {r: {a: 1}, s: {a: 1}}});
    expect(store.delCell('t', 'r', 'a').getRowIds('t')).toStrictEqual(['s']);
    expect(store.delRow('t', 's').hasTables()).toBe(false);
  });

  it('is not affected by what is done to what it took or gave', () => {
    const given = {t: {r: {o: {deep: [1]}}}};
    const store = createStore().setTables(given);
    given.t.r.o.deep.push(2);
    const got = store.getCell('t', 'r', 'o') as {deep: number[]};
    got.deep.push(3);
    expect(plain(store.getTables())).toStrictEqual({t: {r: {o: {deep: [1]}}}});
  });

  it.each([
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '',
    '0',
    '\uFFFC',
    'é\uD83D\uDE00',
  ])('takes %j as any other id', (id) => {
    const tables = Object.fromEntries([
      [id, Object.fromEntries([[id, Object.fromEntries([[id, 1]])]])],
    ]);
    const values = Object.fromEntries([[id, 2]]);
    const store = createStore().setTables(tables).setValues(values);
    const again = createStore().setJson(store.getJson());
    for (const each of [store, again]) {
      expect([each.getTableIds(), each.getRowIds(id), each.getCellIds(id, id)]).toStrictEqual([
        [id],
        [id],
        [id],
      ]);
      expect([each.getCell(id, id, id), each.getValue(id)]).toStrictEqual([1, 2]);
      expect(each.getJson()).toBe(JSON.stringify([tables, values]));
    }
    store
      .setCell(id, id, id, 5)
      .setPartialRow(id, id, {[`${id}2`]: 6})
      .delCell(id, id, id);
    expect(store.getCellIds(id, id)).toStrictEqual([`${id}2`]);
    expect(Object.keys(Object.prototype)).toStrictEqual([]);
  });

  it.each([
    [1, '1'],
    [null, 'null'],
    [undefined, 'undefined'],
    [{}, '[object Object]'],
    [[1, 2], '1,2'],
    [1.5, '1.5'],
  ])('takes %j as the id %j', (id, text) => {
    const store = createStore();
    call(store, 'setCell', id, id, id, 1);
    call(store, 'setValue', id, 1);
    expect([store.hasCell(text, text, text), store.hasValue(text)]).toStrictEqual([true, true]);
    expect(call(store, 'getCell', id, id, id)).toBe(1);
  });

  it('throws for a symbol as an id, and changes nothing', () => {
    const store = createStore();
    expect(() => call(store, 'setCell', Symbol('t'), 'r', 'c', 1)).toThrow(TypeError);
    expect(store.hasTables()).toBe(false);
  });

  it('has methods that can be detached', () => {
    const {getCell, setCell} = createStore();
    setCell('t', 'r', 'c', 8);
    expect(getCell('t', 'r', 'c')).toBe(8);
  });

  it('iterates over what it has', () => {
    const store = createStore()
      .setTables({t: {a: {c: 1}, b: {c: 2, d: 3}}})
      .setValues({v: 4});
    const seen: unknown[] = [];
    store.forEachTable((tableId, forEachRow) =>
      forEachRow((rowId, forEachCell) =>
        forEachCell((cellId, cell) => seen.push([tableId, rowId, cellId, cell])),
      ),
    );
    store.forEachTableCell('t', (cellId, count) => seen.push([cellId, count]));
    store.forEachValue((valueId, value) => seen.push([valueId, value]));
    store.forEachRow('none', () => seen.push('never'));
    expect(seen).toStrictEqual([
      ['t', 'a', 'c', 1],
      ['t', 'b', 'c', 2],
      ['t', 'b', 'd', 3],
      ['c', 2],
      ['d', 1],
      ['v', 4],
    ]);
  });
});

describe('cells and values', () => {
  class Custom {
    readonly value = 1;
  }
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;

  it.each(['', `a${PREFIX}`, 1, -0, true, null, {}, [], {a: 1}, [1, {b: [2]}]])(
    'can be %j',
    (cell) => {
      const store = createStore().setCell('t', 'r', 'c', cell).setValue('v', cell);
      expect([store.getCell('t', 'r', 'c'), store.getValue('v')]).toStrictEqual([cell, cell]);
      expect([store.hasCell('t', 'r', 'c'), store.hasValue('v')]).toStrictEqual([true, true]);
    },
  );

  it.each([
    ['the undefined marker', '\uFFFC'],
    ['text like an encoded object', `${PREFIX}{}`],
    ['NaN', NaN],
    ['an infinity', -Infinity],
    ['undefined', undefined],
    ['a date', new Date(0)],
    ['a regular expression', /a/],
    ['a map', new Map()],
    ['an instance', new Custom()],
    ['an object with a prototype of its own', Object.create({a: 1})],
    ['a boxed number', Object(1)],
    ['a symbol', Symbol('a')],
    ['a bigint', 10n],
    ['a cycle', cyclic],
    ['a bigint within', {a: 10n}],
    ['a toJSON that gives nothing', {toJSON: () => undefined}],
    ['a toJSON that gives a number', {toJSON: () => 5}],
    [
      'a toJSON that throws',
      {
        toJSON: () => {
          throw new Error('no');
        },
      },
    ],
  ])('cannot be %s', (_, cell) => {
    const store = createStore();
    call(store, 'setCell', 't', 'r', 'c', cell);
    call(store, 'setValue', 'v', cell);
    expect(store.getJson()).toBe('[{},{}]');
  });

  it('follow the rules of JSON inside of objects', () => {
    const store = createStore();
    call(store, 'setValue', 'v', {a: undefined, d: new Date(0), n: NaN});
    expect(store.getValue('v')).toStrictEqual({d: '1970-01-01T00:00:00.000Z', n: null});
  });

  it('are equal if their encoded forms are', () => {
    let changes = 0;
    const store = createStore().setValue('v', {a: 1, b: 2});
    store.addValueListener('v', () => changes++);
    store.setValue('v', {a: 1, b: 2});
    expect(changes).toBe(0);
    store.setValue('v', {b: 2, a: 1});
    expect(changes).toBe(1);
  });

  it('can be mapped from what they were', () => {
    const store = createStore().setCell('t', 'r', 'c', 1).setValue('v', 2);
    store.setCell('t', 'r', 'c', (cell) => Number(cell) + 1);
    store.setValue('v', (value) => Number(value) * 2);
    expect([store.getCell('t', 'r', 'c'), store.getValue('v')]).toStrictEqual([2, 4]);
  });
});

describe('ids of added rows', () => {
  const add = (store: ReturnType<typeof createStore>, reuse?: boolean) =>
    store.addRow('t', {c: 1}, reuse);

  it('count up from 0, pass over ids in use, and come back when their rows are deleted', () => {
    const store = createStore();
    expect([add(store), add(store)]).toStrictEqual(['0', '1']);
    store.setRow('t', '2', {c: 1});
    expect(add(store)).toBe('3');
    store.delRow('t', '0').delRow('t', '3');
    expect([add(store), add(store), add(store)]).toStrictEqual(['0', '3', '4']);
    store.delRow('t', '1');
    expect([add(store, false), add(store)]).toStrictEqual(['5', '1']);
    store.delTable('t');
    expect(add(store)).toBe('0');
  });

  it('come back as they were written, and after setTable', () => {
    const store = createStore().setTable('t', {'07': {c: 1}, x: {c: 1}});
    store.setTable('t', {x: {c: 2}});
    expect(add(store)).toBe('07');
  });

  it('do not come back when the last cell of a row is deleted', () => {
    const store = createStore();
    add(store);
    add(store);
    store.delCell('t', '0', 'c');
    expect([add(store), add(store)]).toStrictEqual(['2', '3']);
  });
});

describe('JSON', () => {
  it('shows objects as text, and the defaults of a schema as objects', () => {
    const store = createStore().setCell('t', 'r', 'c', {a: 1}).setValue('v', [1]);
    expect(store.getJson()).toBe(`[{"t":{"r":{"c":"${PREFIX}{\\"a\\":1}"}}},{"v":"${PREFIX}[1]"}]`);
    const withSchema = createStore().setSchema(
      {t: {a: {type: 'number', default: 1}}},
      {v: {type: 'object', default: {x: 1}}},
    );
    expect(withSchema.getSchemaJson()).toBe(
      '[{"t":{"a":{"type":"number","default":1}}},{"v":{"type":"object","default":{"x":1}}}]',
    );
  });

  const BEFORE = [{z: {z: {z: 0}}}, {z: 0}];
  const TABLES = {t: {r: {c: 1}}};
  const encoded = {
    c: `${PREFIX}{"a":1}`,
    x: `${PREFIX}xx`,
    y: `${PREFIX}3`,
    w: '\uFFFC',
    n: {a: 1},
  };

  it.each([
    ['setJson', '[{"t":{"r":{"c":1}}},{"v":1}]', [TABLES, {v: 1}]],
    ['setJson', '[{},{}]', [{}, {}]],
    ['setJson', '{"t":{"r":{"c":1}}}', [TABLES, {z: 0}]],
    ['setJson', '{}', [{}, {z: 0}]],
    ['setJson', 'null', BEFORE],
    ['setJson', '', BEFORE],
    ['setJson', '[]', BEFORE],
    ['setJson', '[1,2]', BEFORE],
    ['setJson', '{"t":1}', BEFORE],
    ['setJson', '[{"t":1},{"v":2}]', [BEFORE[0], {v: 2}]],
    ['setJson', JSON.stringify([{t: {r: encoded}}, {}]), [{t: {r: {c: {a: 1}, n: {a: 1}}}}, {}]],
    ['setTablesJson', '{}', [{}, {z: 0}]],
    ['setTablesJson', 'null', BEFORE],
    ['setTablesJson', '', BEFORE],
    ['setValuesJson', '{}', [BEFORE[0], {}]],
    ['setValuesJson', '[]', BEFORE],
  ])('%s takes %s', (method, json, after) => {
    const store = createStore();
    call(store, 'setContent', BEFORE);
    call(store, method, json);
    expect(plain(store.getContent())).toStrictEqual(after);
  });

  it('is set quietly by setTablesJson, but by setJson with what listeners throw', () => {
    const fail = (): void => {
      throw new Error('listener');
    };
    const quiet = createStore();
    quiet.addTablesListener(fail);
    expect(plain(quiet.setTablesJson('{"t":{"r":{"c":1}}}').getTables())).toStrictEqual(TABLES);
    const loud = createStore();
    loud.addTablesListener(fail, true);
    expect(() => loud.setJson('[{"t":{"r":{"c":1}}},{}]')).toThrow('listener');
    expect(loud.hasTables()).toBe(false);
  });
});
