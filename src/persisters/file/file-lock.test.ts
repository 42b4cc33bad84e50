import {spawnSync} from 'node:child_process';
import {mkdtemp, readdir, readFile, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {FileLock, readOwner} from './file-lock.ts';
import {createOwner, isGone} from './owner.ts';

let folder: string;
let path: string;
const never = new AbortController().signal;

let errors: unknown[];

const newLock = (): FileLock => new FileLock((error) => errors.push(error));

beforeEach(async () => {
  errors = [];
  folder = await mkdtemp(join(tmpdir(), 'cellar-lock-'));
  path = join(folder, 'x.lock');
});

afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, {recursive: true});
  expect(errors).toStrictEqual([]);
});

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
    const locks = Array.from({length: 10}, () => newLock());
    await Promise.all(
      locks.flatMap((lock) => [lock.run(path, never, work), lock.run(path, never, work)]),
    );
    expect({most, runs}).toStrictEqual({most: 1, runs: 20});
    expect(await readdir(folder)).toStrictEqual([]);
  });

  it('gives back what the work returns, and is released when that fails', async () => {
    const lock = newLock();
    await expect(lock.run(path, never, () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    );
    expect(await lock.run(path, never, () => Promise.resolve(1))).toBe(1);
  });

  it('says who holds it', async () => {
    const owner = await newLock().run(path, never, () => readOwner(path));
    expect(owner).toContain(`-${String(process.pid)}-`);
    expect(isGone(owner ?? '')).toBe(false);
    expect(await readOwner(path)).toBeUndefined();
  });

  it.each([
    {kind: 'link', make: symlink},
    {kind: 'file', make: (owner: string, at: string) => writeFile(at, owner)},
  ])(
    'is taken over at once from a process that has died, by one of many: $kind',
    async ({make}) => {
      await make(deadOwner(), path);
      let inside = 0;
      let most = 0;
      await Promise.all(
        Array.from({length: 20}, () =>
          newLock().run(path, never, async () => {
            most = Math.max(most, ++inside);
            await readdir(folder);
            inside--;
          }),
        ),
      );
      expect(most).toBe(1);
      expect(await readdir(folder)).toStrictEqual([]);
    },
  );

  it('is taken over from a process that had the same id, as is common in containers', async () => {
    const [host, pid, thread, , random] = createOwner().split('-');
    await writeFile(path, [host, pid, thread, 'former', random].join('-'));
    expect(await newLock().run(path, never, () => Promise.resolve(1))).toBe(1);
  });

  it('is taken over from one that died before it had written its name', async () => {
    await writeFile(path, '');
    expect(await newLock().run(path, never, () => Promise.resolve(1))).toBe(1);
  });

  it('is not taken over from one that lives; waiting ends when it is aborted', async () => {
    const owner = createOwner();
    await writeFile(path, owner);
    const abortion = new AbortController();
    let isInside = false;
    const waiting = newLock().run(path, abortion.signal, () => {
      isInside = true;
      return Promise.resolve();
    });
    abortion.abort();
    await expect(waiting).rejects.toThrow();
    expect(isInside).toBe(false);
    expect(await readFile(path, 'utf8')).toBe(owner);
  });

  it('does not remove the lock of another that has taken over', async () => {
    await newLock().run(path, never, async () => {
      await rm(path);
      await writeFile(path, 'another');
    });
    expect(await readFile(path, 'utf8')).toBe('another');
  });

  it('tells its owner not to go on once the work has been aborted', async () => {
    const abortion = new AbortController();
    const run = newLock().run(path, abortion.signal, (assertHeld) => {
      assertHeld();
      abortion.abort(new Error('too late'));
      assertHeld();
      return Promise.resolve();
    });
    await expect(run).rejects.toThrow('too late');
  });

  it('that is reserved is held until a run has succeeded', async () => {
    const lock = newLock();
    await lock.reserve(path, never);
    await lock.reserve(path, never);
    const runs: string[] = [];
    const other = newLock().run(path, never, () => Promise.resolve(runs.push('other')));
    const failing = lock.run(path, never, () =>
      Promise.reject(new Error(`${runs.push('failed')}`)),
    );
    await expect(failing).rejects.toThrow('1');
    await lock.run(path, never, () => Promise.resolve(runs.push('own')));
    await other;
    expect(runs).toStrictEqual(['failed', 'own', 'other']);
    expect(await readdir(folder)).toStrictEqual([]);
  });

  it('that is reserved is released when it is cancelled, or another is reserved', async () => {
    const lock = newLock();
    await lock.reserve(path, never);
    await lock.cancel();
    await lock.cancel();
    expect(await readdir(folder)).toStrictEqual([]);
    await lock.reserve(path, never);
    await lock.reserve(join(folder, 'y.lock'), never);
    expect(await readdir(folder)).toStrictEqual(['y.lock']);
    await lock.cancel();
  });

  it('that is reserved in vain is released after a while', async () => {
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']});
    const lock = newLock();
    await lock.reserve(path, never);
    const other = newLock().run(path, never, () => Promise.resolve('other'));
    vi.advanceTimersByTime(2_000);
    expect(await other).toBe('other');
    expect(await lock.run(path, never, () => Promise.resolve('own'))).toBe('own');
  });
});
