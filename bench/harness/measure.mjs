/** What the cases measure with: time, memory, bytes handed to the kernel. One process, one contender. */
import {existsSync, readFileSync} from 'node:fs';
// The global one is loaded when it is first used, which would be in the middle of the first measurement.
import {performance} from 'node:perf_hooks';
import {setTimeout as wait} from 'node:timers/promises';

/** CPU time of all threads of the process so far, in ms. */
const cpuTime = () => {
  const {user, system} = process.cpuUsage();
  return (user + system) / 1000;
};

/** Collects all garbage, and waits until the collector's threads have swept it up and are idle. */
const collectGarbage = async () => {
  globalThis.gc();
  for (let before = -Infinity; cpuTime() - before > 1; await wait(10)) before = cpuTime();
};

/**
 * Runs `work` once, after a full collection so that the set-up's garbage is not charged to it.
 * @returns {Promise<{wallMs: number, cpuMs: number, result: unknown}>} `cpuMs` is that of all threads
 *   of the process, so it includes the collector's and the compiler's.
 */
export const timed = async (work) => {
  await collectGarbage();
  const cpuBefore = cpuTime();
  const startedAt = performance.now();
  const result = await work();
  const wallMs = performance.now() - startedAt;
  return {wallMs, cpuMs: cpuTime() - cpuBefore, result};
};

/**
 * The same for work that is over in a moment: done five times, of which the medians are taken, since most of
 * what the first one takes is compiling.
 * @param work Gets 0 to 4.
 */
export const timedOften = async (work) => {
  const all = [];
  for (let round = 0; round < 5; round++) all.push(await timed(() => work(round)));
  const medianOf = (key) => median(all.map((one) => one[key]));
  return {wallMs: medianOf('wallMs'), cpuMs: medianOf('cpuMs')};
};

/** CPU time of `work(index)` for each index below `count`, in µs per call. */
export const timedEach = async (count, work) => {
  const {cpuMs} = await timed(() => {
    for (let index = 0; index < count; index++) work(index);
  });
  return (cpuMs * 1000) / count;
};

/** Bytes on the heap after everything unreachable, finalizers included, is gone. */
export const heapUsed = async () => {
  globalThis.gc();
  await nextTurn();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
};

/** Peak resident memory of this process so far, in bytes. */
export const peakMemory = () => process.resourceUsage().maxRSS * 1024;

export const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** What Linux keeps about this process; elsewhere nothing, and what is derived from it is NaN. */
const readProcFile = (name) => {
  const path = `/proc/self/${name}`;
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};

/**
 * Bytes that this process has passed to write calls of any kind. Unlike `write_bytes` it does not
 * depend on when pages reach the disk; it includes the few bytes with which threads wake each other.
 */
export const bytesWritten = () => Number(/^wchar: (\d+)$/m.exec(readProcFile('io'))?.[1]);

/**
 * CPU time of the main thread so far, in ms. The kernel brings it up to date at each tick and each
 * switch (4 ms at most), so take it over many operations.
 */
export const mainThreadMs = () =>
  Number(/^\d+/.exec(readProcFile(`task/${process.pid}/schedstat`))?.[0]) / 1e6;

export const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Stops a measurement that did not do the work it claims to have done. */
export const check = (condition, message) => {
  if (!condition) throw new Error(`The contender did not do the work: ${message}`);
};
