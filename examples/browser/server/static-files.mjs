/** Answers requests with the files of a folder, and never with anything from outside it. */
import {readFile} from 'node:fs/promises';
import {extname, resolve, sep} from 'node:path';

const CONTENT_TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
};

const NOT_THERE = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'];

/**
 * @param folder An absolute path.
 * @param path As in a URL, beginning with a slash, still encoded.
 * @returns `{body, headers}`, or `undefined` if there is no such file or its type is none that is served.
 */
export const readStaticFile = async (folder, path) => {
  const type = CONTENT_TYPES[extname(path)];
  const file = toFile(folder, path);
  if (!type || !file) return undefined;
  try {
    return {body: await readFile(file), headers: {'Content-Type': type}};
  } catch (error) {
    if (NOT_THERE.includes(error.code)) return undefined;
    throw error;
  }
};

/** @returns The file that is meant, or `undefined` if that is none within the folder. */
const toFile = (folder, path) => {
  let name;
  try {
    name = decodeURIComponent(path);
  } catch {
    return undefined; // A percent sign that encodes nothing.
  }
  const file = resolve(folder, `.${name}`);
  return file.startsWith(folder + sep) && !name.includes('\0') ? file : undefined;
};
