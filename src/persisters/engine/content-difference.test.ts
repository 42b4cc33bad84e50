import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {EncodedContent} from '../../store/internals.ts';
import {applyChangesToContent} from './content.ts';
import {differenceOf} from './content-difference.ts';

describe('differenceOf', () => {
  it('has what is new, what has changed, and undefined for what has gone', () => {
    const from: EncodedContent = [
      {t: {same: {a: 1}, r: {a: 1, b: 2}, gone: {a: 1}}, gone: {r: {a: 1}}, same: {r: {a: 1}}},
      {same: 1, v: 1, gone: 1},
    ];
    const to: EncodedContent = [
      {t: {same: {a: 1}, r: {a: 1, b: 3, c: 4}, s: {a: 5}}, same: {r: {a: 1}}, u: {r: {a: 6}}},
      {same: 1, v: 2, w: 3},
    ];
    expect(differenceOf(from, to)).toStrictEqual([
      {gone: undefined, t: {gone: undefined, r: {b: 3, c: 4}, s: {a: 5}}, u: {r: {a: 6}}},
      {gone: undefined, v: 2, w: 3},
      1,
    ]);
  });

  it('has the cells that have gone from a row', () => {
    expect(differenceOf([{t: {r: {a: 1, b: 2}}}, {}], [{t: {r: {a: 1}}}, {}])).toStrictEqual([
      {t: {r: {b: undefined}}},
      {},
      1,
    ]);
  });

  it('is nothing between the same content', () => {
    const content = (): EncodedContent => [{t: {r: {a: null, b: ''}}}, {v: false}];
    expect(differenceOf(content(), content())).toStrictEqual([{}, {}, 1]);
    expect(differenceOf([{}, {}], [{}, {}])).toStrictEqual([{}, {}, 1]);
  });

  it('has __proto__ as an ordinary id', () => {
    const text = '[{"__proto__":{"__proto__":{"__proto__":1}}},{"__proto__":2}]';
    const difference = differenceOf([{}, {}], JSON.parse(text) as EncodedContent);
    expect(JSON.stringify(difference)).toBe(`${text.slice(0, -1)},1]`);
  });

  it('leads from one content to the other', () => {
    const id = fc.constantFrom('a', 'b', '__proto__');
    const cells = fc.dictionary(id, fc.integer({min: 0, max: 3}), {minKeys: 1});
    const rows = fc.dictionary(id, cells, {minKeys: 1});
    const content = fc.tuple(fc.dictionary(id, rows), cells);
    fc.assert(
      fc.property(content, content, (from, to) => {
        const changed = structuredClone(from);
        applyChangesToContent(changed, [differenceOf(from, to)]);
        expect(changed).toEqual(to);
      }),
    );
  });
});
