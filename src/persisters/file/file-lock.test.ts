import {spawnSync} from 'node:child_process';
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {FileLock} from './file-lock.ts';
import {createOwner} from './owner.ts';

let folder: string;
let path: string;
const never = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cellar-lock-'));
  path = join(folder, 'x.lock');
});

afterEach(() => rm(folder, {recursive: true}));

/** The name of an owner in a process that has ended. */
const deadOwner = (): string => {
  const {pid} = spawnSync(process.execPath, ['-e', '']);
  return createOwner().replace(`-${process.pid}-`, `-${pid}-`);
};

describe('FileLock', () => {
  it('lets one in at a time', async () => {
    let inside = 0;
    let most = 0;
    let runs = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await readdir(folder);
      runs++;
      inside--;
    };
    const locks = Array.from({length: 10}, () => new FileLock());
    await Promise.all(
      locks.flatMap((lock) => [lock.run(path, never, work), lock.run(path, never, work)]),
    );
    expect({most, runs}).toStrictEqual({most: 1, runs: 20});
    expect(await readdir(folder)).toStrictEqual([]);
  });

  it('gives back what the work returns, and is released when that fails', async () => {
    const lock = new FileLock();
    await expect(lock.run(path, never, () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    );
    expect(await lock.run(path, never, () => Promise.resolve(1))).toBe(1);
  });

  it('is taken over at once from a process that has died, by one of many', async () => {
    await writeFile(path, deadOwner());
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({length: 20}, () =>
        new FileLock().run(path, never, async () => {
          most = Math.max(most, ++inside);
          await readdir(folder);
          inside--;
        }),
      ),
    );
    expect(most).toBe(1);
    expect(await readdir(folder)).toStrictEqual([]);
  });

  it('is taken over from a process that had the same id, as is common in containers', async () => {
    const [host, pid, thread, , random] = createOwner().split('-');
    await writeFile(path, [host, pid, thread, 'former', random].join('-'));
    expect(await new FileLock().run(path, never, () => Promise.resolve(1))).toBe(1);
  });

  it('is taken over from one that died before it had written its name', async () => {
    await writeFile(path, '');
    expect(await new FileLock().run(path, never, () => Promise.resolve(1))).toBe(1);
  });

  it('is not taken over from one that lives; waiting ends when it is aborted', async () => {
    const owner = createOwner();
    await writeFile(path, owner);
    const abortion = new AbortController();
    let isInside = false;
    const waiting = new FileLock().run(path, abortion.signal, () => {
      isInside = true;
      return Promise.resolve();
    });
    abortion.abort();
    await expect(waiting).rejects.toThrow();
    expect(isInside).toBe(false);
    expect(await readFile(path, 'utf8')).toBe(owner);
  });

  it('does not remove the lock of another that has taken over', async () => {
    await new FileLock().run(path, never, () => writeFile(path, 'another'));
    expect(await readFile(path, 'utf8')).toBe('another');
  });

  it('tells its owner not to go on once the work has been aborted', async () => {
    const abortion = new AbortController();
    const run = new FileLock().run(path, abortion.signal, (assertHeld) => {
      assertHeld();
      abortion.abort(new Error('too late'));
      assertHeld();
      return Promise.resolve();
    });
    await expect(run).rejects.toThrow('too late');
  });
});
