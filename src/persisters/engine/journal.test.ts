import {crc32} from 'node:zlib';
import {describe, expect, it} from 'vitest';
import type {EncodedChanges} from '../../store/internals.ts';
import {
  changesSince,
  decodeRecords,
  decodeSnapshot,
  encodeRecord,
  markSnapshot,
} from './journal.ts';

const change = (age: number): EncodedChanges => [{pets: {fido: {age}}}, {}, 1];
const encode = (...records: Parameters<typeof encodeRecord>[0][]): Buffer =>
  Buffer.concat(records.map(encodeRecord));

const OLD = markSnapshot(100, 0xdeadbeef);
const NEW = markSnapshot(100, 7);

describe('encodeRecord', () => {
  it('writes a line: checksum, space, JSON text with U+FFFC for what is undefined', () => {
    const json = '[{"t":{"r":{"c":"\ufffc"}},"u":"\ufffc"},{"v":1},1]';
    const line = `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
    const record = encodeRecord([{t: {r: {c: undefined}}, u: undefined}, {v: 1}, 1]);
    expect(new TextDecoder().decode(record)).toBe(line);
  });

  it('is read back, with what is undefined, line breaks and names of every kind', () => {
    const changes: EncodedChanges = [
      {'': {'a\nb': {['__proto__']: 'é"\n\u2028\ud800', gone: undefined}}, u: undefined},
      {v: undefined},
      1,
    ];
    const {records, state} = decodeRecords(encode(OLD, changes));
    expect(state).toBe('sound');
    expect(records).toStrictEqual([OLD, changes]);
  });
});

describe('decodeRecords', () => {
  const whole = encode(OLD, change(1), change(2));
  const last = encode(OLD, change(1)).length;

  it('takes all that is whole before a torn end, wherever that is torn', () => {
    for (let length = last; length < whole.length; length++) {
      const part = decodeRecords(whole.subarray(0, length));
      expect(part).toStrictEqual({records: [OLD, change(1)], length: last, state: 'sound'});
    }
  });

  it('takes a last line whose checksum is wrong for a torn one', () => {
    const torn = Buffer.from(whole);
    torn[torn.length - 3] = 0;
    expect(decodeRecords(torn)).toMatchObject({length: last, state: 'sound'});
  });

  it('finds damage before the last line, and takes what is before it', () => {
    const damaged = Buffer.from(whole);
    damaged[last - 3] = 0;
    const {length} = encode(OLD);
    expect(decodeRecords(damaged)).toStrictEqual({records: [OLD], length, state: 'damaged'});
  });

  it('does not pass over a whole record that it does not know', () => {
    const json = '{"journal":2}';
    const line = Buffer.from(`${crc32(json).toString(16).padStart(8, '0')} ${json}\n`);
    expect(decodeRecords(line)).toStrictEqual({records: [], length: 0, state: 'newer'});
  });
});

describe('changesSince', () => {
  it('gives the changes after the mark of the snapshot', () => {
    expect(changesSince(OLD, [OLD, change(1), change(2)])).toStrictEqual([change(1), change(2)]);
  });

  it('leaves out what a newer snapshot holds, and passes over marks of snapshots that never came', () => {
    const records = [OLD, change(1), NEW, change(2)];
    expect(changesSince(NEW, records)).toStrictEqual([change(2)]);
    expect(changesSince(OLD, records)).toStrictEqual([change(1), change(2)]);
  });

  it('counts from the last mark of snapshots that are the same', () => {
    expect(changesSince(OLD, [OLD, change(1), change(2), OLD])).toStrictEqual([]);
  });

  it('gives nothing for a snapshot that the records do not name', () => {
    expect(changesSince(markSnapshot(101, 7), [OLD, change(1), NEW])).toBeUndefined();
    expect(changesSince(OLD, [])).toBeUndefined();
  });
});

describe('decodeSnapshot', () => {
  const snapshot = Buffer.from('[{"pets":{"fido":{"age":1}}},{}]');

  it('applies the changes that the snapshot lacks', () => {
    const expected = [{pets: {fido: {age: 3}}}, {}];
    expect(decodeSnapshot(snapshot, [change(2), change(3)])).toStrictEqual(expected);
    expect(decodeSnapshot(snapshot)).toStrictEqual([{pets: {fido: {age: 1}}}, {}]);
  });

  it('takes white space for nothing', () => {
    expect(decodeSnapshot(Buffer.from(' \n'))).toBeUndefined();
  });

  it('refuses what is no text, and text that is no JSON', () => {
    expect(() => decodeSnapshot(Buffer.of(0x5b, 0xff, 0x5d))).toThrow(TypeError);
    expect(() => decodeSnapshot(Buffer.from('[{'))).toThrow(SyntaxError);
  });
});
