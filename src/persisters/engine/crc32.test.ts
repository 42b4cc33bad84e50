import {crc32 as crc32OfZlib} from 'node:zlib';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {crc32} from './crc32.ts';

describe('crc32', () => {
  it('has the published check value', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });

  it('agrees with zlib, in one go and in two', () => {
    const property = fc.property(fc.uint8Array(), fc.nat(), (bytes, cut) => {
      const sum = crc32(bytes);
      expect(sum).toBe(crc32OfZlib(bytes));
      expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(sum);
    });
    fc.assert(property);
  });
});
