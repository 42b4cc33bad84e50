import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {decodeJson, encodeJson} from './json-codec.ts';

const MARKER = '\uFFFC';

describe('JSON as it is stored', () => {
  it('has U+FFFC for undefined, at any depth', () => {
    expect(encodeJson([{t: {r: {c: undefined}, s: undefined}}, {v: 1}, 1])).toBe(
      `[{"t":{"r":{"c":"${MARKER}"},"s":"${MARKER}"}},{"v":1},1]`,
    );
    expect(encodeJson(undefined)).toBe(`"${MARKER}"`);
  });

  it('gives undefined back, as a key that is there', () => {
    const data = decodeJson(`[{"t":{"r":{"c":"${MARKER}","d":null}}},{"v":"${MARKER}"},1]`);
    expect(data).toStrictEqual([{t: {r: {c: undefined, d: null}}}, {v: undefined}, 1]);
    expect(decodeJson(`"${MARKER}"`)).toBeUndefined();
    expect(decodeJson(`[1,"${MARKER}"]`)).toStrictEqual([1, undefined]);
  });

  it('takes U+FFFC for undefined only where it stands alone', () => {
    const data = {c: `${MARKER}a`, [MARKER]: 'key'};
    expect(decodeJson(encodeJson(data))).toStrictEqual(data);
  });

  it('has __proto__ as an ordinary key', () => {
    const data = decodeJson(`{"__proto__":"${MARKER}","o":{"__proto__":{"polluted":"${MARKER}"}}}`);
    expect(Object.keys(data as object)).toStrictEqual(['__proto__', 'o']);
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('is the data again when it is read', () => {
    const id = fc.string();
    const cell = fc.option(fc.oneof(fc.string(), fc.integer(), fc.boolean()), {nil: undefined});
    const rows = fc.dictionary(id, fc.dictionary(id, cell));
    fc.assert(
      fc.property(fc.tuple(fc.dictionary(id, rows), fc.dictionary(id, cell)), (data) => {
        expect(decodeJson(encodeJson(data))).toEqual(data);
      }),
    );
  });

  it('is refused when it is no JSON', () => {
    expect(() => decodeJson('[{')).toThrow(SyntaxError);
  });
});
