/** What pages measure with: time, and for how long the main thread was held. */

/** A task of its own, with nothing of the one before. */
const nextTask = () => new Promise((resolve) => setTimeout(resolve));

/** The browser tells of long tasks when it has nothing better to do. */
const REPORTED_AFTER_MS = 200;

/**
 * Runs `work` once.
 * @returns `wall` and `longestTask` in ms; 0 if no task took 50 ms, from where on the browser tells.
 */
export const timed = async (work) => {
  const tasks = [];
  const observer = new PerformanceObserver((list) => void tasks.push(...list.getEntries()));
  observer.observe({type: 'longtask'});
  await nextTask();
  const startedAt = performance.now();
  await work();
  const wall = performance.now() - startedAt;
  await new Promise((resolve) => setTimeout(resolve, REPORTED_AFTER_MS));
  tasks.push(...observer.takeRecords());
  observer.disconnect();
  const held = tasks
    .filter(({startTime, duration}) => startTime + duration > startedAt)
    .map(({duration}) => duration);
  return {wall, longestTask: Math.max(0, ...held)};
};

/** Does `edit(index)`, each waited for. @returns `wall` is the median of how long they took, in ms. */
export const timedEach = async (first, count, edit) => {
  const walls = [];
  const {longestTask} = await timed(async () => {
    for (let index = first; index < first + count; index++) {
      const startedAt = performance.now();
      await edit(index);
      walls.push(performance.now() - startedAt);
    }
  });
  walls.sort((a, b) => a - b);
  return {wall: (walls[(count - 1) >> 1] + walls[count >> 1]) / 2, longestTask};
};

export const check = (condition, message) => {
  if (!condition) throw new Error(`The contender did not do the work: ${message}`);
};
