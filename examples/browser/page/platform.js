/**
 * Stands between the library and the functions by which the platform writes: counts what passes, and refuses
 * it where a full storage is to be shown that a page cannot really fill. The library knows nothing of it.
 */

/** Bytes that have been handed to the platform, as JSON where it keeps objects. */
let writtenBytes = 0;
let isMetering = true;
let isFull = false;

export const takeWrittenBytes = () => {
  const bytes = writtenBytes;
  writtenBytes = 0;
  return bytes;
};

/** Does what is not the library's doing, and so does not count. */
export const unmetered = (action) => {
  isMetering = false;
  try {
    return action();
  } finally {
    isMetering = true;
  }
};

/** Makes IndexedDB and OPFS refuse what is written to them. */
export const setFull = (full) => {
  isFull = full;
};

const sizeOf = (value) => {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength;
  if (value instanceof Blob) return value.size;
  if (typeof value === 'string') return new Blob([value]).size;
  return new Blob([JSON.stringify(value) ?? '']).size;
};

const noRoom = () => new DOMException('There is no room left.', 'QuotaExceededError');
const throwNoRoom = () => {
  throw noRoom();
};
const rejectWithNoRoom = () => Promise.reject(noRoom());

/** Counts what `written` takes from the arguments of a method; with `refuse`, that is what it does when full. */
const observe = (owner, method, written, refuse) => {
  const original = owner?.[method];
  if (!original) return;
  owner[method] = function (...args) {
    if (refuse && isFull && isMetering) return refuse();
    const result = original.apply(this, args);
    if (isMetering) writtenBytes += sizeOf(written(...args));
    return result;
  };
};

const {FileSystemWritableFileStream, IDBObjectStore} = globalThis;
const getChunk = (chunk) => chunk?.data ?? chunk;

observe(Storage.prototype, 'setItem', (_key, value) => value);
observe(IDBObjectStore?.prototype, 'put', (value) => value, throwNoRoom);
observe(IDBObjectStore?.prototype, 'add', (value) => value, throwNoRoom);
observe(FileSystemWritableFileStream?.prototype, 'write', getChunk, rejectWithNoRoom);
observe(globalThis, 'fetch', (_url, {body} = {}) => body ?? '');
