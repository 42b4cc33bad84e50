import {mkdir, mkdtemp, readdir, rename, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {watchFile} from './file-watch.ts';

const patience = {timeout: 20_000, interval: 5};

let folder: string;
let path: string;
let looks: number;
let stop: (() => Promise<void>) | undefined;
const look = (): Promise<void> => {
  looks++;
  return Promise.resolve();
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cellar-watch-'));
  path = join(folder, 'x.json');
  looks = 0;
});

afterEach(async () => {
  await stop?.();
  await rm(folder, {recursive: true, force: true});
});

describe('watchFile', () => {
  it('looks once at first, and creates nothing', async () => {
    stop = watchFile(path, [], look);
    await vi.waitUntil(() => looks === 1, patience);
    expect(await readdir(folder)).toStrictEqual([]);
  });

  it('looks when the file is created, written, replaced and removed, and when one with a suffix is', async () => {
    stop = watchFile(path, ['.journal'], look);
    await vi.waitUntil(() => looks > 0, patience);
    const acts = [
      () => writeFile(path, '1'),
      () => writeFile(path, '2'),
      async () => {
        await writeFile(`${path}.draft`, '3');
        await rename(`${path}.draft`, path);
      },
      () => writeFile(`${path}.journal`, '4'),
      () => rm(path),
    ];
    for (const act of acts) {
      const before = looks;
      await act();
      await vi.waitUntil(() => looks > before, patience);
    }
  });

  it('finds a file in a folder that comes later', async () => {
    const later = join(folder, 'later');
    stop = watchFile(join(later, 'x.json'), [], look);
    await vi.waitUntil(() => looks > 0, patience);
    await mkdir(later);
    await writeFile(join(later, 'x.json'), '1');
    const before = looks;
    await vi.waitUntil(() => looks > before, patience);
  });

  it('does not look twice at the same time, and looks again for what came meanwhile', async () => {
    let running = 0;
    let most = 0;
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    stop = watchFile(path, [], async () => {
      looks++;
      most = Math.max(most, ++running);
      await held;
      running--;
    });
    await vi.waitUntil(() => looks === 1, patience);
    await writeFile(path, '1');
    await readdir(folder);
    letGo();
    await vi.waitUntil(() => looks === 2, patience);
    expect(most).toBe(1);
  });

  it('does not look any more once it has been stopped', async () => {
    const stopNow = watchFile(path, [], look);
    await stopNow();
    const other = watchFile(path, [], look);
    await writeFile(path, '1');
    await vi.waitUntil(() => looks > 0, patience);
    await other();
    const before = looks;
    await writeFile(path, '2');
    let isSeen = false;
    stop = watchFile(path, [], () => {
      isSeen = true;
      return Promise.resolve();
    });
    await vi.waitUntil(() => isSeen, patience);
    expect(looks).toBe(before);
  });
});
