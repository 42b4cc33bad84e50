/** The checksum of zip and PNG files (polynomial 0xEDB88320), as `crc32` of `node:zlib` computes it. */

let table: Uint32Array | undefined;

const makeTable = (): Uint32Array =>
  Uint32Array.from({length: 256}, (_entry, index) => {
    let sum = index;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
    return sum;
  });

/** @param sum The checksum of the bytes before these. */
export const crc32 = (bytes: Uint8Array, sum = 0): number => {
  const sums = (table ??= makeTable());
  let crc = ~sum;
  for (const byte of bytes) crc = (crc >>> 8) ^ (sums[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
};
