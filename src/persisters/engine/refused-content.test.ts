import {describe, expect, it} from 'vitest';
import {createStore} from '../../store/index.ts';
import type {EncodedContent} from '../../store/internals.ts';
import {internalsOf} from '../../store/store-internals.ts';
import type {Store} from '../../store/types.ts';
import {RefusedContent, type Refusal} from './refused-content.ts';

const cell = (tableId: string, rowId: string, cellId: string, stored: unknown = 1): Refusal => ({
  tableId,
  rowId,
  cellId,
  stored,
});
const value = (valueId: string, stored: unknown = 1): Refusal => ({valueId, stored});

const ALL = [
  cell('t', 'r', 'a'),
  cell('t', 'r', 'b'),
  cell('t', 's', 'a'),
  cell('u', 'r', 'a'),
  value('t'),
  value('v'),
];

const refusedOf = (refusals: readonly Refusal[] = ALL): RefusedContent => {
  const refused = new RefusedContent();
  for (const refusal of refusals) refused.add(refusal);
  return refused;
};

/** The places of what is still refused. */
const placesOf = (refused: RefusedContent): string[] =>
  refused
    .list()
    .map((refusal) =>
      'valueId' in refusal
        ? refusal.valueId
        : [refusal.tableId, refusal.rowId, refusal.cellId].join('/'),
    );

describe('RefusedContent', () => {
  it('holds one refusal for each place, the latest', () => {
    const refused = refusedOf([cell('t', 'r', 'a', 1), cell('t', 'r', 'a', 2), value('v', 3)]);
    expect(refused.list()).toStrictEqual([cell('t', 'r', 'a', 2), value('v', 3)]);
    expect(refused.has(cell('t', 'r', 'a'))).toBe(true);
    expect(refused.has(cell('t', 'r', 'b'))).toBe(false);
    expect(refused.has(value('v'))).toBe(true);
    expect(refused.has(value('t'))).toBe(false);
  });

  it('is empty at first, and when it is cleared', () => {
    expect(new RefusedContent().isEmpty).toBe(true);
    const refused = refusedOf();
    expect(refused.isEmpty).toBe(false);
    refused.clear();
    expect(refused.isEmpty).toBe(true);
    expect(refused.list()).toStrictEqual([]);
  });

  it('tells tables of which something is refused from others, and from values', () => {
    const refused = refusedOf();
    expect(['t', 'u', 'v'].map((id) => refused.hasTable(id))).toStrictEqual([true, true, false]);
  });

  it('drops a cell, a row or a table, and no values of that name', () => {
    const dropped = (...path: string[]): string[] => {
      const refused = refusedOf();
      refused.drop(...path);
      return placesOf(refused);
    };
    expect(dropped('t', 'r', 'b')).toStrictEqual(['t/r/a', 't/s/a', 'u/r/a', 't', 'v']);
    expect(dropped('t', 'r')).toStrictEqual(['t/s/a', 'u/r/a', 't', 'v']);
    expect(dropped('t')).toStrictEqual(['u/r/a', 't', 'v']);
  });

  it('drops a value, and no table of that name', () => {
    const refused = refusedOf();
    refused.dropValue('t');
    expect(placesOf(refused)).toStrictEqual(['t/r/a', 't/r/b', 't/s/a', 'u/r/a', 'v']);
  });

  it('does not take ids with a slash or a comma for others', () => {
    const refused = refusedOf([
      cell('a/b', 'c', 'd'),
      cell('a', 'b/c', 'd'),
      cell('a,b', 'c', 'd'),
    ]);
    refused.drop('a', 'b/c', 'd');
    expect(refused.list()).toStrictEqual([cell('a/b', 'c', 'd'), cell('a,b', 'c', 'd')]);
  });
});

describe('RefusedContent.dropTransaction', () => {
  const after = (
    change: (store: Store) => unknown,
    content: EncodedContent = [{}, {}],
  ): string[] => {
    const store = createStore();
    const door = internalsOf(store);
    door.setContent(content);
    const refused = refusedOf();
    door.observe((summary) => refused.dropTransaction(summary, door));
    change(store);
    return placesOf(refused);
  };

  it('forgets the cells that the app sets, and only these', () => {
    expect(after((store) => store.setCell('t', 'r', 'b', 2))).toStrictEqual([
      't/r/a',
      't/s/a',
      'u/r/a',
      't',
      'v',
    ]);
    const withRow: EncodedContent = [{t: {r: {z: 1}}}, {}];
    expect(after((store) => store.setCell('t', 'r', 'b', 2), withRow)).toStrictEqual([
      't/r/a',
      't/s/a',
      'u/r/a',
      't',
      'v',
    ]);
  });

  it('forgets all of a row that the app removes', () => {
    const withRow: EncodedContent = [{t: {r: {z: 1}}}, {}];
    expect(after((store) => store.delRow('t', 'r'), withRow)).toStrictEqual([
      't/s/a',
      'u/r/a',
      't',
      'v',
    ]);
  });

  it('forgets the values that the app sets or removes', () => {
    expect(after((store) => store.setValue('v', 2))).not.toContain('v');
    expect(after((store) => store.delValue('t'), [{}, {t: 1}])).toStrictEqual([
      't/r/a',
      't/r/b',
      't/s/a',
      'u/r/a',
      'v',
    ]);
  });
});

describe('RefusedContent.dropChanges', () => {
  it('forgets what others have overwritten or removed', () => {
    const after = (tables: object, values: object = {}): string[] => {
      const refused = refusedOf();
      refused.dropChanges([tables as never, values as never, 1]);
      return placesOf(refused);
    };
    expect(after({t: {r: {a: 5}}})).toStrictEqual(['t/r/b', 't/s/a', 'u/r/a', 't', 'v']);
    expect(after({t: {r: {b: undefined}}})).toStrictEqual(['t/r/a', 't/s/a', 'u/r/a', 't', 'v']);
    expect(after({t: {r: undefined}})).toStrictEqual(['t/s/a', 'u/r/a', 't', 'v']);
    expect(after({t: undefined})).toStrictEqual(['u/r/a', 't', 'v']);
    expect(after({}, {t: 2, v: undefined})).toStrictEqual(['t/r/a', 't/r/b', 't/s/a', 'u/r/a']);
    expect(after({t: {}, n: {r: {a: 1}}})).toStrictEqual(placesOf(refusedOf()));
  });
});

describe('RefusedContent.addTo', () => {
  it('puts everything back in its place', () => {
    const content: EncodedContent = [{t: {r: {a: 'default', z: 1}}}, {v: 'default', w: 1}];
    refusedOf().addTo(content);
    expect(content).toStrictEqual([
      {t: {r: {a: 1, z: 1, b: 1}, s: {a: 1}}, u: {r: {a: 1}}},
      {v: 1, w: 1, t: 1},
    ]);
  });

  it('has __proto__ as an ordinary id', () => {
    const content: EncodedContent = [{}, {}];
    refusedOf([cell('__proto__', '__proto__', '__proto__'), value('__proto__')]).addTo(content);
    expect(JSON.stringify(content)).toBe(
      '[{"__proto__":{"__proto__":{"__proto__":1}}},{"__proto__":1}]',
    );
  });
});
