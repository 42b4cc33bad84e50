/** 64 characters in the order of their codes, none of which needs escaping in URLs. */
const ALPHABET = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';

/** A random id of `length` characters, 6 bits of chance each, from the host's cryptographic source. */
export const getUniqueId = (length = 16): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) =>
    ALPHABET.charAt(byte & 63),
  ).join('');
