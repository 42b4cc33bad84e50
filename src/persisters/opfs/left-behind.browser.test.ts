/** What pages leave behind that go while the browser commits what they write, in real private files. */
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {newFolder, openFile} from '../../../test/support/opfs.ts';
import type {PersisterError} from '../../errors.ts';
import {createStore} from '../../store/index.ts';
import type {EncodedChanges} from '../../store/internals.ts';
import {internalsOf} from '../../store/store-internals.ts';
import {JsonText} from '../engine/json-text.ts';
import {OpfsStorage} from './opfs-storage.ts';

const signal = (): AbortSignal => new AbortController().signal;
const age = (value: number): EncodedChanges =>
  [{pets: {fido: {age: value}}}, {}, 1] as unknown as EncodedChanges;

let folder: FileSystemDirectoryHandle;
let remove: () => Promise<void>;
const reports: PersisterError[] = [];

beforeEach(async () => {
  localStorage.clear();
  ({folder, remove} = await newFolder());
});
afterEach(async () => {
  vi.restoreAllMocks();
  await remove();
  expect(reports.splice(0)).toStrictEqual([]);
});

/** What a page does: without an engine, nobody withdraws what it has left behind. */
class Page {
  readonly #store = createStore();
  readonly #storage: OpfsStorage;
  readonly #getContent = Object.assign(() => internalsOf(this.#store).getContent(), {
    holdsMore: false,
  });

  constructor(handle: FileSystemFileHandle) {
    const report = (error: PersisterError): void => void reports.push(error);
    this.#storage = new OpfsStorage(handle, new JsonText(this.#store), report);
  }

  static async open(): Promise<Page> {
    return new Page(await openFile(folder, 'pets.json'));
  }

  /** The age that is stored, for whoever opens the page next. */
  async read(): Promise<unknown> {
    const content = (await this.#storage.read(signal())) as [{pets: {fido: {age: number}}}];
    return content[0].pets.fido.age;
  }

  /** Stores everything: an age, and so much more that there is a journal, or not. */
  async fill(value: number, length: number): Promise<void> {
    this.#store.setTables({pets: {fido: {age: value}}}).setValues({ballast: 'x'.repeat(length)});
    await this.#storage.write(this.#getContent, signal());
  }

  carry(value: number, inFlight?: number): void {
    this.#storage.carry?.(age(value), inFlight === undefined ? undefined : age(inFlight));
  }

  write(value: number): Promise<void> {
    this.#store.setCell('pets', 'fido', 'age', value);
    return this.#storage.writeChanges(age(value), this.#getContent, signal());
  }
}

/** Once, the browser does not go through with what it has been told to commit. */
const loseNextCommit = (): void => {
  vi.spyOn(FileSystemWritableFileStream.prototype, 'close').mockImplementationOnce(async function (
    this: FileSystemWritableFileStream,
  ) {
    await this.abort();
    throw new DOMException('The page has gone', 'AbortError');
  });
};

describe.each([
  {kind: 'a small file', length: 0},
  {kind: 'a file with a journal', length: 100_000},
])('A page that goes while $kind is written', ({length}) => {
  let leaving: Page;
  let staying: Page;
  beforeEach(async () => {
    [leaving, staying] = [await Page.open(), await Page.open()];
    await leaving.fill(1, length);
    // What they write next goes into the journal, if there is one.
    expect([await staying.read(), await leaving.read()]).toStrictEqual([1, 1]);
  });
  const readNew = async (): Promise<unknown> => (await Page.open()).read();

  it('leaves behind what the browser does not go through with', async () => {
    leaving.carry(2);
    loseNextCommit();
    await expect(leaving.write(2)).rejects.toThrow('The page has gone');
    expect(await readNew()).toBe(2);
    expect(localStorage).toHaveLength(0);
    expect(await readNew()).toBe(2);
  });

  it('leaves it behind when others have replaced the file since', async () => {
    leaving.carry(2);
    loseNextCommit();
    await expect(leaving.write(2)).rejects.toThrow('The page has gone');
    await staying.fill(3, length);
    expect(await readNew()).toBe(2);
    expect(localStorage).toHaveLength(0);
  });

  it('leaves nothing behind that the browser goes through with', async () => {
    leaving.carry(2);
    await leaving.write(2);
    expect(localStorage).toHaveLength(1);
    expect(await readNew()).toBe(2);
    expect(localStorage).toHaveLength(0);
  });

  it('does not come back over what others have written since', async () => {
    leaving.carry(2);
    await leaving.write(2);
    // They get to know of the write by its changes, or by reading.
    await expect(staying.write(3)).rejects.toMatchObject({code: 'CONFLICT'});
    if (length === 0) await staying.read();
    await staying.write(3);
    expect(await readNew()).toBe(3);
    expect(localStorage).toHaveLength(0);
  });

  it('does not come back over a file that others have replaced since', async () => {
    leaving.carry(2);
    await leaving.write(2);
    await expect(staying.write(3)).rejects.toMatchObject({code: 'CONFLICT'});
    if (length === 0) await staying.read();
    await staying.fill(3, length);
    expect(await readNew()).toBe(3);
    expect(localStorage).toHaveLength(0);
  });

  it('leaves behind what is changed after that', async () => {
    const written = leaving.write(2);
    leaving.carry(4, 2);
    await written;
    expect(await readNew()).toBe(4);
    expect(localStorage).toHaveLength(0);
  });
});
