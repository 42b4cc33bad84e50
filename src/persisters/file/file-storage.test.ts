import {spawnSync} from 'node:child_process';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {crc32} from 'node:zlib';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import type {PersisterError} from '../../errors.ts';
import type {EncodedChanges, EncodedContent} from '../../store/internals.ts';
import {applyChangesToContent} from '../engine/content.ts';
import {FileStorage, type FileStorageOptions} from './file-storage.ts';
import {encodeRecord, markSnapshot} from '../engine/journal.ts';
import {createOwner} from './owner.ts';

const signal = new AbortController().signal;
const patience = {timeout: 20_000, interval: 5};
const LARGE = 'x'.repeat(70_000);

let folder: string;
let path: string;
let reports: PersisterError[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cellar-storage-'));
  path = join(folder, 'x.json');
  reports = [];
});

afterEach(() => rm(folder, {recursive: true}));

/** A storage and the content that the engine would have for it. */
class Handle {
  readonly storage: FileStorage;
  content: EncodedContent = [{}, {}];

  constructor(options?: FileStorageOptions, at = path) {
    const text = {parts: () => JSON.stringify(this.content).split(/(?<=\},)/)};
    this.storage = new FileStorage(at, text, (error) => reports.push(error), options);
  }

  async read(): Promise<unknown> {
    const content = await this.storage.read(signal);
    if (content !== undefined) this.content = structuredClone(content) as EncodedContent;
    return content;
  }

  write(content: EncodedContent): Promise<void> {
    this.content = content;
    return this.storage.write(this.#getContent, signal);
  }

  change(changes: EncodedChanges): Promise<void> {
    applyChangesToContent(this.content, [changes]);
    return this.storage.writeChanges(changes, this.#getContent, signal);
  }

  setAge(age: number): Promise<void> {
    return this.change([{pets: {fido: {age}}}, {}, 1]);
  }

  tidy(): Promise<void> {
    return this.storage.tidy(this.#getContent, signal);
  }

  readonly #getContent = Object.assign(() => this.content, {holdsMore: false});
}

const large = (age: number): EncodedContent => [
  {pets: {fido: {age}}, ballast: {b: {text: LARGE}}},
  {},
];
const files = async (): Promise<string[]> => (await readdir(folder)).sort();
const readNew = (): Promise<unknown> => new Handle().read();

/** A file with a journal that says that Fido is 3. */
const withJournal = async (): Promise<Handle> => {
  const handle = new Handle();
  await handle.write(large(0));
  for (const age of [1, 2, 3]) await handle.setAge(age);
  return handle;
};

describe('A file', () => {
  it('holds the content as JSON text, and nothing else', async () => {
    await new Handle().write([{pets: {fido: {name: 'é"\n', tags: '\ufffd["a"]'}}}, {open: true}]);
    expect(await readFile(path, 'utf8')).toBe(
      '[{"pets":{"fido":{"name":"é\\"\\n","tags":"\ufffd[\\"a\\"]"}}},{"open":true}]',
    );
    await new Handle().write([{}, {}]);
    expect(await readFile(path, 'utf8')).toBe('[{},{}]');
    expect(await files()).toStrictEqual(['x.json']);
  });

  it.each(['', ' \n\t', '\ufeff', '\ufeff\n'])('that holds %j is taken for none', async (text) => {
    await writeFile(path, text);
    expect(await readNew()).toBeUndefined();
  });

  it('may begin with a byte order mark', async () => {
    await writeFile(path, '\ufeff[{},{"a":1}]');
    expect(await readNew()).toStrictEqual([{}, {a: 1}]);
  });

  it('is decoded, not judged: older forms are for the engine to know', async () => {
    await writeFile(path, '{"pets":{"fido":{"age":1}}}');
    expect(await readNew()).toStrictEqual({pets: {fido: {age: 1}}});
  });

  it.each([
    ['garbage', Buffer.from([0, 255, 1, 254, 10, 13])],
    ['half a JSON text', Buffer.from('[{"pets":{"fi')],
    ['zeros', Buffer.alloc(100)],
    ['text that is not UTF-8', Buffer.from('[{},{"a":"\xe9"}]', 'latin1')],
    ['a JSON text cut off after many levels', Buffer.from('['.repeat(1_000_000))],
  ])('that holds %s is UNREADABLE, and neither read nor written over', async (_what, bytes) => {
    await writeFile(path, bytes);
    const handle = new Handle();
    const failure = {code: 'UNREADABLE', retriable: false, storage: `file:${path}`};
    await expect(handle.read()).rejects.toMatchObject({...failure, phase: 'load'});
    await expect(handle.write([{}, {}])).rejects.toMatchObject(failure);
    expect((await readFile(path)).equals(bytes)).toBe(true);

    const aside = await handle.storage.setAside(signal);
    expect(aside).toMatch(/x\.json\.unreadable-\d{4}-\d\d-\d\dT[\d-]+Z$/);
    expect((await readFile(aside)).equals(bytes)).toBe(true);
    await handle.write([{}, {}]);
    expect(await readNew()).toStrictEqual([{}, {}]);
  });

  it('of many levels that ends well is read or UNREADABLE, but nothing else', async () => {
    await writeFile(path, `${'['.repeat(1e6)}"\ufffc"${']'.repeat(1e6)}`);
    const code = await new Handle().read().then(
      () => 'read',
      (error: unknown) => (error as PersisterError).code,
    );
    expect(['read', 'UNREADABLE']).toContain(code);
  });

  it('that is a folder is DENIED for good, and stays', async () => {
    await mkdir(path);
    const handle = new Handle();
    const failure = {code: 'DENIED', retriable: false};
    await expect(handle.read()).rejects.toMatchObject(failure);
    await expect(handle.write([{}, {}])).rejects.toMatchObject(failure);
    await expect(handle.storage.setAside(signal)).rejects.toMatchObject(failure);
    expect(await files()).toStrictEqual(['x.json']);
  });

  it('below what is no folder is DENIED', async () => {
    await writeFile(path, '');
    const handle = new Handle({}, join(path, 'y.json'));
    await expect(handle.read()).rejects.toMatchObject({code: 'DENIED'});
  });

  it('in a folder that is not there is no error to read, and can be written once it is', async () => {
    const later = join(folder, 'later');
    const handle = new Handle({}, join(later, 'x.json'));
    expect(await handle.read()).toBeUndefined();
    await expect(handle.write([{}, {}])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retriable: true,
    });
    await mkdir(later);
    await handle.write([{}, {}]);
    expect(await readdir(later)).toStrictEqual(['x.json']);
  });

  it('keeps its mode, and shares it with its journal', async () => {
    await writeFile(path, JSON.stringify(large(0)));
    await chmod(path, 0o640);
    const handle = new Handle();
    await handle.read();
    await handle.write(large(1));
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    await handle.setAge(2);
    expect((await stat(`${path}.journal`)).mode & 0o777).toBe(0o640);
  });

  it('is found through links, which stay', async () => {
    await mkdir(join(folder, 'real'));
    await symlink(join('real', 'target.json'), join(folder, 'middle.json'));
    await symlink('middle.json', path);
    await new Handle().write([{}, {a: 1}]);
    await new Handle().write([{}, {a: 2}]);
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
    expect(await readFile(join(folder, 'real', 'target.json'), 'utf8')).toBe('[{},{"a":2}]');
    expect(await readNew()).toStrictEqual([{}, {a: 2}]);
  });

  it('is freed of the drafts of writers that have died, and of no others', async () => {
    const {pid} = spawnSync(process.execPath, ['-e', '']);
    const living = createOwner();
    const dead = living.replace(`-${process.pid}-`, `-${pid}-`);
    const names = [
      `x.json.${living}.draft`,
      'x.json.draft',
      'x.json.mine.draft',
      `y.json.${dead}.draft`,
    ];
    for (const name of [...names, `x.json.${dead}.draft`]) {
      await writeFile(join(folder, name), '');
    }
    // So are claims on a lock, see `FileLock`.
    await writeFile(`${path}.lock.1a2b`, dead);
    await symlink(dead, `${path}.lock.3c4d`);
    await new Handle().write([{}, {}]);
    expect(await files()).toStrictEqual([...names, 'x.json'].sort());
  });

  it('that somebody else has replaced is a CONFLICT until it has been read again', async () => {
    const handle = new Handle();
    await handle.write([{}, {ours: 1}]);
    await writeFile(path, '[{},{"theirs":1}]');
    const failure = {code: 'CONFLICT', retriable: true};
    await expect(handle.write([{}, {ours: 2}])).rejects.toMatchObject(failure);
    await expect(handle.write([{}, {ours: 2}])).rejects.toMatchObject(failure);
    expect(await readFile(path, 'utf8')).toBe('[{},{"theirs":1}]');
    expect(await files()).toStrictEqual(['x.json']);
    await handle.read();
    await handle.write([{}, {ours: 2, theirs: 1}]);
    expect(await readNew()).toStrictEqual([{}, {ours: 2, theirs: 1}]);
  });
});

describe('A journal', () => {
  it('takes the changes to a file of some size, which stays as it is', async () => {
    const handle = new Handle();
    await handle.write(large(0));
    const before = await stat(path);
    await handle.setAge(1);
    const {size} = await stat(`${path}.journal`);
    await handle.setAge(2);
    expect((await stat(`${path}.journal`)).size - size).toBeLessThan(100);
    expect(await stat(path)).toStrictEqual(before);
    expect(await readNew()).toStrictEqual(large(2));
    expect(await files()).toStrictEqual(['x.json', 'x.json.journal']);
  });

  it('is not kept for small files, nor if the format is to be compatible', async () => {
    const small = new Handle();
    await small.write([{pets: {fido: {age: 1}}}, {}]);
    await small.setAge(2);
    expect(await readFile(path, 'utf8')).toBe('[{"pets":{"fido":{"age":2}}},{}]');
    const compatible = new Handle({format: 'compatible'});
    await compatible.read();
    await compatible.write(large(1));
    await compatible.setAge(2);
    expect(JSON.parse(await readFile(path, 'utf8'))).toStrictEqual(large(2));
    expect(await files()).toStrictEqual(['x.json']);
  });

  it('is folded in by tidy(), by a whole write, and by one whose format is compatible', async () => {
    const handle = await withJournal();
    await handle.tidy();
    expect(JSON.parse(await readFile(path, 'utf8'))).toStrictEqual(large(3));
    expect(await files()).toStrictEqual(['x.json']);
    await handle.setAge(4);
    await handle.write(handle.content);
    expect(JSON.parse(await readFile(path, 'utf8'))).toStrictEqual(large(4));
    expect(await files()).toStrictEqual(['x.json']);
    await handle.setAge(5);
    const compatible = new Handle({format: 'compatible'});
    expect(await compatible.read()).toStrictEqual(large(5));
    await compatible.setAge(6);
    expect(JSON.parse(await readFile(path, 'utf8'))).toStrictEqual(large(6));
    expect(await files()).toStrictEqual(['x.json']);
  });

  it('does not outgrow half of its file', async () => {
    const handle = new Handle();
    await handle.write(large(0));
    const sizes: number[] = [];
    for (let age = 1; age < 100; age++) {
      await handle.change([{pets: {fido: {age, note: 'n'.repeat(2_000)}}}, {}, 1]);
      if ((await files()).includes('x.json.journal')) {
        sizes.push((await stat(`${path}.journal`)).size);
      }
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual((await stat(path)).size / 2);
    expect(Math.max(...sizes)).toBeGreaterThan(LARGE.length / 4);
    expect(await readNew()).toStrictEqual(handle.content);
  });

  it('with a torn end loses only that, which the next change cuts off', async () => {
    await withJournal();
    const journal = `${path}.journal`;
    await truncate(journal, (await stat(journal)).size - 5);
    expect(await readNew()).toStrictEqual(large(2));
    expect(reports).toStrictEqual([]);
    const next = new Handle();
    await next.read();
    await next.setAge(9);
    expect(await readNew()).toStrictEqual(large(9));
    expect(reports).toStrictEqual([]);
  });

  it('that is damaged in the middle is kept, reported, and read up to there', async () => {
    const handle = await withJournal();
    const journal = `${path}.journal`;
    const bytes = await readFile(journal);
    bytes[bytes.indexOf('"age":2') + 6] = 0x37;
    await writeFile(journal, bytes);
    expect(await readNew()).toStrictEqual(large(1));
    expect(reports).toMatchObject([{code: 'UNREADABLE', phase: 'load'}]);
    const aside = reports[0]?.setAsideAs ?? '';
    expect(aside).toMatch(/x\.json\.journal\.unreadable-/);
    expect((await readFile(aside)).equals(bytes)).toBe(true);
    // Once, and for all.
    const next = new Handle();
    expect(await next.read()).toStrictEqual(large(1));
    expect(reports).toHaveLength(1);
    await next.setAge(8);
    expect(await readNew()).toStrictEqual(large(8));
    await expect(handle.setAge(4)).rejects.toMatchObject({code: 'CONFLICT'});
  });

  it.each([
    ['replaced', () => writeFile(path, '[{},{"theirs":1}]'), [{}, {theirs: 1}]],
    ['removed', () => rm(path), undefined],
  ])('whose file somebody else has %s is set aside and reported', async (_how, act, expected) => {
    await withJournal();
    const bytes = await readFile(`${path}.journal`);
    await act();
    const handle = new Handle();
    expect(await handle.read()).toStrictEqual(expected);
    expect(reports).toMatchObject([{code: 'UNREADABLE'}]);
    expect((await readFile(reports[0]?.setAsideAs ?? '')).equals(bytes)).toBe(true);
    await handle.write(large(1));
    await handle.setAge(2);
    expect(await readNew()).toStrictEqual(large(2));
    expect(reports).toHaveLength(1);
  });

  it('that a crash has left beside the file that it was folded into is part of that', async () => {
    const handle = await withJournal();
    const journal = await readFile(`${path}.journal`);
    await handle.tidy();
    const snapshot = await readFile(path);
    const mark = encodeRecord(markSnapshot(snapshot.length, crc32(snapshot)));
    await writeFile(`${path}.journal`, Buffer.concat([journal, mark]));
    const next = new Handle();
    expect(await next.read()).toStrictEqual(large(3));
    await next.setAge(4);
    expect(await readNew()).toStrictEqual(large(4));
    expect(reports).toStrictEqual([]);
  });

  it('that a crash has left before it was folded in still counts', async () => {
    await withJournal();
    await writeFile(`${path}.journal`, encodeRecord(markSnapshot(1, 2)), {flag: 'a'});
    const next = new Handle();
    expect(await next.read()).toStrictEqual(large(3));
    await next.setAge(4);
    expect(await readNew()).toStrictEqual(large(4));
    expect(reports).toStrictEqual([]);
  });

  it('of a newer version makes the whole UNREADABLE, and is set aside with its file', async () => {
    await withJournal();
    const line = encodeRecord({journal: 2, bytes: 0, crc32: 0} as unknown as EncodedChanges);
    const journal = `${path}.journal`;
    await writeFile(journal, line, {flag: 'a'});
    const handle = new Handle();
    await expect(handle.read()).rejects.toMatchObject({code: 'UNREADABLE'});
    await expect(handle.write([{}, {}])).rejects.toMatchObject({code: 'UNREADABLE'});
    await handle.storage.setAside(signal);
    expect(await files()).toStrictEqual([
      expect.stringMatching(/^x\.json\.journal\.unreadable-/),
      expect.stringMatching(/^x\.json\.unreadable-/),
    ]);
  });
});

describe('Two storages of one file', () => {
  it.each([
    {kind: 'one plain file', options: {format: 'compatible'}},
    {kind: 'a journal', options: {journalThresholdBytes: 0}},
  ] as const)('take turns, though one writes whenever it can: $kind', async ({options}) => {
    const [slow, fast] = [new Handle(options), new Handle(options)];
    await slow.write([{}, {fast: 0}]);
    const isLocked = async (): Promise<boolean> =>
      (await files()).some((name) => name.includes('.lock'));
    let fasts = 0;
    for (let turn = 0; turn < 5; turn++) {
      let conflicts = 0;
      for (let isWritten = false; !isWritten;) {
        if (!(await isLocked())) {
          await fast.read();
          await fast.change([{}, {fast: ++fasts}, 1]);
        }
        try {
          await slow.change([{}, {slow: turn}, 1]);
          isWritten = true;
        } catch (error) {
          expect(error).toMatchObject({code: 'CONFLICT'});
          if (++conflicts > 3) throw error;
          await slow.read();
        }
      }
      expect(conflicts).toBe(3);
    }
    expect(fasts).toBe(15);
    expect(await isLocked()).toBe(false);
    expect(await readNew()).toMatchObject([{}, {slow: 4, fast: 15}]);
  });

  it('tell each other what they add to the journal when they write, oldest first', async () => {
    const one = new Handle();
    await one.write(large(0));
    const other = new Handle();
    await other.read();
    await one.setAge(1);
    await one.setAge(2);
    const change: EncodedChanges = [{}, {other: 1}, 1];
    await expect(other.change(change)).rejects.toMatchObject({
      code: 'CONFLICT',
      changes: [
        [{pets: {fido: {age: 1}}}, {}, 1],
        [{pets: {fido: {age: 2}}}, {}, 1],
      ],
    });
    await other.setAge(2);
    await other.change(change);
    await expect(one.tidy()).rejects.toMatchObject({code: 'CONFLICT'});
    expect(await readNew()).toStrictEqual([large(2)[0], {other: 1}]);
  });

  it('hear of what the other does, as changes where these are known, and not of themselves', async () => {
    const [one, other] = [new Handle(), new Handle()];
    await one.write(large(0));
    await other.read();
    const heard: unknown[] = [];
    const heardByOther: unknown[] = [];
    const stops = [
      await one.storage.watch((change) => heard.push(change)),
      await other.storage.watch((change) => heardByOther.push(change)),
    ];
    await one.setAge(1);
    await vi.waitUntil(() => heardByOther.length === 1, patience);
    await one.setAge(2);
    await vi.waitUntil(() => heardByOther.length === 2, patience);
    expect(heardByOther).toStrictEqual([
      [{pets: {fido: {age: 1}}}, {}, 1],
      [{pets: {fido: {age: 2}}}, {}, 1],
    ]);
    // What has been heard still has to be met with by a write, which must not be made without it.
    await expect(other.setAge(3)).rejects.toMatchObject({code: 'CONFLICT'});
    await other.setAge(3);
    await vi.waitUntil(() => heard.length === 1, patience);
    // In one step, or it may be seen half done, too.
    await writeFile(`${path}.new`, '[{},{}]');
    await rename(`${path}.new`, path);
    await vi.waitUntil(() => heard.length > 1 && heardByOther.length > 2, patience);
    expect(heard).toStrictEqual([[{pets: {fido: {age: 3}}}, {}, 1], undefined]);
    expect(heardByOther.slice(2)).toStrictEqual([undefined]);
    for (const stop of stops) await stop();
  });
});
