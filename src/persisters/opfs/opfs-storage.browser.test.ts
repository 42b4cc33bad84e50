/** What is particular to private files; what they share with other storages, the conformance suites test. */
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {newFolder, openFile, readText, writeText} from '../../../test/support/opfs.ts';
import type {PersisterError} from '../../errors.ts';
import {createStore} from '../../store/index.ts';
import {internalsOf} from '../../store/store-internals.ts';
import type {EncodedContent} from '../../store/internals.ts';
import {encodeRecord, markSnapshot} from '../engine/journal.ts';
import {crc32} from '../engine/crc32.ts';
import {JsonText} from '../engine/json-text.ts';
import {OpfsStorage, type OpfsStorageOptions} from './opfs-storage.ts';

const signal = (): AbortSignal => new AbortController().signal;
const large = (age: number): EncodedContent => [
  {pets: {fido: {age}}},
  {ballast: 'x'.repeat(100_000)},
];
const small = (age: number): EncodedContent => [{pets: {fido: {age}}}, {}];

let folder: FileSystemDirectoryHandle;
let path: string;
let remove: () => Promise<void>;
let reports: PersisterError[];

beforeEach(async () => {
  ({folder, path, remove} = await newFolder());
  reports = [];
});

afterEach(async () => {
  vi.restoreAllMocks();
  await remove();
});

/** An adapter and its store, as one of several tabs. */
class Tab {
  readonly adapter: OpfsStorage;
  readonly #store = createStore();
  readonly #getContent = Object.assign(() => internalsOf(this.#store).getContent(), {
    holdsMore: false,
  });

  constructor(handle: FileSystemFileHandle, options: OpfsStorageOptions = {}) {
    const report = (error: PersisterError): void => void reports.push(error);
    this.adapter = new OpfsStorage(handle, new JsonText(this.#store), report, options);
  }

  read(): Promise<unknown> {
    return this.adapter.read(signal());
  }

  async write(content: EncodedContent): Promise<void> {
    internalsOf(this.#store).setContent(structuredClone(content));
    await this.adapter.write(this.#getContent, signal());
  }

  async setAge(age: number): Promise<void> {
    this.#store.setCell('pets', 'fido', 'age', age);
    const changes: [object, object, 1] = [{pets: {fido: {age}}}, {}, 1];
    await this.adapter.writeChanges(changes as never, this.#getContent, signal());
  }

  tidy(): Promise<void> {
    return this.adapter.tidy(this.#getContent, signal());
  }
}

const open = async (options?: OpfsStorageOptions): Promise<Tab> =>
  new Tab(await openFile(folder, 'pets.json'), options);
const readNew = async (): Promise<unknown> => (await open()).read();
const fileNames = async (): Promise<string[]> => {
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  return names.sort();
};
const readFile = (): Promise<string | undefined> => readText(folder, 'pets.json');
const readJournal = (): Promise<string | undefined> => readText(folder, 'pets.json.journal');

describe('A file', () => {
  it('holds plain JSON text', async () => {
    await (await open()).write(small(1));
    expect(await readFile()).toBe('[{"pets":{"fido":{"age":1}}},{}]');
    expect(await fileNames()).toStrictEqual(['pets.json']);
  });

  it('is seen to have changed even where the clock hardly moves', async () => {
    const read = Object.getOwnPropertyDescriptor(File.prototype, 'lastModified')?.get;
    vi.spyOn(File.prototype, 'lastModified', 'get').mockImplementation(function (this: File) {
      return Math.floor((read?.call(this) as number) / 200) * 200;
    });
    const [one, other] = [await open(), await open()];
    await one.write(small(1));
    await other.read();
    for (let age = 2; age < 5; age++) {
      await one.write(small(age));
      await expect(other.write(small(9))).rejects.toMatchObject({code: 'CONFLICT'});
      await other.read();
    }
    expect(await readNew()).toStrictEqual(small(4));
  });

  it('that has been removed, with its folder, is nothing, and is made anew by a write', async () => {
    const tab = await open();
    await tab.write(small(1));
    const root = await navigator.storage.getDirectory();
    await root.removeEntry(path.split('/')[0] ?? '', {recursive: true});
    expect(await tab.read()).toBeUndefined();
    await tab.write(small(2));
    const [outer = '', inner = ''] = path.split('/');
    folder = await (await root.getDirectoryHandle(outer)).getDirectoryHandle(inner);
    expect(await readFile()).toBe(JSON.stringify(small(2)));
  });

  it('that is open for good elsewhere makes a retriable error, and can be written after that', async () => {
    const tab = await open();
    await tab.write(small(1));
    const source = `
      onmessage = async ({data: [handle, port]}) => {
        const access = await handle.createSyncAccessHandle();
        port.onmessage = () => { access.close(); port.postMessage('closed'); };
        port.postMessage('open');
      };`;
    const url = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
    const worker = new Worker(url);
    const {port1, port2} = new MessageChannel();
    const next = (): Promise<unknown> =>
      new Promise((resolve) => {
        port1.onmessage = ({data}) => resolve(data);
      });
    worker.postMessage([await openFile(folder, 'pets.json'), port2], [port2]);
    expect(await next()).toBe('open');
    await expect(tab.write(small(2))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retriable: true,
      message: expect.stringContaining('keeps the file open') as string,
    });
    const closed = next();
    port1.postMessage('close');
    expect(await closed).toBe('closed');
    worker.terminate();
    URL.revokeObjectURL(url);
    await tab.write(small(3));
    expect(await readNew()).toStrictEqual(small(3));
  });

  it('is written at once by many who each take in what the others did', async () => {
    const tabs = await Promise.all(Array.from({length: 6}, () => open()));
    const write = async (tab: Tab): Promise<void> => {
      for (;;) {
        const read = (await tab.read()) as EncodedContent | undefined;
        const age = Number(read?.[0]['pets']?.['fido']?.['age'] ?? 0);
        try {
          await tab.write(small(age + 1));
          return;
        } catch (error) {
          expect(error).toMatchObject({code: 'CONFLICT'});
        }
      }
    };
    await Promise.all(tabs.flatMap((tab) => [write(tab)]));
    expect(await readNew()).toStrictEqual(small(6));
  });
});

describe('A journal', () => {
  const withJournal = async (): Promise<Tab> => {
    const tab = await open();
    await tab.write(large(1));
    await tab.setAge(2);
    await tab.setAge(3);
    return tab;
  };

  it('takes what changes of a large file, which stays as it is', async () => {
    await withJournal();
    expect(await readFile()).toBe(JSON.stringify(large(1)));
    expect((await readJournal())?.split('\n')).toHaveLength(4); // a mark, two changes, and the end
    expect(await readNew()).toStrictEqual(large(3));
  });

  it('is folded in when there is time', async () => {
    const tab = await withJournal();
    await tab.tidy();
    expect(await readFile()).toBe(JSON.stringify(large(3)));
    expect(await readJournal()).toBe('');
    expect(await readNew()).toStrictEqual(large(3));
  });

  it('is folded in when it has outgrown half of the file', async () => {
    const tab = await open({journalThresholdBytes: 0});
    await tab.write(small(0));
    for (let age = 0; age < 200; age++) await tab.setAge(age);
    expect((await readJournal())?.length).toBeLessThan(4_200);
    expect(await readNew()).toStrictEqual(small(199));
  });

  it('is not there for small files, nor in a compatible format', async () => {
    const tab = await open();
    await tab.write(small(1));
    await tab.setAge(2);
    expect(await fileNames()).toStrictEqual(['pets.json']);
    const compatible = await open({format: 'compatible'});
    await compatible.read();
    await compatible.write(large(1));
    await compatible.setAge(2);
    expect(await fileNames()).toStrictEqual(['pets.json']);
    expect(await readFile()).toBe(JSON.stringify(large(2)));
  });

  it('tells tabs apart, and what the others changed', async () => {
    const one = await withJournal();
    const other = await open();
    await other.read();
    await one.setAge(4);
    await one.setAge(5);
    const changes = [4, 5].map((age) => [{pets: {fido: {age}}}, {}, 1]);
    await expect(other.setAge(6)).rejects.toMatchObject({code: 'CONFLICT', changes});
    await other.setAge(6);
    expect(await readNew()).toStrictEqual(large(6));
  });

  it('is cut where a crash has torn it', async () => {
    await withJournal();
    const whole = await readJournal();
    await writeText(folder, 'pets.json.journal', `${whole}0123abcd [{"pe`);
    const tab = await open();
    expect(await tab.read()).toStrictEqual(large(3));
    await tab.setAge(4);
    expect(await readNew()).toStrictEqual(large(4));
    expect(reports).toStrictEqual([]);
  });

  it('that is damaged is set aside, and what is good of it stays', async () => {
    await withJournal();
    const lines = (await readJournal())?.split('\n') ?? [];
    const damaged = [...lines.slice(0, 2), 'damage', ...lines.slice(2)].join('\n');
    await writeText(folder, 'pets.json.journal', damaged);
    expect(await readNew()).toStrictEqual(large(2));
    const [report] = reports;
    expect(reports).toHaveLength(1);
    expect(report).toMatchObject({code: 'UNREADABLE'});
    const name = report?.setAsideAs?.slice(path.length + 1) ?? '';
    expect(name).toMatch(/^pets\.json\.journal\.unreadable-/);
    expect(await readText(folder, name)).toBe(damaged);
    expect(await readNew()).toStrictEqual(large(2));
    expect(reports).toHaveLength(1);
  });

  it('is not applied to a file that another program has put in place', async () => {
    await withJournal();
    const journal = await readJournal();
    await writeText(folder, 'pets.json', JSON.stringify(small(7)));
    expect(await readNew()).toStrictEqual(small(7));
    expect(reports).toHaveLength(1);
    const name = reports[0]?.setAsideAs?.slice(path.length + 1) ?? '';
    expect(await readText(folder, name)).toBe(journal);
  });

  it('that a crash has left beside the file that it was folded into is part of that', async () => {
    const tab = await withJournal();
    const journal = await readJournal();
    await tab.tidy();
    const bytes = new TextEncoder().encode(await readFile());
    const mark = new TextDecoder().decode(encodeRecord(markSnapshot(bytes.length, crc32(bytes))));
    await writeText(folder, 'pets.json.journal', `${journal}${mark}`);
    const next = await open();
    expect(await next.read()).toStrictEqual(large(3));
    await next.setAge(4);
    expect(await readNew()).toStrictEqual(large(4));
    expect(reports).toStrictEqual([]);
  });

  it('of a newer version makes the whole UNREADABLE, and is set aside with its file', async () => {
    await withJournal();
    const line = new TextDecoder().decode(encodeRecord({journal: 2} as never));
    await writeText(folder, 'pets.json.journal', `${await readJournal()}${line}`);
    const tab = await open();
    await expect(tab.read()).rejects.toMatchObject({code: 'UNREADABLE'});
    await expect(tab.write(small(1))).rejects.toMatchObject({code: 'UNREADABLE'});
    await tab.adapter.setAside(signal());
    expect((await fileNames()).filter((name) => name.includes('.unreadable-'))).toHaveLength(2);
    expect(await tab.read()).toBeUndefined();
  });
});

describe('A file from outside the private file system', () => {
  let privateFolder: FileSystemDirectoryHandle;
  beforeEach(async () => {
    // For what cannot be picked without a user: all that lies elsewhere is outside.
    const root = await navigator.storage.getDirectory();
    privateFolder = await (
      await root.getDirectoryHandle(path.split('/')[0] ?? '')
    ).getDirectoryHandle('private', {create: true});
    vi.spyOn(navigator.storage, 'getDirectory').mockResolvedValue(privateFolder);
  });

  it('is one plain file at any size', async () => {
    const tab = await open();
    await tab.write(large(1));
    await tab.setAge(2);
    expect(await fileNames()).toStrictEqual(['pets.json']);
    expect(await readFile()).toBe(JSON.stringify(large(2)));
    expect(await readNew()).toStrictEqual(large(2));
  });

  it('is kept in the private file system when it cannot be read', async () => {
    await writeText(folder, 'pets.json', '[{"pets":');
    const tab = await open();
    await expect(tab.read()).rejects.toMatchObject({code: 'UNREADABLE'});
    const name = await tab.adapter.setAside(signal());
    expect(await readText(privateFolder, name)).toBe('[{"pets":');
    expect(await tab.read()).toBeUndefined();
    await tab.write(small(1));
    expect(await readFile()).toBe(JSON.stringify(small(1)));
  });

  it('that has been removed cannot be made anew, which is an error', async () => {
    const tab = await open();
    await tab.write(small(1));
    await folder.removeEntry('pets.json');
    expect(await tab.read()).toBeUndefined();
    const writing = tab.write(small(2)).then(readFile);
    // Chromium makes it anew all the same; that is as good.
    const outcome = await writing.catch((error: unknown) => (error as PersisterError).code);
    expect([JSON.stringify(small(2)), 'UNAVAILABLE']).toContain(outcome);
  });
});

describe('What the browser refuses', () => {
  const refuse = (name: string): void => {
    vi.spyOn(FileSystemFileHandle.prototype, 'createWritable').mockRejectedValue(
      new DOMException('Refused', name),
    );
  };

  it.each([
    ['QuotaExceededError', 'QUOTA', true],
    ['NotAllowedError', 'DENIED', false],
    ['SecurityError', 'DENIED', false],
    ['InvalidStateError', 'UNAVAILABLE', true],
  ])('is a typed error: %s is %s', async (name, code, retriable) => {
    const tab = await open();
    await tab.write(small(1));
    refuse(name);
    const cause = expect.objectContaining({name}) as unknown;
    const expected = {name: 'PersisterError', code, retriable, phase: 'save', cause};
    await expect(tab.write(small(2))).rejects.toMatchObject(expected);
    vi.restoreAllMocks();
    expect(await readNew()).toStrictEqual(small(1));
  });

  it('is DENIED when there is no private file system to be had', async () => {
    const tab = await open();
    const refusal = new DOMException('Blocked', 'SecurityError');
    vi.spyOn(navigator.storage, 'getDirectory').mockRejectedValue(refusal);
    await expect(tab.read()).rejects.toMatchObject({code: 'DENIED', phase: 'load'});
    vi.restoreAllMocks();
    expect(await tab.read()).toBeUndefined();
  });
});
