/** The least a program can do that keeps data in a file: the limit of the file cases. */
import {closeSync, fdatasyncSync, fsyncSync, openSync, readFileSync, writeSync} from 'node:fs';

/** Writes whole content as JSON and waits until it is on the disk. */
export const writeJsonFile = (path, content) => {
  const handle = openSync(path, 'w');
  writeSync(handle, JSON.stringify(content));
  fsyncSync(handle);
  closeSync(handle);
};

export const readJsonFile = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** An append-only file. */
export const openLog = (path) => {
  const handle = openSync(path, 'a');
  return {
    append: (line) => writeSync(handle, line),
    sync: () => fdatasyncSync(handle),
    close: () => closeSync(handle),
  };
};
