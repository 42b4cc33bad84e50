import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createStore} from '../../store/index.ts';
import {internalsOf} from '../../store/store-internals.ts';
import type {EncodedChanges, EncodedContent} from '../../store/internals.ts';
import {applyChangesToContent, getOwn, isChanges, setOwn, toContent} from './content.ts';

/** What stands at a place where a dictionary should. */
const NO_BRANCHES: [name: string, data: unknown][] = [
  ['null', null],
  ['a list', []],
  ['text', 'text'],
  ['a number', 1],
  ['undefined', undefined],
];

describe('toContent', () => {
  const tables = {t: {r: {c: 1}}};

  it('takes the current form as it is', () => {
    expect(toContent([tables, {v: 1}])).toStrictEqual([tables, {v: 1}]);
    expect(toContent([{}, {}])).toStrictEqual([{}, {}]);
  });

  it('carries older forms over', () => {
    expect(toContent([tables])).toStrictEqual([tables, {}]);
    expect(toContent(tables)).toStrictEqual([tables, {}]);
    expect(toContent({})).toStrictEqual([{}, {}]);
  });

  it('leaves it to the store what rows and cells are', () => {
    const odd = {t: {r: 5, s: {c: []}}};
    expect(toContent([odd, {}])).toStrictEqual([odd, {}]);
  });

  it('takes no lists of other lengths', () => {
    expect(toContent([])).toBeUndefined();
    expect(toContent([{}, {}, 1])).toBeUndefined();
    expect(toContent([tables, {}, {}])).toBeUndefined();
  });

  it.each(NO_BRANCHES)('takes %s for no content', (_name, data) => {
    expect(toContent(data)).toBeUndefined();
  });

  it.each(NO_BRANCHES)('takes no %s for tables, or for a table', (_name, data) => {
    expect(toContent([data, {}])).toBeUndefined();
    expect(toContent([{t: data}, {}])).toBeUndefined();
    expect(toContent([{good: {}, t: data}, {}])).toBeUndefined();
    expect(toContent({t: data})).toBeUndefined();
    expect(toContent({good: {}, t: data})).toBeUndefined();
  });

  it.each(NO_BRANCHES.filter(([, data]) => data !== undefined))(
    'takes no %s for values',
    (_name, data) => {
      expect(toContent([{}, data])).toBeUndefined();
    },
  );

  it.each(NO_BRANCHES)(
    'takes no %s for a row of bare tables, which could be anything',
    (_n, data) => {
      expect(toContent({t: {r: data}})).toBeUndefined();
      expect(toContent({t: {good: {}, r: data}})).toBeUndefined();
    },
  );
});

describe('isChanges', () => {
  it('holds for a difference, and not for content', () => {
    expect(isChanges([{}, {}, 1])).toBe(true);
    expect(isChanges([{t: undefined}, {v: undefined}, 1])).toBe(true);
    expect(isChanges([{}, {}])).toBe(false);
    expect(isChanges([{}, {}, 0])).toBe(false);
    expect(isChanges([{}, {}, 1, 1])).toBe(false);
    expect(isChanges({0: {}, 1: {}, 2: 1, length: 3})).toBe(false);
  });

  it.each(NO_BRANCHES)('does not hold with %s for a half, or on its own', (_name, data) => {
    expect(isChanges([data, {}, 1])).toBe(false);
    expect(isChanges([{}, data, 1])).toBe(false);
    expect(isChanges(data)).toBe(false);
  });
});

describe('setOwn and getOwn', () => {
  it.each(['id', '', '0', '__proto__', 'constructor', 'toString'])('set and get %j', (id) => {
    const branch: Record<string, unknown> = {};
    expect(getOwn(branch, id)).toBeUndefined();
    setOwn(branch, id, 1);
    setOwn(branch, id, 2);
    expect(getOwn(branch, id)).toBe(2);
    expect(Object.entries(branch)).toStrictEqual([[id, 2]]);
    expect(Object.getPrototypeOf(branch)).toBe(Object.prototype);
    expect(delete branch[id]).toBe(true);
  });
});

const applied = (content: EncodedContent, ...all: EncodedChanges[]): EncodedContent => {
  applyChangesToContent(content, all);
  return content;
};

describe('applyChangesToContent', () => {
  it('sets cells and values, making tables and rows as needed', () => {
    const content: EncodedContent = [{t: {r: {a: 1, b: 2}}}, {v: 1, w: 1}];
    expect(
      applied(content, [{t: {r: {b: 3, c: 4}, s: {a: 5}}, u: {r: {a: 6}}}, {v: 2, x: 3}, 1]),
    ).toStrictEqual([
      {t: {r: {a: 1, b: 3, c: 4}, s: {a: 5}}, u: {r: {a: 6}}},
      {v: 2, w: 1, x: 3},
    ]);
  });

  it('deletes what is undefined: cells, values, rows and tables', () => {
    const content = (): EncodedContent => [
      {t: {r: {a: 1, b: 2}, s: {a: 1}}, u: {r: {a: 1}}},
      {v: 1, w: 2},
    ];
    const changes: EncodedChanges = [{t: {r: {a: undefined}, s: undefined}}, {v: undefined}, 1];
    expect(applied(content(), changes)).toStrictEqual([{t: {r: {b: 2}}, u: {r: {a: 1}}}, {w: 2}]);
    expect(applied(content(), [{t: undefined}, {}, 1])).toStrictEqual([
      {u: {r: {a: 1}}},
      {v: 1, w: 2},
    ]);
  });

  it('leaves neither rows nor tables without cells', () => {
    const content = (): EncodedContent => [{t: {r: {a: 1}}, u: {r: {a: 1}}}, {}];
    const rest = [{u: {r: {a: 1}}}, {}];
    expect(applied(content(), [{t: {r: {a: undefined}}}, {}, 1])).toStrictEqual(rest);
    expect(applied(content(), [{t: {r: undefined}}, {}, 1])).toStrictEqual(rest);
    expect(applied(content(), [{n: {}, o: {r: {}}, p: {r: undefined}}, {}, 1])).toStrictEqual(
      content(),
    );
  });

  it('keeps a table whose rows come back in later changes', () => {
    const content: EncodedContent = [{t: {r: {a: 1}}}, {}];
    expect(applied(content, [{t: {r: undefined}}, {}, 1], [{t: {s: {a: 2}}}, {}, 1])).toStrictEqual(
      [{t: {s: {a: 2}}}, {}],
    );
  });

  it('puts changes in place of what is no table or row', () => {
    const content = [{t: {r: 5}, u: null}, {}] as unknown as EncodedContent;
    expect(applied(content, [{t: {r: {a: 1}}, u: {r: {a: 2}}}, {}, 1])).toStrictEqual([
      {t: {r: {a: 1}}, u: {r: {a: 2}}},
      {},
    ]);
  });

  it('has __proto__ as an ordinary id', () => {
    const changes = JSON.parse(
      '[{"__proto__":{"__proto__":{"__proto__":1}}},{"__proto__":2},1]',
    ) as EncodedChanges;
    expect(JSON.stringify(applied([{}, {}], changes))).toBe(
      '[{"__proto__":{"__proto__":{"__proto__":1}}},{"__proto__":2}]',
    );
    expect(Reflect.get({}, '__proto__')).toBe(Object.prototype);
  });

  it('comes to what a store comes to that applies them', () => {
    const id = fc.constantFrom('a', 'b', 'c');
    const maybe = <Thing>(thing: fc.Arbitrary<Thing>): fc.Arbitrary<Thing | undefined> =>
      fc.option(thing, {nil: undefined});
    const cells = fc.dictionary(id, maybe(fc.integer({min: 0, max: 3})));
    const someChanges = fc.tuple(
      fc.dictionary(id, maybe(fc.dictionary(id, maybe(cells)))),
      cells,
      fc.constant(1 as const),
    );
    fc.assert(
      fc.property(fc.array(someChanges), (all) => {
        const door = internalsOf(createStore());
        for (const changes of all) door.applyChanges(changes);
        expect(applied([{}, {}], ...all)).toEqual(door.getContent());
      }),
    );
  });
});
