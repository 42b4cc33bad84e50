/** Persisters in processes of their own: several on one file, and file systems that fail. */
import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {createStore} from '../../store/index.ts';
import {createFilePersister} from './index.ts';

const STRACE = '/usr/bin/strace';
const whyNoStrace = existsSync(STRACE) ? undefined : 'there is no strace';
const whyNoRoot = process.getuid?.() === 0 ? undefined : 'only root may mount and change users';
const whyNoTmpfs = whyNoRoot ?? (process.platform === 'linux' ? undefined : 'tmpfs is of Linux');

let workers: string;
let worker: string;
let folder: string;
let path: string;

beforeAll(async () => {
  workers = await mkdtemp(join(tmpdir(), 'cellar-worker-'));
  worker = join(workers, 'worker.mjs');
  const source = fileURLToPath(new URL('file-persister-worker.mjs', import.meta.url));
  await build({
    entryPoints: [source],
    outfile: worker,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  await chmod(workers, 0o755);
});

afterAll(() => rm(workers, {recursive: true}));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cellar-processes-'));
  path = join(folder, 'x.json');
});

afterEach(() => rm(folder, {recursive: true}));

interface WorkerOptions {
  readonly name?: string;
  readonly rows?: number;
  readonly uid?: number;
  readonly format?: 'auto' | 'compatible';
  readonly journalThresholdBytes?: number;
}

/** Runs a worker to its end. @returns The lines it has written. */
const run = async (options: WorkerOptions, wrapper: readonly string[] = []): Promise<string[]> => {
  const args = [worker, path, JSON.stringify({name: 'a', rows: 3, ...options})];
  const [program = '', ...rest] = [...wrapper, process.execPath, ...args];
  // One thread for files: what makes calls fail counts those of each thread for itself.
  const env = {...process.env, UV_THREADPOOL_SIZE: '1'};
  const child = spawn(program, rest, {stdio: ['ignore', 'pipe', 'inherit'], env});
  const [lines] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return lines.trimEnd().split('\n');
};

const failingCalls = (injection: string, suffix?: string): string[] => [
  ...[STRACE, '-f', '-qq', '-o', '/dev/null'],
  ...(suffix === undefined ? [] : ['-P', path + suffix]),
  ...['-e', `inject=${injection}`],
];

const saved = (count: number): string[] => Array.from({length: count}, (_, row) => `saved ${row}`);

const stored = async (): Promise<Record<string, number>> => {
  const store = createStore();
  const errors: unknown[] = [];
  const persister = createFilePersister(store, path, (error) => errors.push(error));
  await persister.load();
  await persister.destroy();
  expect(errors).toStrictEqual([]);
  return Object.fromEntries(store.getTableIds().map((id) => [id, store.getRowCount(id)]));
};

describe('Processes on one file', () => {
  it.each([
    {kind: 'one plain file', options: {format: 'compatible'}},
    {kind: 'a journal', options: {journalThresholdBytes: 0}},
  ] as const)('lose nothing of what each of them saves: $kind', async ({options}) => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const outputs = await Promise.all(names.map((name) => run({...options, name, rows: 60})));
    for (const output of outputs) expect(output).toStrictEqual([...saved(60), 'done']);
    expect(await stored()).toStrictEqual({a: 60, b: 60, c: 60, d: 60, e: 60});
    expect(
      (await readdir(folder)).filter((name) => !/^x\.json(\.journal)?$/.test(name)),
    ).toStrictEqual([]);
  });
});

describe('A file system that fails', () => {
  it('to sync once: it is said, tried again, and no draft is left', async ({skip}) => {
    skip(whyNoStrace !== undefined, whyNoStrace);
    const output = await run({}, failingCalls('fsync:error=EIO:when=1'));
    expect(output).toStrictEqual(['failed UNAVAILABLE true', ...saved(3), 'done']);
    expect(await readdir(folder)).toStrictEqual(['x.json']);
  });

  it.for(['EBUSY', 'EPERM'])(
    'to rename for a moment, with %s, is not worth a word',
    async (error, {skip}) => {
      skip(whyNoStrace !== undefined, whyNoStrace);
      const output = await run({}, failingCalls(`rename:error=${error}:when=1..3`));
      expect(output).toStrictEqual([...saved(3), 'done']);
    },
  );

  it('to make links, as some cannot: locks are files then', async ({skip}) => {
    skip(whyNoStrace !== undefined, whyNoStrace);
    const output = await run({}, failingCalls('symlink:error=EPERM:when=1+'));
    expect(output).toStrictEqual([...saved(3), 'done']);
    expect(await readdir(folder)).toStrictEqual(['x.json']);
  });

  it('to resolve the path, a loop of links now: it is said, and over when that is', async () => {
    await writeFile(path, '[{},{"old":1}]');
    const store = createStore();
    const codes: string[] = [];
    const persister = createFilePersister(store, path, {
      retry: {maxDelayMs: 20},
      onIgnoredError: (error) => codes.push((error as {code: string}).code),
    });
    await persister.startAutoLoad();
    await rm(path);
    await symlink(path, path);
    await expect.poll(() => codes.length, {timeout: 20_000}).toBeGreaterThan(0);
    expect(new Set(codes)).toStrictEqual(new Set(['DENIED']));
    await rm(path);
    await writeFile(path, '[{},{"new":1}]');
    await expect.poll(() => store.getValues(), {timeout: 20_000}).toEqual({new: 1});
    await persister.destroy();
  });

  it('to sync the journal: all is written anew, for who knows', async ({skip}) => {
    skip(whyNoStrace !== undefined, whyNoStrace);
    await writeFile(path, JSON.stringify([{}, {ballast: 'x'.repeat(10_000)}]));
    const injection = failingCalls('fdatasync:error=EIO:when=1');
    const output = await run({journalThresholdBytes: 0}, injection);
    expect(output).toContain('failed UNAVAILABLE true');
    expect(output.filter((line) => !line.startsWith('failed'))).toStrictEqual([
      ...saved(3),
      'done',
    ]);
    expect(await stored()).toStrictEqual({a: 3});
  });

  it('to write: what was stored stays', async ({skip}) => {
    skip(whyNoStrace !== undefined, whyNoStrace);
    await writeFile(path, '[{},{"old":1}]');
    const output = await run(
      {rows: 1, format: 'compatible'},
      failingCalls('writev,pwritev:error=EROFS:when=1+'),
    );
    expect(output).toStrictEqual(
      expect.arrayContaining(['failed DENIED false', 'rejected DENIED']),
    );
    expect(await readFile(path, 'utf8')).toBe('[{},{"old":1}]');
    expect(await readdir(folder)).toStrictEqual(['x.json']);
  });

  it('because the disk is full: QUOTA, the old content, and later the new one', async ({skip}) => {
    skip(whyNoTmpfs !== undefined, whyNoTmpfs);
    const disk = join(folder, 'disk');
    await mkdir(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
    try {
      path = join(disk, 'x.json');
      await writeFile(path, JSON.stringify([{}, {old: 'x'.repeat(70_000)}]));
      const before = await readFile(path);
      await writeFile(join(disk, 'filler'), Buffer.alloc(180_000));
      const store = createStore();
      const codes: unknown[] = [];
      const persister = createFilePersister(store, path, {
        format: 'compatible',
        retry: {maxDelayMs: 20},
        onIgnoredError: (error) => codes.push((error as {code: string}).code),
      });
      await persister.startAutoPersisting();
      store.setValue('mine', 1);
      const saving = persister.whenSaved();
      await expect.poll(() => codes.length, {timeout: 20_000}).toBeGreaterThan(1);
      expect(new Set(codes)).toStrictEqual(new Set(['QUOTA']));
      expect((await readFile(path)).equals(before)).toBe(true);
      expect((await readdir(disk)).filter((name) => name.endsWith('.draft')).length).toBeLessThan(
        2,
      );
      await rm(join(disk, 'filler'));
      await saving;
      await persister.destroy();
      await copyFile(path, join(folder, 'x.json'));
    } finally {
      execFileSync('umount', [disk]);
    }
    const content: unknown = JSON.parse(await readFile(join(folder, 'x.json'), 'utf8'));
    expect(content).toMatchObject([{}, {mine: 1}]);
  });

  it('because we may not write: DENIED for good, and the old content', async ({skip}) => {
    skip(whyNoRoot !== undefined, whyNoRoot);
    await writeFile(path, '[{},{"old":1}]');
    await chmod(folder, 0o755);
    const output = await run({uid: 65_534, rows: 1});
    expect(output).toContain('failed DENIED false');
    expect(output).toContain('rejected DENIED');
    expect(await readFile(path, 'utf8')).toBe('[{},{"old":1}]');
    expect(await readdir(folder)).toStrictEqual(['x.json']);
  });

  it('because we may not read: DENIED, tried again, and never written over', async ({skip}) => {
    skip(whyNoRoot !== undefined, whyNoRoot);
    await writeFile(path, '[{},{"old":1}]');
    await chmod(path, 0o600);
    await chmod(folder, 0o777);
    const child = spawn(process.execPath, [
      worker,
      path,
      JSON.stringify({name: 'a', rows: 1, uid: 65_534}),
    ]);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (data: string) => (output += data));
    await expect
      .poll(() => output.split('failed DENIED true').length, {timeout: 20_000})
      .toBeGreaterThan(3);
    expect(await readFile(path, 'utf8')).toBe('[{},{"old":1}]');
    await chmod(path, 0o666);
    await once(child, 'close');
    expect(output).toContain('saved 0\ndone');
    expect(JSON.parse(await readFile(path, 'utf8'))).toStrictEqual([
      {a: {0: {row: 0, parity: 0}}},
      {old: 1},
    ]);
  });
});
