/** A file that a handle stands for, and what lies beside it: a journal, and what was set aside. */
import {host, type WorkerFileHandle} from './platform.ts';
import {nameOf} from './opfs-errors.ts';

const timeStamp = (): string => new Date().toISOString().replace(/[:.]/g, '-');

/** Changes with every write of the file: own ones see to that. `''`: there is nothing in it, or no file. */
export const identityOf = (file: File | undefined): string =>
  file && file.size > 0 ? `${String(file.lastModified)}:${String(file.size)}` : '';

export class OpfsFiles {
  readonly #root: FileSystemDirectoryHandle;
  readonly #handle: FileSystemFileHandle;
  /** The names of the folders on the way from the root; `undefined` if the file lies elsewhere. */
  readonly #folders: readonly string[] | undefined;
  #folder: FileSystemDirectoryHandle | undefined;
  #journal: FileSystemFileHandle | undefined;

  private constructor(
    root: FileSystemDirectoryHandle,
    handle: FileSystemFileHandle,
    folders: readonly string[] | undefined,
  ) {
    this.#root = root;
    this.#handle = handle;
    this.#folders = folders;
  }

  /** Finds out where the file lies. */
  static async locate(handle: FileSystemFileHandle): Promise<OpfsFiles> {
    const root = await host.navigator?.storage?.getDirectory?.();
    if (!root) throw new Error('There is no private file system here');
    const path = await root.resolve(handle);
    return new OpfsFiles(root, handle, path?.slice(0, -1));
  }

  /** Whether the file lies in the private file system of the origin, which alone has room for more files. */
  get isPrivate(): boolean {
    return this.#folders !== undefined;
  }

  /** The same for everybody who uses this file. */
  get path(): string {
    return [...(this.#folders ?? ['', '']), this.#handle.name].join('/');
  }

  /** What tells of changes to the file and its journal. */
  async observable(): Promise<FileSystemHandle> {
    return this.isPrivate ? this.#findFolder() : this.#handle;
  }

  /** Whether a name in the observed folder is that of the file or its journal; `undefined`: is what is observed. */
  isOurs(name: string | undefined): boolean {
    return name === undefined || name === this.#handle.name || name === this.#journalName;
  }

  snapshot(): Promise<File | undefined> {
    return this.#unlessMissing(this.#handle.getFile());
  }

  async journal(): Promise<File | undefined> {
    if (!this.isPrivate) return undefined;
    this.#journal ??= await this.#unlessMissing(this.#find(this.#journalName));
    return this.#journal && this.#unlessMissing(this.#journal.getFile());
  }

  /** Begins to replace the file, which takes place when the stream is closed; until then, nothing changes. */
  async replaceSnapshot(): Promise<FileSystemWritableFileStream> {
    try {
      return await this.#handle.createWritable();
    } catch (error) {
      if (!this.isPrivate || !(await this.#isMissing(error))) throw error;
      return (await this.#create(this.#handle.name)).createWritable();
    }
  }

  /** The journal's file, which is created if need be. */
  openJournal(): Promise<WorkerFileHandle> {
    return this.#create(this.#journalName);
  }

  /**
   * Keeps bytes beside the file, or in the root of the private file system if it lies elsewhere.
   * @param suffix What they are, after the name of the file.
   * @returns The path of the file that they are in.
   */
  async keepAside(bytes: Blob, suffix = ''): Promise<string> {
    for (let extra = ''; ; extra += '+') {
      const name = `${this.#handle.name}${suffix}.unreadable-${timeStamp()}${extra}`;
      if (await this.#unlessMissing(this.#find(name))) continue;
      const stream = await (await this.#create(name)).createWritable();
      await stream.write(bytes);
      await stream.close();
      return [...(this.#folders ?? []), name].join('/');
    }
  }

  get #journalName(): string {
    return `${this.#handle.name}.journal`;
  }

  async #find(name: string): Promise<FileSystemFileHandle> {
    return (await this.#findFolder()).getFileHandle(name);
  }

  async #create(name: string): Promise<FileSystemFileHandle> {
    try {
      return await (await this.#findFolder()).getFileHandle(name, {create: true});
    } catch (error) {
      if (!(await this.#isMissing(error))) throw error;
      this.#folder = undefined; // gone, with all that was in it
      return (await this.#findFolder(true)).getFileHandle(name, {create: true});
    }
  }

  /** Settles as `work` does, but with `undefined` if there is no such file. */
  async #unlessMissing<Result>(work: Promise<Result>): Promise<Result | undefined> {
    try {
      return await work;
    } catch (error) {
      if (await this.#isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Whether something failed because what it was about is gone; with its folder, Firefox does not say so. */
  async #isMissing(error: unknown): Promise<boolean> {
    if (nameOf(error) === 'NotFoundError') return true;
    if (nameOf(error) !== 'UnknownError') return false;
    this.#folder = undefined;
    try {
      await this.#findFolder();
      return false;
    } catch (reason) {
      if (nameOf(reason) === 'NotFoundError') return true;
      throw reason;
    }
  }

  async #findFolder(create = false): Promise<FileSystemDirectoryHandle> {
    if (this.#folder) return this.#folder;
    let folder = this.#root;
    for (const name of this.#folders ?? []) {
      folder = await folder.getDirectoryHandle(name, {create});
    }
    this.#folder = folder;
    return folder;
  }
}
