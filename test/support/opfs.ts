/** Folders and files of a browser's private file system, for tests. */
import {getUniqueId} from '../../src/shared/unique-id.ts';

/** A folder of a test's own, two levels down. */
export const newFolder = async (): Promise<{
  folder: FileSystemDirectoryHandle;
  /** From the root. */
  path: string;
  remove: () => Promise<void>;
}> => {
  const root = await navigator.storage.getDirectory();
  const name = `test-${getUniqueId(12)}`;
  const outer = await root.getDirectoryHandle(name, {create: true});
  const folder = await outer.getDirectoryHandle('inner', {create: true});
  return {folder, path: `${name}/inner`, remove: () => root.removeEntry(name, {recursive: true})};
};

export const openFile = (
  folder: FileSystemDirectoryHandle,
  name: string,
): Promise<FileSystemFileHandle> => folder.getFileHandle(name, {create: true});

export const writeText = async (
  folder: FileSystemDirectoryHandle,
  name: string,
  text: string,
): Promise<void> => {
  const stream = await (await openFile(folder, name)).createWritable();
  await stream.write(text);
  await stream.close();
};

/** `undefined` if there is no such file. */
export const readText = async (
  folder: FileSystemDirectoryHandle,
  name: string,
): Promise<string | undefined> => {
  for await (const found of folder.keys()) {
    if (found === name) return (await (await folder.getFileHandle(name)).getFile()).text();
  }
  return undefined;
};
