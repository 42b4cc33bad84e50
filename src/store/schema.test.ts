import {describe, expect, it} from 'vitest';
import {call, plain, recordInvalid} from '../../test/support/any-input.ts';
import {createStore} from './index.ts';

const withSchema = (schema: unknown) => {
  const store = createStore();
  call(store, 'setTablesSchema', schema);
  return store;
};

describe('many rows at once', () => {
  const PREFIX = '\uFFFD';
  /** Each type, and what else a cell of that `typeof` can be. */
  it.each([
    [{type: 'object'}, {a: 1}, null],
    [{type: 'object'}, {a: 1}, [1]],
    [{type: 'array'}, [1], {a: 1}],
    [{type: 'string'}, 'a', null],
    [{type: 'number'}, 1, '1'],
    [{type: 'boolean'}, true, 0],
    [{type: ['string', 'number']}, 1, true],
    [{enum: ['a', 'b']}, 'b', 'c'],
    [{enum: [1, 2]}, 1, '1'],
  ])('are admitted by %j as each by itself: %j, and not %j', (rule, good, bad) => {
    const store = withSchema({t: {c: rule}});
    store.setTables({t: {r: {c: good}, s: {c: good}}});
    expect(plain(store.getTables())).toStrictEqual({t: {r: {c: good}, s: {c: good}}});
    const other = withSchema({t: {c: rule}});
    other.setTables({t: {r: {c: good}, s: {c: bad}}});
    expect(plain(other.getTables())).toStrictEqual({t: {r: {c: good}}});
  });

  it('are no strings if they are encoded objects', () => {
    const store = withSchema({t: {c: {type: 'string'}}});
    store.setJson(JSON.stringify([{t: {r: {c: 'a'}, s: {c: `${PREFIX}{"a":1}`}}}, {}]));
    expect(plain(store.getTables())).toStrictEqual({t: {r: {c: 'a'}}});
  });
});

describe('a schema', () => {
  it.each([
    [{type: 'number', default: 'x'}, {type: 'number'}],
    [{type: 'number', default: NaN}, {type: 'number'}],
    [{type: 'string', default: null}, undefined],
    [
      {type: 'string', default: null, allowNull: true},
      {type: 'string', default: null, allowNull: true},
    ],
    [{type: 'any'}, undefined],
    [{}, undefined],
    [{default: 1}, undefined],
    [{type: []}, undefined],
    [{type: ['string', 'null']}, undefined],
    [
      {type: ['string', 'number'], default: 3},
      {type: ['string', 'number'], default: 3},
    ],
    [{enum: []}, undefined],
    [{enum: 'a'}, undefined],
    [{enum: ['a', NaN]}, undefined],
    [null, undefined],
    [5, undefined],
    [
      {type: 'boolean', default: false},
      {type: 'boolean', default: false},
    ],
    [{enum: ['a', null]}, undefined],
    [{enum: ['a', {}]}, undefined],
    [{enum: ['a'], type: 'string'}, undefined],
    [{enum: ['a'], default: 'b'}, {enum: ['a']}],
    [
      {type: 'number', min: 1, required: true},
      {type: 'number', required: true},
    ],
    [{type: 'number', required: 1}, {type: 'number'}],
    [
      {type: 'object', default: {a: 1}},
      {type: 'object', default: {a: 1}},
    ],
  ])('has %j cleaned', (entry, cleaned) => {
    const store = withSchema({t: {c: entry}});
    expect(store.getTablesSchemaJson()).toBe(JSON.stringify(cleaned ? {t: {c: cleaned}} : {}));
    expect(store.hasTablesSchema()).toBe(cleaned !== undefined);
  });

  it('is ignored if nothing in it is any good, and goes only by delTablesSchema', () => {
    const store = withSchema({t: {a: {type: 'number'}}});
    store.setTablesSchema({}).setTablesSchema({t: {}});
    expect(store.getTablesSchemaJson()).toBe('{"t":{"a":{"type":"number"}}}');
    store.delTablesSchema();
    expect([store.hasTablesSchema(), store.getTablesSchemaJson()]).toStrictEqual([false, '{}']);
    expect(createStore().hasValuesSchema()).toBe(false);
  });

  it('is not changed by what is done to its input', () => {
    const members = ['a'];
    const store = createStore().setTablesSchema({t: {c: {enum: members}}});
    members.push('b');
    expect(store.setCell('t', 'r', 'c', 'a').getTablesSchemaJson()).toBe(
      '{"t":{"c":{"enum":["a"]}}}',
    );
    call(store, 'setCell', 't', 'r', 'c', 'b');
    expect(store.getCell('t', 'r', 'c')).toBe('a');
  });

  it('of tables leaves that of values alone', () => {
    const store = createStore().setValuesSchema({v: {type: 'number'}});
    store.setSchema({t: {a: {type: 'number'}}});
    expect(store.getSchemaJson()).toBe('[{"t":{"a":{"type":"number"}}},{"v":{"type":"number"}}]');
  });
});

describe('a cell that is required', () => {
  it('may be left out if it has a default', () => {
    const store = withSchema({
      t: {a: {type: 'number', required: true, default: 1}, b: {type: 'string'}},
    });
    call(store, 'setRow', 't', 'r', {b: 'x'});
    expect(plain(store.getRow('t', 'r'))).toStrictEqual({b: 'x', a: 1});
  });

  it('must be there if not', () => {
    const store = withSchema({t: {a: {type: 'number', required: true}, b: {type: 'string'}}});
    call(store, 'setRow', 't', 'r', {b: 'x'});
    expect(store.hasTables()).toBe(false);
    call(store, 'setRow', 't', 'r', {b: 'x', a: 1});
    expect(plain(store.getRow('t', 'r'))).toStrictEqual({b: 'x', a: 1});
  });
});

describe('a type', () => {
  it.each<[type: string | string[], good: unknown[], bad: unknown[]]>([
    ['string', ['', 'a'], [1, true, {}, [], null]],
    ['number', [0, -1.5], ['1', true, {}, [], null]],
    ['boolean', [true, false], ['true', 1, {}, [], null]],
    ['object', [{}, {a: []}], ['{}', 1, true, [], null]],
    ['array', [[], [{}]], ['[]', 1, true, {}, null]],
    [
      ['number', 'array'],
      [1, []],
      ['1', true, {}, null],
    ],
  ])('%j admits what it says', (type, good, bad) => {
    const admits = (cell: unknown): boolean => {
      const store = withSchema({t: {c: {type}}});
      call(store, 'setCell', 't', 'r', 'c', cell);
      return store.hasCell('t', 'r', 'c');
    };
    expect(good.map(admits)).toStrictEqual(good.map(() => true));
    expect(bad.map(admits)).toStrictEqual(bad.map(() => false));
  });
});

describe('writing rows under a schema', () => {
  const SCHEMA = {
    t: {
      d: {type: 'number', default: 7},
      n: {type: 'string', allowNull: true},
      r: {type: 'boolean', required: true},
      o: {type: 'object'},
      e: {enum: ['a', 1]},
    },
  };
  const missing = (...ids: string[]) => ids.map((id) => [id, [undefined]]);

  it.each<[string, unknown[], unknown, unknown[]]>([
    ['setRow', [{r: true}], {r: true, d: 7}, missing('n', 'o', 'e')],
    ['setRow', [{n: 'x'}], undefined, missing('r', 'o', 'e')],
    [
      'setRow',
      [{r: true, d: 'x', n: 5, o: [1], e: 'b', zz: 1}],
      {r: true, d: 7},
      [
        ['d', ['x']],
        ['n', [5]],
        ['o', [[1]]],
        ['e', ['b']],
        ['zz', [1]],
      ],
    ],
    [
      'setRow',
      [{r: true, d: null, n: null}],
      {r: true, d: 7, n: null},
      [...missing('o', 'e'), ['d', [null]]],
    ],
    ['setCell', ['n', 'x'], {n: 'x', d: 7}, missing('r', 'o', 'e')],
    ['setCell', ['zz', 1], undefined, [['zz', [1]]]],
    ['setPartialRow', [{}], undefined, [[undefined, [undefined]]]],
  ])('%s(t, r, ...%j) on a new row', (method, args, row, invalid) => {
    const store = withSchema(SCHEMA);
    const seen = recordInvalid(store);
    call(store, method, 't', 'r', ...args);
    expect(plain(store.getTables())).toStrictEqual(row ? {t: {r: row}} : {});
    expect(seen.map((args) => (args as unknown[]).slice(2))).toStrictEqual(invalid);
  });

  it('keeps the row that is there if the new one lacks what is required', () => {
    const store = withSchema(SCHEMA);
    store.setRow('t', 'r', {r: true, n: 'x'}).setRow('t', 'r', {r: 'bad', n: 'y'});
    expect(plain(store.getRow('t', 'r'))).toStrictEqual({r: true, n: 'x', d: 7});
  });

  it('touches only the cells that a partial row has', () => {
    const store = withSchema(SCHEMA);
    store.setRow('t', 'r', {r: true}).setPartialRow('t', 'r', {n: 'q', d: 'bad'});
    expect(plain(store.getRow('t', 'r'))).toStrictEqual({r: true, d: 7, n: 'q'});
  });

  it('fills in defaults where there is nothing else', () => {
    const schema = {t: {a: {type: 'number', default: 3}}};
    expect(plain(withSchema(schema).setRow('t', 'r', {}).getTables())).toStrictEqual({
      t: {r: {a: 3}},
    });
    expect(
      plain(
        withSchema(schema)
          .setTables({t: {r: {}}})
          .getTables(),
      ),
    ).toStrictEqual({t: {r: {a: 3}}});
    expect(withSchema(schema).addRow('t', {})).toBe('0');
    expect(withSchema(schema).setTable('t', {}).hasTables()).toBe(false);
  });

  it('refuses tables that the schema does not know', () => {
    const store = withSchema({t: {a: {type: 'number'}}});
    const seen = recordInvalid(store);
    store.setRow('x', 'r', {a: 1}).setTables({x: {r: {a: 1}}});
    expect(store.hasTables()).toBe(false);
    expect(seen).toStrictEqual([
      ['x', 'r', 'a', [1]],
      ['x', undefined, undefined, [undefined]],
    ]);
  });

  it('takes a table id that is no string', () => {
    const store = withSchema({1: {c: {type: 'number'}}});
    expect(call(store, 'addRow', 1, {c: 1})).toBe('0');
  });

  it.each<[string, unknown[], unknown]>([
    ['delCell', ['a'], {t: {r: {a: 3, b: 1}}}],
    ['delCell', ['a', true], {}],
    ['delCell', ['b'], {t: {r: {a: 5}}}],
    ['delCell', ['b', true], {t: {r: {a: 5}}}],
    ['delRow', [], {}],
    ['setRow', [{b: 2}], {t: {r: {a: 3, b: 2}}}],
  ])('%s(t, r, ...%j)', (method, args, tables) => {
    const store = withSchema({
      t: {a: {type: 'number', default: 3}, b: {type: 'number', required: true}},
    });
    store.setRow('t', 'r', {a: 5, b: 1});
    call(store, method, 't', 'r', ...args);
    expect(plain(store.getTables())).toStrictEqual(tables);
  });
});

describe('writing values under a schema', () => {
  it('fills in defaults and enforces what is required in whole writes only', () => {
    const store = createStore().setValuesSchema({
      a: {type: 'number', default: 3},
      r: {type: 'number', required: true},
    });
    expect(plain(store.getValues())).toStrictEqual({a: 3});
    expect(plain(store.setValues({r: 1}).getValues())).toStrictEqual({a: 3, r: 1});
    call(store, 'setValues', {a: 5});
    expect(plain(store.getValues())).toStrictEqual({a: 3, r: 1});
    expect(plain(store.setPartialValues({a: 6}).getValues())).toStrictEqual({a: 6, r: 1});
    expect(plain(store.delValue('a').getValues())).toStrictEqual({a: 3, r: 1});
    expect(plain(store.delValues().getValues())).toStrictEqual({a: 3});
  });
});

describe('setting a schema over data', () => {
  it('drops what does not conform', () => {
    const store = createStore().setTables({t: {r1: {a: 1}, r2: {a: 1, r: true, x: 1, o: {b: 1}}}});
    store.setTablesSchema({
      t: {a: {type: 'number'}, r: {type: 'boolean', required: true}, o: {type: 'object'}},
    });
    expect(plain(store.getTables())).toStrictEqual({t: {r2: {a: 1, r: true, o: {b: 1}}}});
  });

  it('fills in values at once, and keeps those that are there', () => {
    const store = createStore().setValues({a: 1, x: 2});
    store.setValuesSchema({
      a: {type: 'number'},
      d: {type: 'number', default: 7},
      r: {type: 'number', required: true},
    });
    expect(plain(store.getValues())).toStrictEqual({a: 1, d: 7});
  });

  it('lets data be when the schema goes', () => {
    const store = createStore()
      .setTablesSchema({t: {a: {type: 'number'}}})
      .setRow('t', 'r', {a: 1});
    const free = store.delSchema().setCell('q', 'r', 'b', 's');
    expect(plain(free.getTables())).toStrictEqual({t: {r: {a: 1}}, q: {r: {b: 's'}}});
  });
});
