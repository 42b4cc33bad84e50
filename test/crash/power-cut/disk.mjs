/**
 * A disk whose power can be cut: a file system on a loop device, in an image file on a second file system that
 * can clone files (xfs). Cutting the power is cloning the image while the disk is in use: the clone has what the
 * file system had handed to its disk at one instant, and lacks what was still in memory. Mounting the clone
 * replays the journal, as after a power cut.
 *
 * It does not lose what the disk itself had accepted and not been told to flush: the caches of drives are not simulated.
 */
import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const run = (program, ...args) =>
  execFileSync(program, args, {stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8'});

/** xfs refuses to be smaller than 300 MB. The files are sparse. */
const DISK_SIZE = '320M';
const OUTER_SIZE = '4G';

/** How to make and mount each file system; without work left for later, which would disturb. */
const fileSystems = {
  ext4: {
    make: ['mkfs.ext4', '-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0'],
    mount: 'loop',
  },
  // A clone has the same id as its original, which is still mounted.
  xfs: {make: ['mkfs.xfs', '-q', '-f'], mount: 'loop,nouuid'},
};

export const fileSystemNames = Object.keys(fileSystems);

/** @returns Why there can be no such disk here, or `undefined`. */
export const whyNoDisks = () => {
  if (process.platform !== 'linux') return 'loop devices are a thing of Linux';
  if (process.getuid() !== 0) return 'mounting needs root';
  for (const program of ['losetup', 'mount', 'mkfs.ext4', 'mkfs.xfs']) {
    try {
      run(program, program.startsWith('mkfs') ? '-V' : '--version');
    } catch {
      return `${program} is missing (Debian: apt-get install e2fsprogs xfsprogs)`;
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'cellar-mount-'));
  try {
    const image = join(folder, 'image');
    run('truncate', '-s', DISK_SIZE, image);
    run('mkfs.xfs', '-q', '-m', 'reflink=1', image);
    run('mount', '-o', 'loop', image, folder);
    run('umount', folder);
    return undefined;
  } catch (error) {
    return `an image with xfs cannot be mounted: ${String(error.stderr ?? error).trim()}`;
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
};

export class Disk {
  /** Where the file system is mounted. */
  path;
  #folder;
  #fileSystem;
  #image;
  #cuts = 0;
  #mounted = [];

  constructor(fileSystemName) {
    this.#fileSystem = fileSystems[fileSystemName];
    this.#folder = mkdtempSync(join(tmpdir(), 'cellar-disk-'));
    try {
      const [outerImage, outer] = [join(this.#folder, 'outer.img'), join(this.#folder, 'outer')];
      run('truncate', '-s', OUTER_SIZE, outerImage);
      run('mkfs.xfs', '-q', '-m', 'reflink=1', outerImage);
      this.#mount(outerImage, outer, 'loop');
      this.#image = join(outer, 'disk.img');
      run('truncate', '-s', DISK_SIZE, this.#image);
      const [make, ...args] = this.#fileSystem.make;
      run(make, ...args, this.#image);
      this.path = this.#mount(this.#image, join(this.#folder, 'disk'), this.#fileSystem.mount);
    } catch (error) {
      this.destroy();
      throw error;
    }
  }

  /** Calls `look` with the folder in which the disk is mounted as a power cut at this moment would have left it. */
  async cutPower(look) {
    const clone = `${this.#image}.cut`;
    run('cp', '--reflink=always', this.#image, clone);
    const path = join(this.#folder, `cut-${++this.#cuts}`);
    try {
      await look(this.#mount(clone, path, this.#fileSystem.mount));
    } finally {
      this.#unmount(path);
      rmSync(clone);
    }
  }

  destroy() {
    for (const path of [...this.#mounted].reverse()) this.#unmount(path);
    rmSync(this.#folder, {recursive: true, force: true});
  }

  #mount(image, path, options) {
    mkdirSync(path);
    run('mount', '-o', options, image, path);
    this.#mounted.push(path);
    return path;
  }

  #unmount(path) {
    if (!this.#mounted.includes(path)) return;
    run('umount', path);
    this.#mounted = this.#mounted.filter((other) => other !== path);
  }
}
