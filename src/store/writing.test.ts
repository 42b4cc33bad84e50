import {describe, expect, it} from 'vitest';
import {call, plain, recordInvalid} from '../../test/support/any-input.ts';
import {createStore} from './index.ts';

const BEFORE = [{t: {r: {c: 1}}}, {v: 1}];
const NOTHING = [undefined, undefined, undefined, [undefined]];
const NO_VALUE = [undefined, [undefined]];

describe('writing without a schema', () => {
  it.each<[string, unknown[], unknown, unknown[]]>([
    ['setTables', [{}], BEFORE, [NOTHING]],
    ['setTables', [5], BEFORE, [NOTHING]],
    ['setTables', [[]], BEFORE, [NOTHING]],
    ['setTables', [null], BEFORE, [NOTHING]],
    [
      'setTables',
      [{t1: {r: {c: 2}}, t2: 5}],
      [{t1: {r: {c: 2}}}, {v: 1}],
      [['t2', undefined, undefined, [undefined]]],
    ],
    ['setTable', ['t', {}], BEFORE, [['t', undefined, undefined, [undefined]]]],
    ['setTable', ['t', 5], BEFORE, [['t', undefined, undefined, [undefined]]]],
    [
      'setTable',
      ['t', {s: {c: 2}, r: {}}],
      [{t: {s: {c: 2}}}, {v: 1}],
      [['t', 'r', undefined, [undefined]]],
    ],
    [
      'setTable',
      ['t', {r: {}, q: 5}],
      BEFORE,
      [
        ['t', 'r', undefined, [undefined]],
        ['t', 'q', undefined, [undefined]],
      ],
    ],
    ['setRow', ['t', 'r', {}], BEFORE, [['t', 'r', undefined, [undefined]]]],
    ['setRow', ['t', 'r', {c: NaN}], BEFORE, [['t', 'r', 'c', [NaN]]]],
    ['setRow', ['t', 'r', {a: 1, c: NaN}], [{t: {r: {a: 1}}}, {v: 1}], [['t', 'r', 'c', [NaN]]]],
    ['addRow', ['t', 5], BEFORE, [['t', undefined, undefined, [undefined]]]],
    ['addRow', ['t', {c: NaN}], BEFORE, [['t', undefined, 'c', [NaN]]]],
    ['setPartialRow', ['t', 'r', {}], BEFORE, [['t', 'r', undefined, [undefined]]]],
    [
      'setPartialRow',
      ['t', 'r', {c: NaN, d: 1}],
      [{t: {r: {c: 1, d: 1}}}, {v: 1}],
      [['t', 'r', 'c', [NaN]]],
    ],
    ['setCell', ['t', 'r', 'c', undefined], BEFORE, [['t', 'r', 'c', [undefined]]]],
    ['setValues', [{}], BEFORE, [NO_VALUE]],
    ['setValues', [{v: NaN, w: 1}], [BEFORE[0], {w: 1}], [['v', [NaN]]]],
    ['setPartialValues', [5], BEFORE, [NO_VALUE]],
    ['setValue', ['v', NaN], BEFORE, [['v', [NaN]]]],
    ['setContent', [5], BEFORE, []],
    ['setContent', [[{t2: {r: {c: 1}}}]], [{t2: {r: {c: 1}}}, {v: 1}], [NO_VALUE]],
    ['setContent', [[{}, {}]], [{}, {}], []],
    ['setContent', [() => [{}, {v: 2}]], [{}, {v: 2}], []],
    ['delCell', ['t', 'none', 'c'], BEFORE, []],
  ])('%s(%j)', (method, args, after, invalid) => {
    const store = createStore()
      .setTables({t: {r: {c: 1}}})
      .setValues({v: 1});
    const seen = recordInvalid(store);
    call(store, method, ...args);
    expect(plain(store.getContent())).toStrictEqual(after);
    expect(seen).toStrictEqual(invalid);
  });

  it('collects what is invalid in the same place within a transaction', () => {
    const store = createStore();
    const seen = recordInvalid(store);
    store.transaction(() =>
      [NaN, undefined].forEach((cell) => call(store, 'setCell', 't', 'r', 'c', cell)),
    );
    expect(seen).toStrictEqual([['t', 'r', 'c', [NaN, undefined]]]);
  });

  it('takes no id for a row that cannot be added', () => {
    const store = createStore();
    expect([call(store, 'addRow', 't', {}), store.addRow('t', {c: 1})]).toStrictEqual([
      undefined,
      '0',
    ]);
  });

  it('takes frozen input', () => {
    const tables = Object.freeze({t: Object.freeze({r: Object.freeze({c: 1, n: NaN})})});
    expect(plain(createStore().setTables(tables).getTables())).toStrictEqual({t: {r: {c: 1}}});
  });

  it('undoes a table of which a row throws when it is read', () => {
    const store = createStore().setTables({t: {r: {c: 1}}});
    const bad = {
      get c(): number {
        throw new Error('getter');
      },
    };
    expect(() => store.setTables({t: {r: {c: 2}}, u: {r: bad}})).toThrow('getter');
    expect(plain(store.getTables())).toStrictEqual({t: {r: {c: 1}}});
  });
});

describe('applying changes', () => {
  const PETS = [
    {t: {r: {a: 1, b: 2}, q: {a: 1}}, u: {r: {a: 1}}},
    {v: 1, w: 2},
  ];
  const withPets = () => {
    const store = createStore();
    call(store, 'setContent', PETS);
    return store;
  };

  it('deletes what is undefined, and sets the rest', () => {
    const tables = {t: {r: {a: undefined, b: null, c: {x: 1}}, q: undefined}, u: undefined};
    const store = withPets().applyChanges([tables, {v: undefined, w: 3}, 1]);
    expect(plain(store.getContent())).toStrictEqual([{t: {r: {b: null, c: {x: 1}}}}, {w: 3}]);
  });

  it.each([5, [[]], [[{}]], null, {}, [[{t: null}, {}]]])(
    'throws for %j, and changes nothing',
    (changes) => {
      const store = withPets();
      expect(() => call(store, 'applyChanges', changes)).toThrow(TypeError);
      expect(plain(store.getContent())).toStrictEqual(PETS);
    },
  );

  it.each([undefined, [{t: 5}, {}], [{t: {r: 5}}, {}]])('ignores %j', (changes) => {
    const store = withPets();
    call(store, 'applyChanges', changes);
    expect(plain(store.getContent())).toStrictEqual(PETS);
  });

  it('resets a cell that has a default, and keeps its row', () => {
    const store = createStore()
      .setSchema(
        {t: {a: {type: 'number', default: 3}, b: {type: 'number'}}},
        {v: {type: 'number', default: 3}},
      )
      .setRow('t', 'r', {a: 5, b: 1})
      .setValue('v', 9);
    store.applyChanges([{t: {r: {a: undefined}}}, {v: undefined}, 1]);
    expect(plain(store.getContent())).toStrictEqual([{t: {r: {a: 3, b: 1}}}, {v: 3}]);
  });
});
